// @ts-check
// Two siblings side by side: what was said word by word, and what the panel made of each.

/**
 * Compare a message with the sibling after the one that it is compared with.
 * @param {Store} store @param {Message} node
 */
function compareNext(store, node) {
  const others = [...store.model.siblings(node)].filter((one) => one !== node)
    .sort((a, b) => rankOf(a) - rankOf(b) || a.order - b.order);
  if (!others.length) return announce("This message has no siblings to compare with");
  const at = others.findIndex((one) => one.id === store.state.compare);
  store.select(node.id, { compare: others[(at + 1) % others.length].id });
}

/** @param {Message} node */
function rankOf(node) {
  return node.status === "kept" ? 0 : 1;
}

/** @param {Store} store */
function comparison(store) {
  const { model, node } = store;
  const other = model.node(store.state.compare);
  const found = wordChanges(node.text, other.text);
  return el("div", { class: "comparison" },
    el("header", { class: "comparison-head" }, el("h2", {}, "Compare siblings"), siblingPicker(store, node, other),
      el("span", { class: "space" }),
        button("Close the comparison", () => store.change({ compare: "" }), {}, icon("close"))),
    questionOf(model, node),
    el("div", { class: "sides" }, side(store, node, found, "gone"), side(store, other, found, "new")),
    scoreTable(model, node, other));
}

/** @param {Store} store @param {Message} node @param {Message} other */
function siblingPicker(store, node, other) {
  const choices = store.model.siblings(node).filter((one) => one !== node);
  const pick = (/** @type {Event} */ event) =>
    store.change({ compare: /** @type {HTMLSelectElement} */ (event.target).value });
  return el("label", { class: "picker" }, "with ", el("select", { onchange: pick },
    ...choices.map((one) => el("option", { value: one.id, selected: one === other }, nameOf(one)))));
}

/** @param {Message} node */
function nameOf(node) {
  return `${tag(node)} ${writer(node) || speaker(node)} · ${node.status}`;
}

/** What both answer. @param {Model} model @param {Message} node */
function questionOf(model, node) {
  if (node.parent === null) return null;
  const asked = model.node(node.parent);
  return el("blockquote", { class: "asked", lang: model.tree.document.lang },
    el("span", { class: "tag" }, tag(asked)), written(clip(asked.text, 240)));
}

/**
 * @param {Store} store @param {Message} node @param {Change[]} found
 * @param {"gone" | "new"} own what is in this side alone
 */
function side(store, node, found, own) {
  const { model } = store;
  const element = own === "gone" ? "del" : "ins";
  const shown = joined(found.filter((change) => change.kind === "same" || change.kind === own))
    .map((change) => (change.kind === own ? el(element, {}, change.words) : change.words));
  return el("section", { class: `side is-${node.status}`, "aria-label": nameOf(node) },
    el("h3", {}, nameOf(node), el("span", { class: "space" }), scoreChip(model.score(node), 1, "score is-large")),
    el("div", { class: "prose", dir: "auto", lang: model.tree.document.lang }, ...shown),
    button("Read this one", () => store.select(node.id, { compare: "" }), { class: "quiet" }));
}

/**
 * The panel's scores of two replies and how far they are apart.
 * @param {Model} model @param {Message} node @param {Message} other
 */
function scoreTable(model, node, other) {
  const names = [...new Set([...criteriaOf(node), ...criteriaOf(other)])];
  if (!names.length) return el("p", { class: "note" }, "Nobody reviewed these messages.");
  const heads = ["Criterion", nameOf(node), nameOf(other), "difference"];
  const rows = names.map((name) => [capital(name), meanOf(node, name), meanOf(other, name)]);
  const votes = [...new Set([...reviewsOf(node), ...reviewsOf(other)].map((review) => review.reviewer))];
  return el("div", { class: "scroller" }, el("table", { class: "matrix is-wide" },
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {},
      ...rows.map(([name, one, two]) =>
        scoreRow(String(name), /** @type {number | null} */ (one), /** @type {number | null} */ (two))),
      scoreRow("All criteria", model.score(node), model.score(other)),
      ...votes.map((reviewer) =>
        el("tr", {}, el("th", { scope: "row" }, `Vote of ${spaced(reviewer)}`), voteOf(node, reviewer),
        voteOf(other, reviewer), el("td"))))));
}

/** @param {string} name @param {number | null} one @param {number | null} two */
function scoreRow(name, one, two) {
  const apart = one === null || two === null ? null : two - one;
  const cell = (/** @type {number | null} */ score) =>
    el("td", {}, score === null ? "–" : el("span", { class: "score", "data-step": step(score) }, score.toFixed(2)));
  const told = apart === null ? "–" : `${apart > 0 ? "+" : apart < 0 ? "−" : "±"}${Math.abs(apart).toFixed(2)}`;
  return el("tr", {}, el("th", { scope: "row" }, name), cell(one), cell(two), el("td", { class: "number" }, told));
}

/** @param {Message} node @param {string} reviewer */
function voteOf(node, reviewer) {
  const review = reviewsOf(node).find((one) => one.reviewer === reviewer);
  return el("td", {}, review ? voteMark(review) : "–");
}
