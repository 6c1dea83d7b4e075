// @ts-check
// A report, block by block: headings, paragraphs, lists, commands, tables and figures, all of plain text.

const HAN = /([\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+)/;

/** Text, Chinese marked as such, so that it is set in Chinese letters. @param {string} words */
function marked(words) {
  return words.split(HAN).map((piece, place) => (place % 2 ? el("span", { lang: "zh" }, piece) : piece));
}

/** @type {Record<string, (block: any) => HTMLElement>} */
const BLOCKS = {
  heading: ({ text, level }) => el(`h${level}`, {}, marked(text)),
  paragraph: ({ text, is_notice }) => el("p", { class: is_notice ? "notice" : null }, marked(text)),
  points: ({ items }) => el("ul", { class: "told" }, items.map((/** @type {string} */ item) => el("li", {}, marked(item)))),
  commands: ({ lines }) => el("pre", {}, el("code", {}, lines.join("\n"))),
  grid: gridOf,
  picture: ({ title, caption, source }) =>
    el("figure", {}, el("img", { alt: title, src: source }), el("figcaption", {}, marked(caption))),
};

/** @param {{head: string[], rows: string[][], names: number}} block */
function gridOf({ head, rows, names }) {
  const line = (/** @type {string[]} */ cells) => el("tr", {}, cells.map((cell, place) =>
    (place < names ? el("th", { scope: "row" }, marked(cell)) : el("td", {}, marked(cell)))));
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": head.filter(Boolean).join(", ") },
    el("table", {}, el("thead", {}, el("tr", {}, head.map((cell) =>
      el(cell ? "th" : "td", { scope: cell ? "col" : null }, marked(cell))))), el("tbody", {}, rows.map(line))));
}

/** @param {any[]} blocks */
function reportOf(blocks) {
  return el("section", { class: "report", "aria-label": "Report" }, blocks.map((block) => BLOCKS[block.kind](block)));
}
