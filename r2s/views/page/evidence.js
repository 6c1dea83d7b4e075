// @ts-check
// The evidence: the source document with the places that replies stand on, and the way back to those replies.

/** A block of the document is about so long; the browser skips the blocks that are out of sight. */
const BLOCK = 3000;
/** @type {Record<string, string>} */
const MATCHES = { exact: "word for word", fuzzy: "found by likeness" };

/** @param {Store} store @param {Message} node @returns {Child[]} */
function evidenceTab(store, node) {
  const { document: source } = store.model.tree;
  if (!source.text) return [el("p", { class: "note" }, "This dialogue has no document: it began from an instruction.")];
  return [evidenceList(store, node), el("section", { class: "source" }, sourceHead(store), ...sourceText(store, node))];
}

/** @param {Store} store @param {Message} node */
function evidenceList(store, node) {
  if (node.role === "user") return foundPassages(store, node);
  if (!node.evidence.length) return el("p", { class: "note" }, "This reply cites nothing of the document.");
  return el("ol", { class: "evidence-list" }, ...node.evidence.map((span, index) => {
    const number = String(index + 1);
    const isSaid = (store.model.data.said[node.id] ?? []).some((/** @type {number[]} */ one) => one[0] === index);
    return el("li", { class: store.state.evidence === number ? "is-active" : false },
      button(`Show evidence ${number} in the document`, () => store.change({ evidence: number }),
        { class: `cite is-${span.match}` }, number),
      el("div", {}, written(clip(span.quote, 200), { class: "quote", lang: store.model.tree.document.lang }),
        el("p", { class: "quote-facts" },
          [span.passage, MATCHES[span.match], isSaid ? "" : "said in other words"].filter(Boolean).join(" · "),
          ...otherCiters(store, node, span))));
  }));
}

/**
 * Who else stands on the same place.
 * @param {Store} store @param {Message} node @param {Evidence} span @returns {Child[]}
 */
function otherCiters(store, node, span) {
  const others = store.model.citations.filter((place) => place.start < span.end && span.start < place.end)
    .flatMap((place) => place.by).filter((one) => one.node !== node);
  const links = others.slice(0, 4).flatMap(({ node: citer, number }) =>
    [button(tag(citer), () => store.select(citer.id, { evidence: String(number) }),
      { class: "linklike", title: clip(citer.text, 80) }), " "]);
  return others.length ? [" · also ", ...links, others.length > 4 && `and ${others.length - 4} more`] : [];
}

/** What Search-Find brought for a question. @param {Store} store @param {Message} node */
function foundPassages(store, node) {
  if (!node.found?.length) return el("p", { class: "note" }, "Nothing was searched for this message.");
  return el("p", { class: "note" }, "Search-Find brought ", ...node.found.map((id) => passageLink(store, id)));
}

/** @param {Store} store @param {string} id */
function passageLink(store, id) {
  return button(`Passage ${id}`, () => {
    store.change({ tab: "evidence" });
    document.querySelector(`[data-passages~="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
  }, { class: "chip is-passage" }, id);
}

/** @param {Store} store */
function sourceHead(store) {
  const { document: source, coverage } = store.model.tree;
  const part = source.part && `section ${source.part.number} of ${source.part.count} of ${source.part.whole}`;
  const about = [source.source, part, source.licence, source.lang].filter(Boolean).join(" · ");
  return el("header", { class: "source-head" }, el("h3", {}, written(source.title ?? source.id, { lang: source.lang })),
    el("p", { class: "source-facts" }, about),
    el("div", { class: "coverage" }, coverageBar(coverage),
      el("span", {}, `${percent(coverage)} covered by kept replies`)),
    el("ul", { class: "marks-legend", "aria-label": "Marks" },
      el("li", {}, el("span", { class: "swatch is-own" }), "this reply"),
      el("li", {}, el("span", { class: "swatch is-covered" }), "other kept replies"),
        el("li", {}, el("span", { class: "swatch is-uncovered" }), "not covered")));
}

/** @param {number} share */
function coverageBar(share) {
  const bar = el("span", { class: "bar", role: "img", "aria-label": `coverage ${percent(share)}` }, el("span", {}));
  bar.style.setProperty("--share", String(share));
  return bar;
}

/** @param {Store} store @param {Message} node @returns {Child[]} */
function sourceText(store, node) {
  const { text: words, lang, passages } = store.model.tree.document;
  const own = node.evidence.map((span, index) => ({ start: span.start, end: span.end, number: index + 1 }));
  const marks = passages.map((/** @type {any} */ one) => ({ start: one.start, end: one.end, passage: one.id }));
  const cuts = blockCuts(words);
  const pieces = segments(words, [...own, ...store.model.citations, ...marks], cuts);
  const blocks = /** @type {HTMLElement[]} */ ([]);
  for (const piece of pieces) {
    if (!blocks.length
      || cuts.includes(piece.start)) blocks.push(el("div", { class: "source-block", dir: "auto", lang }));
    blocks[blocks.length - 1].append(sourcePiece(store, node, piece));
  }
  return blocks;
}

/** Where blocks begin: after the line breaks nearest behind every so many signs. @param {string} words */
function blockCuts(words) {
  const cuts = [];
  for (let at = words.indexOf("\n", BLOCK); at >= 0; at = words.indexOf("\n", at + BLOCK)) cuts.push(at + 1);
  return cuts;
}

/** @param {Store} store @param {Message} node @param {{words: string, spans: any[]}} piece */
function sourcePiece(store, node, piece) {
  const numbers = [...new Set(piece.spans.flatMap((span) => span.number ?? []))];
  const passages = piece.spans.flatMap((span) => span.passage ?? []).join(" ") || false;
  if (numbers.length) {
    const pick = () => store.change({ evidence: String(numbers[0]) });
    return el("mark",
      { class: numbers.map(String).includes(store.state.evidence) ? "is-active" : false, "data-numbers": numbers
      .join(" "),
      "data-passages": passages, title: `evidence ${numbers.join(", ")}`, onclick: pick }, piece.words);
  }
  const citers = piece.spans.flatMap((span) => span.by ?? []);
  if (!citers.length) return el("span", { class: "is-uncovered", "data-passages": passages }, piece.words);
  return el("span", { class: "is-covered", "data-passages": passages, onclick: () => toCiter(store, node, citers) },
    piece.words);
}

/**
 * Go to a reply that stands on a place, one of the dialogue on show if there is any.
 * @param {Store} store @param {Message} node @param {{node: Message, number: number}[]} citers
 */
function toCiter(store, node, citers) {
  const onShow = new Set(store.model.dialogue(node));
  const citer = citers.find((one) => onShow.has(one.node)) ?? citers[0];
  store.select(citer.node.id, { evidence: String(citer.number) });
}
