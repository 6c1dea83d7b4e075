// @ts-check
// The samples that a message ends up in, with what is trained on; or why it is in none.

/** @param {Store} store @param {Message} node @returns {Child[]} */
function sampleTab(store, node) {
  const uses = store.model.samplesOf.get(node.id) ?? [];
  if (!uses.length) return [el("p", { class: "note" }, excluded(store.model, node))];
  const onShow = new Set(store.model.dialogue(node).map((one) => one.id));
  const isOnShow = (/** @type {Sample} */ sample) => onShow.has(sample.meta.path[sample.meta.path.length - 1]);
  const [first, ...others] = [...uses].sort((a, b) => Number(isOnShow(b.sample)) - Number(isOnShow(a.sample)));
  return [
    el("p", { class: "note" }, standing(node, uses)),
    sampleCard(store, first.sample, node),
    others.length
      ? el("details", { class: "more-samples" },
      el("summary", {}, `${counted(others.length, "more sample")} with this message`),
      el("ul", {}, ...others.slice(0, 50)
        .map((use) =>
        el("li", {},
        button(use.sample.id, () => store.select(use.sample.meta.path.at(-1) ?? ""), { class: "linklike" }),
        use.isTrained ? " trained" : " context")))) : null,
  ];
}

/** @param {Message} node @param {{isTrained: boolean}[]} uses */
function standing(node, uses) {
  const told = `In ${counted(uses.length, "sample")}; `;
  if (node.role === "user") return `${told}what the user says is never trained on.`;
  if (uses.some((use) => use.isTrained)) return `${told}trained on once, in the first of them.`;
  return `${told}its words are trained on in another dialogue that says the same.`;
}

/** @param {Model} model @param {Message} node */
function excluded(model, node) {
  if (model.growing.has(node.id)) return "In no sample yet: this branch is still being played.";
  if (node.status !== "kept") {
    return `In no sample: this ${node.kind} was ${node.status}. Drafts that were not kept make preference pairs `
      + "(r2s export --to preference).";
  }
  if (node.role === "user" && !model.heir(node.id)) return "In no sample: nobody replied to this message.";
  return "In no sample: another dialogue of the tree says the same.";
}

/** @param {Store} store @param {Sample} sample @param {Message} current */
function sampleCard(store, sample, current) {
  const { path, train, model, method, seed } = sample.meta;
  const nodes = path.map((id) => store.model.node(id));
  const messages = nodes.map((node, index) => sampleMessage(store, node, train.includes(index), node === current));
  const said = nodes.map((one) => ({ role: one.role, content: one.text }));
  const row = () => JSON.stringify({ messages: said, meta: sample.meta });
  return el("section", { class: "sample", "aria-label": `Sample ${sample.id}` },
    el("header", {}, el("h3", {}, "Sample ", el("code", {}, sample.id)),
      button("Copy the sample as a line of JSON", () => copyText(row(), "sample"), { class: "quiet" },
      icon("copy"), " JSON")),
    el("p", { class: "sample-facts" }, `${counted(path.length, "message")}, `,
      `${counted(train.length, "reply", "replies")} trained on · ${method} · `, written(model), ` · seed ${seed}`),
    el("ol", { class: "sample-messages" }, ...messages));
}

/** @param {Store} store @param {Message} node @param {boolean} isTrained @param {boolean} isCurrent */
function sampleMessage(store, node, isTrained, isCurrent) {
  return el("li", { class: `is-${node.role}${isTrained ? " is-trained" : ""}${isCurrent ? " is-current" : ""}` },
    el("p", { class: "sample-role" }, button(node.role, () => store.select(node.id), { class: "linklike" }),
      isTrained && el("span", { class: "trained" }, "trained on")),
    el("p", { class: "sample-text", dir: "auto", lang: store.model.tree.document.lang }, node.text));
}
