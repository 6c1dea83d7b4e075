// @ts-check
// Elements of the page. Whatever strangers wrote enters as text nodes and in no other way.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. A function is a listener (`onclick`); an attribute that is null or false is left out.
 * @param {string} tag @param {Attributes} [attributes] @param {...(Child | Child[])} children @returns {HTMLElement}
 */
function el(tag, attributes, ...children) {
  return /** @type {HTMLElement} */ (furnish(document.createElement(tag), attributes, children));
}

/** @param {string} tag @param {Attributes} [attributes] @param {...(Child | Child[])} children @returns {SVGElement} */
function svg(tag, attributes, ...children) {
  return /** @type {SVGElement} */ (furnish(document.createElementNS(SVG, tag), attributes, children));
}

/** @param {Element} element @param {Attributes | undefined} attributes @param {(Child | Child[])[]} children */
function furnish(element, attributes = {}, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? ""
      : String(value));
  }
  element.append(...present(children.flat()));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** @param {string} id @returns {HTMLElement} */
function byElementId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} label @param {() => void} action @param {Attributes} [more] @param {...Child} children */
function button(label, action, more = {}, ...children) {
  const named = children.length ? { "aria-label": label, title: label } : {};
  return el("button", { type: "button", onclick: action, ...named, ...more },
    ...(children.length ? children : [label]));
}

/**
 * What a person or a model wrote: its direction follows from its letters.
 * @param {string} words @param {Attributes} [more]
 */
function written(words, more = {}) {
  return el("span", { dir: "auto", ...more }, words);
}

/**
 * A score on the ramp of colours; nothing where there is none.
 * @param {number | null} score @param {number} [places] @param {string} [look]
 */
function scoreChip(score, places = 1, look = "score") {
  if (score === null) return null;
  return el("span", { class: look, "data-step": step(score), title: "score, 1 to 5" }, score.toFixed(places));
}

/**
 * Scroll to an element that is out of sight. One in sight is left alone: scrolling moves where the Tab key goes on.
 * @param {Element | null | undefined} element @param {ScrollLogicalPosition} [block]
 */
function bringIntoView(element, block = "nearest") {
  const pane = element?.closest(".outline-host, .tab-panel, .reader-pane")?.getBoundingClientRect();
  const place = element?.getBoundingClientRect();
  if (pane && place && (place.top < pane.top || place.bottom > pane.bottom)) element?.scrollIntoView({ block });
}

/** A list of names and values; rows without a value are left out. @param {[string, Child | Child[]][]} rows */
function facts(rows) {
  const shown = rows.filter(([, value]) => (Array.isArray(value) ? value.length : present([value]).length));
  return el("dl", { class: "facts" }, shown.map(([term, value]) =>
    el("div", {}, el("dt", {}, term), el("dd", {}, ...(Array.isArray(value) ? value : [value])))));
}

/** A drawing of 16 by 16, all lines. @param {keyof typeof DRAWINGS} drawing */
function icon(drawing) {
  const lines = svg("path", { d: DRAWINGS[drawing], fill: "none", stroke: "currentColor", "stroke-width": 1.5,
    "stroke-linecap": "round", "stroke-linejoin": "round" });
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, lines);
}

const DRAWINGS = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  filter: "M2 4h12M4.5 8h7M7 12h2",
  fork: "M4 14v-4a4 4 0 0 1 4-4h4M4 14V2m6 2 2.500 2L10 8",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6Z",
  help: "M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1v.3M8 12v.1",
  left: "M10 3 5 8l5 5",
  right: "m6 3 5 5-5 5",
  close: "m4 4 8 8m0-8-8 8",
  compare: "M3 3h4v10H3zM9 3h4v10H9z",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  save: "M8 2v8m0 0L5 7m3 3 3-3M3 13h10",
};
