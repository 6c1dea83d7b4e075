// @ts-check
// Markdown drawn as it is meant: paragraphs, headings, lists, code, emphasis, tables; no links, no pictures, no HTML.
// No sign of the text is lost: what Markdown is written with stays where it stood, out of sight. So the text of what is
// drawn is the text, and every place in it is where it was.

/**
 * A stretch of a text (UTF-16) that is drawn as an element; a `sign` is what is out of sight.
 * @typedef {{tag: string, start: number, end: number, more?: Attributes}} Drawn
 */
/** A line without its break, and in a list without its indent. @typedef {{start: number, end: number}} Line */
/** Signs that may begin or end code or emphasis. @typedef {Line & {run: string}} Marker */

const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(?=\S)/;
const ITEM = /^([ \t]*)(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)/;
const RULE = /^:?-+:?$/;
const MARKER = /\\[*_`]|`+|\*+|_+/g;
/** Letters between which a star or a line is no emphasis, as in 2*3*4 or in snake_case; Chinese has no spaces. */
const GLUED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Nd}]/u;
/** Lists in lists, further than this, are drawn as text; so are texts that are longer than this. */
const DEEPEST = 6;
const LONGEST = 200_000;

class Markdown {
  /** @param {string} words */
  constructor(words) {
    this.words = words;
    /** @type {Drawn[]} what surrounds others comes before them */
    this.found = [];
    if (words.length <= LONGEST) this.#blocks(linesOf(words), 0);
  }

  /** Whether the text looks the same as it is written, but for empty lines. */
  get isPlain() {
    return this.found.every(({ tag, start, end, more }) =>
      (tag === "sign" ? !this.words.slice(start, end).trim() : tag === "p" && !more));
  }

  /** The text without the signs; for short ones. */
  get plain() {
    const signs = this.found.filter(({ tag }) => tag === "sign").sort((a, b) => b.start - a.start);
    return signs.reduce((words, { start, end }) =>
      words.slice(0, start) + words.slice(start, end).replace(/\S/g, "") + words.slice(end), this.words);
  }

  /**
   * The elements, one in the other.
   * @param {(start: number, end: number) => Node[]} lay gives the words of a stretch
   */
  draw(lay) {
    const drawn = document.createDocumentFragment();
    const open = [{ element: /** @type {Node} */ (drawn), end: Infinity }];
    let at = 0;
    const fill = (/** @type {number} */ to) => {
      if (to > at) for (const piece of lay(at, to)) open[0].element.appendChild(piece);
      at = Math.max(at, to);
    };
    const goTo = (/** @type {number} */ place) => {
      for (; open[0].end <= place; open.shift()) fill(open[0].end);
      fill(place);
    };
    for (const { tag, start, end, more } of this.found.sort((a, b) => a.start - b.start || b.end - a.end)) {
      goTo(start);
      const element = tag === "sign" ? el("span", { class: "sign" }) : el(tag, more);
      open[0].element.appendChild(element);
      open.unshift({ element, end });
    }
    goTo(this.words.length);
    return drawn;
  }

  /** @param {string} tag @param {number} start @param {number} end @param {Attributes} [more] */
  #put(tag, start, end, more) {
    if (end > start) this.found.push({ tag, start, end: Math.min(end, this.words.length), more });
  }

  /** @param {Line | undefined} line */
  #said(line) {
    return line ? this.words.slice(line.start, line.end) : "";
  }

  /** @param {Line[]} lines @param {number} depth */
  #blocks(lines, depth) {
    for (let at = 0; at < lines.length;) {
      at = this.#empty(lines, at) || this.#fence(lines, at) || this.#table(lines, at) || this.#heading(lines, at)
        || this.#list(lines, at, depth) || this.#paragraph(lines, at);
    }
  }

  // Each of these draws what begins at a line, and gives the number of the line after it; 0 where nothing such begins.

  /** @param {Line[]} lines @param {number} at */
  #empty(lines, at) {
    const next = this.#next(lines, at);
    if (next > at) this.#put("sign", lines[at].start, lines[next - 1].end + 1);
    return next > at ? next : 0;
  }

  /** @param {Line[]} lines @param {number} at */
  #fence(lines, at) {
    const fence = FENCE.exec(this.#said(lines[at]))?.[1];
    if (!fence) return 0;
    let end = at + 1;
    while (end < lines.length && !closes(this.#said(lines[end]).trim(), fence)) end += 1;
    const [first, last, close] = [lines[at], lines[end - 1], lines[end] ?? lines[end - 1]];
    this.#put("pre", first.start, close.end);
    this.#put("sign", first.start, Math.min(first.end + 1, close.end));
    this.#put("code", first.end + 1, last.end);
    if (end < lines.length) this.#put("sign", Math.max(last.end, first.end + 1), close.end);
    this.#put("sign", close.end, close.end + 1);
    return Math.min(end + 1, lines.length);
  }

  /** @param {Line[]} lines @param {number} at */
  #table(lines, at) {
    if (!this.#isTable(lines, at)) return 0;
    let end = at + 2;
    while (this.#said(lines[end]).includes("|")) end += 1;
    const [first, rule, last] = [lines[at], lines[at + 1], lines[end - 1]];
    this.#put("div", first.start, last.end, { class: "scroller", tabindex: 0, role: "group", "aria-label": "Table" });
    this.#put("table", first.start, last.end);
    const body = Math.min(rule.end + 1, last.end);
    this.#put("thead", first.start, body);
    this.#row(first, "th", body);
    this.#put("tbody", body, last.end);
    for (const line of lines.slice(at + 2, end)) this.#row(line, "td", line.end + (line === last ? 0 : 1));
    this.#put("sign", last.end, last.end + 1);
    return end;
  }

  /** @param {Line[]} lines @param {number} at */
  #isTable(lines, at) {
    const rules = cellsOf(this.#said(lines[at + 1]));
    const heads = this.#said(lines[at]).includes("|") ? cellsOf(this.#said(lines[at])) : [];
    return heads.length > 0 && heads.length === rules.length && rules.every((cell) => RULE.test(cell.words));
  }

  /** A row of a table, up to where the next begins. @param {Line} line @param {string} tag @param {number} end */
  #row(line, tag, end) {
    this.#put("tr", line.start, end);
    const cells = cellsOf(this.#said(line));
    cells.forEach(({ edge, start, words }, index) => {
      const [from, to] = [line.start + (index ? edge : 0), index + 1 < cells.length ? line.start + cells[index + 1].edge
        : end];
      const [first, last] = [line.start + start, line.start + start + words.length];
      this.#put(tag, from, to, tag === "th" ? { scope: "col" } : {});
      this.#put("sign", from, first);
      this.#inline(first, last);
      this.#put("sign", last, to);
    });
  }

  /** @param {Line[]} lines @param {number} at */
  #heading(lines, at) {
    const sign = HEADING.exec(this.#said(lines[at]))?.[0];
    if (!sign) return 0;
    const { start, end } = lines[at];
    this.#put("p", start, end, { class: "heading" });
    this.#put("sign", start, start + sign.length);
    this.#inline(start + sign.length, end);
    this.#put("sign", end, end + 1);
    return at + 1;
  }

  /** @param {Line[]} lines @param {number} at @param {number} depth */
  #list(lines, at, depth) {
    const first = ITEM.exec(this.#said(lines[at]));
    if (!first || depth >= DEEPEST) return 0;
    const starts = [at];
    let end = at + 1;
    for (let next = this.#next(lines, end); next < lines.length; next = this.#next(lines, end)) {
      const item = ITEM.exec(this.#said(lines[next]));
      const isSet = indentOf(this.#said(lines[next])) > first[1].length + 1;
      if (item && !isSet && !item[2] === !first[2]) starts.push(next);
      else if (!isSet && (next > end || item || this.#begins(lines, next))) break;
      end = next + 1;
    }
    this.#put(first[2] ? "ol" : "ul", lines[at].start, lines[end - 1].end + 1);
    starts.forEach((start, index) => this.#item(lines.slice(start, starts[index + 1] ?? end), depth));
    return end;
  }

  /** The first line from here on that is not empty. @param {Line[]} lines @param {number} at */
  #next(lines, at) {
    let next = at;
    while (next < lines.length && !this.#said(lines[next]).trim()) next += 1;
    return next;
  }

  /** @param {Line[]} lines @param {number} depth */
  #item([first, ...others], depth) {
    const [sign, , number] = /** @type {RegExpExecArray} */ (ITEM.exec(this.#said(first)));
    const set = others.map((line) => ({ ...line,
      start: line.start + Math.min(sign.length, indentOf(this.#said(line))) }));
    this.#put("li", first.start, (others.at(-1) ?? first).end + 1, number ? { value: Number(number) } : {});
    this.#put("sign", first.start, first.start + sign.length);
    others.forEach((line, index) => this.#put("sign", line.start, set[index].start));
    this.#blocks([{ ...first, start: first.start + sign.length }, ...set], depth + 1);
  }

  /** @param {Line[]} lines @param {number} at */
  #paragraph(lines, at) {
    let end = at + 1;
    while (end < lines.length && this.#said(lines[end]).trim() && !this.#begins(lines, end)) end += 1;
    const last = lines[end - 1];
    this.#put("p", lines[at].start, last.end);
    this.#inline(lines[at].start, last.end);
    this.#put("sign", last.end, last.end + 1);
    return end;
  }

  /** Whether something begins in the middle of a paragraph; no list does with any number but 1. @param {Line[]} lines
   *  @param {number} at */
  #begins(lines, at) {
    const words = this.#said(lines[at]);
    const number = ITEM.exec(words)?.[2] ?? "1";
    return FENCE.test(words) || HEADING.test(words) || (ITEM.test(words) && Number(number) === 1)
      || this.#isTable(lines, at);
  }

  /** Code and emphasis in a stretch. @param {number} start @param {number} end */
  #inline(start, end) {
    const markers = [...this.words.slice(start, end).matchAll(MARKER)]
      .map((match) => ({ run: match[0], start: start + match.index, end: start + match.index + match[0].length }));
    const open = /** @type {Map<string, Marker>} what may still be closed */ (new Map());
    const unclosed = new Set();
    for (let at = 0; at < markers.length; at += 1) {
      const one = markers[at];
      if (one.run[0] === "\\") this.#put("sign", one.start, one.start + 1);
      else if (one.run[0] === "`") {
        let close = unclosed.has(one.run) ? markers.length : at + 1;
        while (close < markers.length && markers[close].run !== one.run) close += 1;
        if (close === markers.length) unclosed.add(one.run);
        else {
          this.#pair(["code"], one, markers[close]);
          at = close;
        }
      } else this.#emphasis(one, open, start, end);
    }
  }

  /** @param {Marker} one @param {Map<string, Marker>} open @param {number} start @param {number} end */
  #emphasis(one, open, start, end) {
    const before = one.start > start ? this.words[one.start - 1] : " ";
    const after = one.end < end ? this.words[one.end] : " ";
    const tags = EMPHASIS[one.run.length];
    const opener = open.get(one.run);
    if (!tags) return;
    if (opener && before.trim() && !GLUED.test(after)) {
      this.#pair(tags, opener, one);
      for (const [run, other] of open) if (other.start >= opener.start) open.delete(run);
    } else if (after.trim() && !GLUED.test(before)) open.set(one.run, one);
  }

  /** @param {string[]} tags @param {Line} opener @param {Line} closer */
  #pair(tags, opener, closer) {
    for (const tag of tags) this.#put(tag, opener.start, closer.end);
    this.#put("sign", opener.start, opener.end);
    this.#put("sign", closer.start, closer.end);
  }
}

/** What one, two and three stars or lines stand for. @type {Record<number, string[]>} */
const EMPHASIS = { 1: ["em"], 2: ["strong"], 3: ["strong", "em"] };

/** @param {string} words @returns {Line[]} */
function linesOf(words) {
  let start = 0;
  return words.split("\n").map((line) => {
    const one = { start, end: start + line.length };
    start = one.end + 1;
    return one;
  });
}

/** @param {string} line */
function indentOf(line) {
  return line.length - line.trimStart().length;
}

/** @param {string} line @param {string} fence */
function closes(line, fence) {
  return line.length >= fence.length && line === fence[0].repeat(line.length);
}

/** The cells of a row, each with the bar before it and where its words start; bars at both ends are borders.
 *  @param {string} line */
function cellsOf(line) {
  const bars = [...line.matchAll(/(?<!\\)\|/g)].map((match) => match.index);
  const cells = [-1, ...bars].map((bar, index) => {
    const cell = line.slice(bar + 1, bars[index]);
    return { edge: Math.max(bar, 0), start: bar + 1 + (cell.trim() ? indentOf(cell) : 0), words: cell.trim() };
  });
  if (cells.length > 1 && !cells[0].words) cells.shift();
  if (cells.length > 1 && !cells[cells.length - 1].words) cells.pop();
  return cells;
}
