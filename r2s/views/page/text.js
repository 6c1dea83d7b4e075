// @ts-check
// Places in texts. Python counts code points, JavaScript counts UTF-16 units: every offset is converted here.

/** A stretch of a text, in code points. @typedef {{start: number, end: number}} Span */

const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;

/**
 * The converter of code point offsets of a text to its UTF-16 offsets.
 * @param {string} words @returns {(offset: number) => number}
 */
function offsetsOf(words) {
  const wide = Array.from(words.matchAll(ASTRAL), (match, count) => match.index - count);
  return (offset) => offset + countBelow(wide, offset);
}

/** How many of these sorted numbers are below a limit. @param {number[]} sorted @param {number} limit */
function countBelow(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The text cut at every edge of its spans: flat pieces,
   each with the spans that lie over it. Spans may overlap in any way.
 * @template {Span} T @param {string} words @param {T[]} spans @param {number[]} [cuts] further UTF-16 places to cut at
 * @returns {{words: string, start: number, spans: T[]}[]}
 */
function segments(words, spans, cuts = []) {
  const at = offsetsOf(words);
  const placed = spans.map((span) => ({ span, start: at(span.start), end: at(span.end) }))
    .sort((a, b) => a.start - b.start);
  const edges = [...new Set([0, words.length, ...cuts, ...placed.flatMap((one) => [one.start, one.end])])]
    .sort((a, b) => a - b);
  let open = /** @type {typeof placed} */ ([]);
  let next = 0;
  return edges.slice(0, -1).map((start, number) => {
    open = open.filter((one) => one.end > start);
    while (next < placed.length && placed[next].start <= start) open.push(placed[next++]);
    const over = open.filter((one) => one.end > start).map((one) => one.span);
    return { words: words.slice(start, edges[number + 1]), start, spans: over };
  });
}

/** A piece of a text by code points. @param {string} words @param {Span} span */
function slice(words, span) {
  const at = offsetsOf(words);
  return words.slice(at(span.start), at(span.end));
}

/** So much of a text, without half a sign at its end. @param {string} words @param {number} length */
function beginning(words, length) {
  return words.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

/** The beginning of a text on one line. @param {string} words @param {number} length */
function clip(words, length) {
  const line = words.slice(0, length * 2).replace(/\s+/g, " ").trim();
  const points = [...line];
  return points.length > length ? `${points.slice(0, length - 1).join("")}…` : line;
}

/** @param {number} count @param {string} one @param {string} [many] */
function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** @param {number} value */
function percent(value) {
  return `${Math.round(value * 100)} %`;
}

/** Money; an unknown price is said to be unknown and never 0. @param {number | null} dollars */
function money(dollars) {
  if (dollars === null) return "cost unknown";
  return dollars === 0 ? "no cost" : `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`;
}

/** @param {{prompt_tokens: number, completion_tokens: number}} usage */
function tokens(usage) {
  return `${usage.prompt_tokens.toLocaleString("en")} + ${usage.completion_tokens.toLocaleString("en")} tokens`;
}

/**
 * Figures in a row; a false one is left out. Where the built-in baseline spoke, that is said.
 * @param {(string | false)[]} figures @param {Record<string, string>} models
 */
function figureList(figures, models) {
  const isBaseline = Object.values(models).includes("extractive");
  const title = "It shows how everything works; for data to train on, name a language model.";
  return el("ul", { class: "figures" }, ...figures.filter(Boolean).map((figure) => el("li", {}, figure)),
    isBaseline && el("li", { class: "baseline", title }, "extractive baseline, no language model"));
}

/** The step of the ramp of colours that a score of 1 to 5 stands on. @param {number | null} score */
function step(score) {
  return score === null ? null : Math.max(1, Math.min(5, Math.round(score)));
}

/** @param {string} name */
function spaced(name) {
  return name.replace(/[-_]/g, " ");
}

/** @param {string} name */
function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
