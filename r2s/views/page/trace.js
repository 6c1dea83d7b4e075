// @ts-check
// The trace: which calls made a message, what they took, and what came back.

/** @param {Store} store @param {Message} node @returns {Child[]} */
function traceTab(store, node) {
  const { model } = store;
  const { usage } = node;
  const fork = model.forkOf(node);
  return [
    el("section", { class: "box" }, el("h3", {}, "Message"), facts([
      ["Id", el("code", {}, node.id)],
      ["Answers", node.parent === null ? "nothing: it is the first"
        : button(node.parent, () => store.select(String(node.parent)), { class: "linklike" })],
      ["Written by", `${spaced(node.agent)}, ${node.kind}`],
      ["Model", written(model.modelOf(node))],
      ["Seed", el("code", {}, node.seed)],
      ["Fork", fork ? `of ${fork.node}: ${settings(fork.changed)}` : null],
      ["Replies asked", `${counted(usage.replies, "reply", "replies")}, those that could not be read among them`],
      ["Tokens", tokens(usage)],
      ["Cost", money(usage.cost_usd)],
    ])),
    callList(store, usage.calls),
  ];
}

/** @param {Record<string, any>} changed */
function settings(changed) {
  return Object.entries(changed).map(([key, value]) => `${key} = ${value}`).join(", ");
}

/** @param {Store} store @param {string[]} keys */
function callList(store, keys) {
  if (!keys.length) return el("p",
    { class: "note" }, "No calls are journaled for this message: the built-in baseline answers without any.");
  return el("section", { class: "box" }, el("h3", {}, counted(keys.length, "journaled call")),
    el("ol", { class: "calls" }, ...keys.map((key) => call(key, store.model.data.calls[key]))));
}

/** @param {string} key @param {any} record what the journal says of it, where the page has that */
function call(key, record) {
  const command = `r2s show RUN --call ${key}`;
  const copy = button("Copy the command that prints the whole call", () => copyText(command, "command"),
    { class: "quiet" }, icon("copy"), " prompt");
  if (!record) return el("li", {}, el("p", {}, el("code", {}, key), copy));
  const spent = record.prompt_tokens === null ? "" : tokens(record);
  const ended = new Date(record.created * 1000).toISOString().replace("T", " ").slice(0, 19);
  const isCut = record.finish && record.finish !== "stop";
  const about = [record.model, spent, isCut && `ended by ${record.finish}`, `${ended} UTC`];
  return el("li", {},
    el("p", {}, el("strong", {}, spaced(record.speaker)), " ", el("code", {}, key.slice(0, 12)), copy),
    el("p", { class: "call-facts" }, about.filter(Boolean).join(" · ")),
    el("details", {}, el("summary", {}, "Reply as it came"), el("pre", { dir: "auto" }, record.content)));
}

/** @param {string} words @param {string} what */
async function copyText(words, what) {
  try {
    await navigator.clipboard.writeText(words);
    announce(`Copied the ${what}`);
  } catch {
    announce(`The browser did not let the page copy the ${what}`);
  }
}

/** @param {Store} store @param {Message} node @returns {Child[]} */
function jsonTab(store, node) {
  const words = JSON.stringify(node, null, 2);
  const { tree } = store.model;
  return [
    el("p", { class: "actions" },
      button("Copy this message", () => copyText(words, "message"), {}, icon("copy"), " Copy message"),
      button("Save the whole tree as JSON", () => save(`${tree.id}.json`, JSON.stringify(tree)), {},
        icon("save"), " Save tree")),
    el("pre", { class: "json", tabindex: 0, role: "region", "aria-label": "The message as JSON" }, words),
  ];
}

/** @param {string} file @param {string} words */
function save(file, words) {
  const address = URL.createObjectURL(new Blob([words], { type: "application/json" }));
  el("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
