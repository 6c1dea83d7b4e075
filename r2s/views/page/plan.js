// @ts-check
// The chain of dialogue logic along the path: what was planned for each turn, and where the panel steered it.

/** @param {Store} store @param {Message} node @returns {Child[]} */
function planTab(store, node) {
  const path = store.model.dialogue(node);
  const planned = path.filter((one) => one.plan);
  if (!planned.length) return [el("p", { class: "note" }, `The method ${store.model.tree.method} plans no turns.`)];
  return [el("ol", { class: "chain" }, ...planned.map((one) => link(store, one, path, one.turn === node.turn)))];
}

/** @param {Store} store @param {Message} asked @param {Message[]} path @param {boolean} isCurrent */
function link(store, asked, path, isCurrent) {
  const plan = /** @type {Plan} */ (asked.plan);
  const { lang } = store.model.tree.document;
  const reply = path[path.indexOf(asked) + 1];
  const passages = (/** @type {string[]} */ ids) => ids.map((id) => passageLink(store, id));
  return el("li", { class: isCurrent ? "is-current" : false, "aria-current": isCurrent && "step" },
    el("h3", {}, button(`Turn ${asked.turn}`, () => store.select(asked.id), { class: "linklike" }),
      chip(store, "type", plan.type),
      el("span", { class: "progress" }, plan.progress)),
    facts([
      ["Process", plan.process ? written(plan.process, { lang }) : null],
      ["Purpose", plan.purpose ? written(plan.purpose, { lang }) : null],
      ["Key phrases", (plan.key_phrases ?? [])
        .map((phrase) => el("span", { class: "chip is-plain", lang, dir: "auto" }, phrase))],
      ["Target", passages(plan.target ?? [])],
      ["Found", passages(asked.found ?? [])],
      ["Then", reply?.chair
        ? written([reply.chair.mode, reply.chair.operation, reply.chair.advice].filter(Boolean).join(" · "), { lang })
        : null],
    ]));
}
