// @ts-check
// A measure over the cells of a comparison: a point a dialogue, a line for the mean, and one document followed through.

/**
 * @typedef {{document: string, seed: number, replicate: number, cell: string, status: string,
 * address: string | null, values: (number | null)[]}} Point
 */
/** @typedef {{name: string, label: string, better: string | null, of: [number, number] | null, is_share: boolean}} Measure */

const PLOT = { height: 340, width: 1100, left: 60, right: 16, top: 16, bottom: 44, dot: 4, narrowest: 90, widest: 260 };

/** What a value reads as. @param {Measure} measure @param {number | null} value */
function valueOf(measure, value) {
  if (value === null) return "–";
  return measure.is_share ? `${(value * 100).toFixed(1)} %` : Number(value.toFixed(3)).toLocaleString("en");
}

/** One dialogue in all cells. @param {Point} point */
function groupOf(point) {
  return JSON.stringify([point.document, point.seed, point.replicate]);
}

class Points {
  /** @param {string[]} cells @param {Point[]} points @param {Measure[]} measures */
  constructor(cells, points, measures) {
    this.cells = cells;
    this.points = points;
    this.measures = measures;
    this.column = PLOT.widest;
    this.root = el("div", { class: "scroller points", tabindex: 0, role: "region" });
    this.onfollow = (/** @type {string | null} */ _group) => {};
    this.again = () => {};
    new ResizeObserver(() => this.again()).observe(this.root);
  }

  /** Draw a measure. @param {number} index @param {(point: Point) => boolean} passes */
  show(index, passes) {
    this.again = () => this.show(index, passes);
    const measure = this.measures[index];
    const shown = this.points.filter((point) => point.values[index] !== null && passes(point));
    const values = shown.map((point) => Number(point.values[index]));
    const scale = scaleOf(values);
    const room = (this.root.clientWidth || PLOT.width) - PLOT.left - PLOT.right;
    this.column = Math.max(PLOT.narrowest, Math.min(PLOT.widest, room / this.cells.length));
    const width = PLOT.left + PLOT.right + this.cells.length * this.column;
    /** @type {Map<string, {x: number, y: number}[]>} */
    this.places = new Map();
    this.trace = svg("polyline", { class: "trace", points: "" });
    const columns = this.cells.map((cell, place) => {
      const own = shown.filter((point) => point.cell === cell);
      return this.#column(cell, PLOT.left + (place + 0.5) * this.column, own, index, scale);
    });
    const label = `${measure.label} of ${counted(shown.length, "dialogue")} in ${counted(this.cells.length, "cell")}; `
      + "the table below has the same numbers.";
    this.root.setAttribute("aria-label", label);
    this.root.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${PLOT.height}`, width, height: PLOT.height,
      "aria-hidden": "true" }, ...axis(scale, measure, width), this.trace, ...columns.flat()));
  }

  /** @param {string} cell @param {number} middle @param {Point[]} own @param {number} index @param {Scale} scale */
  #column(cell, middle, own, index, scale) {
    const measure = this.measures[index];
    const heights = own.map((point) => scale.at(Number(point.values[index])));
    const beside = sideways(heights, this.column);
    const dots = own.map((point, place) =>
      this.#dot(point, measure, middle + beside[place], heights[place], point.values[index]));
    const name = svg("text", { x: middle, y: PLOT.height - 22, class: "cell" }, clip(cell, 22), svg("title", {}, cell));
    if (!own.length) return [name];
    const mean = own.reduce((sum, point) => sum + Number(point.values[index]), 0) / own.length;
    const y = scale.at(mean);
    return [...dots, svg("line", { class: "mean", x1: middle - 34, x2: middle + 34, y1: y, y2: y }), name,
      svg("text", { x: middle, y: PLOT.height - 6, class: "mean-value" }, `mean ${valueOf(measure, mean)}`)];
  }

  /** @param {Point} point @param {Measure} measure @param {number} x @param {number} y @param {number | null} value */
  #dot(point, measure, x, y, value) {
    const group = groupOf(point);
    this.places?.set(group, [...(this.places.get(group) ?? []), { x, y }]);
    const told = `${point.document}, seed ${point.seed}, ${point.cell}: ${valueOf(measure, value)}`;
    return svg("a", { href: point.address, class: "dot", tabindex: -1,
      onpointerenter: () => this.onfollow(group), onpointerleave: () => this.onfollow(null) },
    svg("circle", { cx: x, cy: y, r: PLOT.dot }), svg("title", {}, told));
  }

  /** Draw the way of a dialogue through the cells; of none, take it away. @param {string | null} group */
  follow(group) {
    const places = (group && this.places?.get(group)) || [];
    this.trace?.setAttribute("points", places.map(({ x, y }) => `${x},${y}`).join(" "));
    this.root.classList.toggle("is-following", places.length > 0);
  }
}

/** @typedef {{at: (value: number) => number, ticks: number[]}} Scale */

/** From a round number below the least value to one above the most. @param {number[]} values @returns {Scale} */
function scaleOf(values) {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), -Infinity);
  const [from, to] = most > least ? [least, most] : [(values[0] ?? 0) - 1, (values[0] ?? 0) + 1];
  const step = roundStep((to - from) / 4);
  const [low, high] = [Math.floor(from / step), Math.ceil(to / step)];
  const reach = PLOT.height - PLOT.top - PLOT.bottom;
  const at = (/** @type {number} */ value) => PLOT.top + reach * (1 - (value / step - low) / (high - low));
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, place) => (low + place) * step) };
}

/** The round number next above. @param {number} wanted */
function roundStep(wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (/** @type {number} */ ([1, 2, 2.5, 5, 10].find((step) => step * power >= wanted)));
}

/** @param {Scale} scale @param {Measure} measure @param {number} width */
function axis(scale, measure, width) {
  return scale.ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: PLOT.left, x2: width - PLOT.right, y1: scale.at(tick), y2: scale.at(tick) }),
    svg("text", { class: "tick", x: PLOT.left - 8, y: scale.at(tick) + 4 }, valueOf(measure, tick)),
  ]);
}

/**
 * How far points go aside so that none hides another, as far as a column has room.
 * @param {number[]} heights @param {number} column
 */
function sideways(heights, column) {
  /** @type {Map<number, number>} */
  const full = new Map();
  const room = Math.floor((column - 24) / (2 * PLOT.dot)) - 1;
  return heights.map((height) => {
    const band = Math.round(height / (2 * PLOT.dot));
    const before = full.get(band) ?? 0;
    full.set(band, before + 1);
    const place = Math.ceil((before % room) / 2) * (before % 2 ? 1 : -1);
    return place * 2 * PLOT.dot;
  });
}
