// @ts-check
// The map: the same tree drawn from the top down, or from left to right where it is broad.
// Colours are scores, shapes are statuses.

/** @type {any} */
const d3 = /** @type {any} */ (globalThis).d3;
/** How far siblings are apart, and how far a message is from its answer. */
const BESIDE = 34;
const BEYOND = 46;
/** From left to right there is more room between a message and its answer. */
const STRETCH = 1.2;
/** Smaller than this nobody can read the scores: the map is then larger than its pane. */
const SMALLEST_FIT = 0.75;
/** So many messages are drawn; the rest hide behind a number, as no eye tells more of them apart. */
const MOST_DRAWN = 1500;
const SHAPES = {
  user: "M-11-8h22v16h-22z",
  kept: "M0-12A12 12 0 1 1 0 12 12 12 0 1 1 0-12Z",
  rejected: "M0-12 12 0 0 12-12 0Z",
  pruned: "M-10-10h20v20h-20z",
  failed: "M0-13 12.500 9h-25Z",
};

class TreeMap {
  /** @param {Store} store @param {HTMLElement} host */
  constructor(store, host) {
    this.store = store;
    this.scale = 1;
    this.extent = { left: 0, right: 0, top: 0, bottom: 0 };
    this.canvas = svg("svg", { class: "map-canvas", "aria-hidden": "true" });
    this.scroller = el("div", { class: "map-scroller" }, this.canvas);
    const label = "Map of the tree: the arrow keys move as in the outline, which shows the same tree";
    this.root = el("div",
      { class: "map", tabindex: 0,
      role: "group", "aria-label": label },
      this.scroller, this.#zoomButtons(), legend(store.model));
    host.append(this.root);
    this.#listen();
    // A map in a pane that is out of sight has no size yet: it is drawn when it comes into sight.
    new ResizeObserver(() => this.#update(store.state, new Set())).observe(this.root);
    store.follow((state, changed) => this.#update(state, changed));
  }

  get model() {
    return this.store.model;
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] the place in the pane that stays where it is */
  zoom(factor, x = this.scroller.clientWidth / 2, y = this.scroller.clientHeight / 2) {
    const { scrollLeft, scrollTop } = this.scroller;
    const before = this.scale;
    this.#size(before * factor);
    const by = this.scale / before;
    this.scroller.scrollTo((scrollLeft + x) * by - x, (scrollTop + y) * by - y);
  }

  /** Show the whole tree, as far as it can still be read. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const { left, right, top, bottom } = this.extent;
    this.#size(Math.max(SMALLEST_FIT, Math.min(1.15, width / (right - left), height / (bottom - top))));
    this.#show(this.store.state.node);
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  /** @param {State} state @param {Set<string>} changed */
  #update(state, changed) {
    if (changed.has("model")) this.dots = undefined;
    if (state.view !== "map" || !this.root.clientWidth) return;
    const isNew = !this.dots;
    const isFirst = !this.points;
    if (isNew) this.#draw();
    if (isFirst) this.fit();
    else if (isNew) this.#size(this.scale);
    if (isNew || changed.has("filters") || changed.has("query") || changed.has("view")) this.#dim(state);
    if (isNew || changed.has("node") || changed.has("view")) this.#select(state.node);
  }

  #draw() {
    const shown = drawn(this.model);
    const root = d3.hierarchy(null, (/** @type {Message | null} */ node) =>
      this.model.children(node && node.id).filter((child) => shown.has(child.id)));
    d3.tree().nodeSize([BESIDE, BEYOND])(root);
    const points = root.descendants().filter((/** @type {any} */ point) => point.data);
    const links = root.links().filter((/** @type {any} */ link) => link.source.data);
    this.isAcross = this.#isBroad(points);
    for (const point of points) if (this.isAcross) [point.x, point.y] = [point.y * STRETCH, point.x];
    this.points = new Map(points.map((/** @type {any} */ point) => [point.data.id, point]));
    const { left, right, top, bottom } = (this.extent = extentOf(points));
    this.canvas.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
    this.lines = new Map(links.map((/** @type {any} */ link) => [link.target.data.id, this.#line(link)]));
    this.dots = new Map(points.map((/** @type {any} */ point) => [point.data.id, this.#dot(point, shown)]));
    this.canvas.replaceChildren(svg("g", {}, ...turnLines(points, this.extent, this.isAcross)),
      svg("g", {}, ...this.lines.values()), svg("g", {}, ...this.dots.values()));
  }

  /** Whether the tree fits better from left to right. @param {any[]} points */
  #isBroad(points) {
    const { left, right, top, bottom } = extentOf(points);
    const { clientWidth: width, clientHeight: height } = this.root;
    const fits = (/** @type {number} */ wide, /** @type {number} */ high) => Math.min(width / wide, height / high);
    return fits(bottom - top, right - left) > fits(right - left, bottom - top);
  }

  /** @param {any} link */
  #line({ source, target }) {
    const [x, y] = [(source.x + target.x) / 2, (source.y + target.y) / 2];
    const bend = this.isAcross ? `${x},${source.y} ${x},${target.y}` : `${source.x},${y} ${target.x},${y}`;
    const isMain = this.model.main.has(target.data.id);
    return svg("path", { class: `line${isMain ? " is-main" : ""} is-${target.data.status}`,
      d: `M${source.x},${source.y}C${bend} ${target.x},${target.y}` });
  }

  /** @param {any} point @param {Set<string>} shown */
  #dot(point, shown) {
    const node = /** @type {Message} */ (point.data);
    const score = this.model.score(node);
    const isCut = this.model.children(node.id).some((child) => !shown.has(child.id));
    const shape = node.role === "user" ? "user" : node.status;
    return svg("g",
      { class: `dot is-${node.role} is-${node.status}`, "data-id": node.id,
      transform: `translate(${point.x},${point.y})` },
      svg("title", {}, described(this.model, node)),
      svg("path",
        { class: "shape", "data-step": step(score),
        d: SHAPES[/** @type {keyof typeof SHAPES} */ (shape)] ?? SHAPES.kept }),
      svg("text", { class: "label", "text-anchor": "middle", dy: "0.34em" }, rounded(score) || tag(node)),
      this.model.problems(node).includes("dissent") && svg("text", { class: "flag", x: 10, y: -8 }, "⚑"),
      isCut && svg("text", { class: "hidden", y: 24, "text-anchor": "middle" }, `+${this.model.below.get(node.id)}`));
  }

  /** @param {State} state */
  #dim(state) {
    const passes = passing(this.model, state);
    for (const [id, dot] of this.dots ?? []) dot.classList.toggle("is-dim", Boolean(passes && !passes.has(id)));
  }

  /** @param {string} id */
  #select(id) {
    for (const one of this.canvas.querySelectorAll(".is-selected, .is-on-path")) {
      one.classList.remove("is-selected", "is-on-path");
    }
    for (const node of this.model.dialogue(this.model.node(id))) {
      this.lines?.get(node.id)?.classList.add("is-on-path");
      this.dots?.get(node.id)?.classList.add("is-on-path");
    }
    this.dots?.get(id)?.classList.add("is-selected");
    this.#show(id);
  }

  /** Scroll as little as brings a message into view. @param {string} id */
  #show(id) {
    const point = this.points?.get(id);
    const { clientWidth: width, clientHeight: height, scrollLeft, scrollTop } = this.scroller;
    if (!point || !width) return;
    const x = (point.x - this.extent.left) * this.scale + Math.max(0,
      (width - this.canvas.clientWidth) / 2) - scrollLeft;
    const y = (point.y - this.extent.top) * this.scale - scrollTop;
    this.scroller.scrollBy(-inward(x, 60, width - 60), -inward(y, 50, height - 50));
  }

  /** @param {number} scale */
  #size(scale) {
    const { left, right, top, bottom } = this.extent;
    this.scale = Math.max(0.15, Math.min(2.5, scale));
    this.canvas.style.width = `${(right - left) * this.scale}px`;
    this.canvas.style.height = `${(bottom - top) * this.scale}px`;
  }

  #listen() {
    let moved = 0;
    this.scroller.addEventListener("pointerdown", () => { moved = 0; });
    this.scroller.addEventListener("pointermove", (event) => {
      if (!event.buttons || event.pointerType !== "mouse") return;
      moved += Math.abs(event.movementX) + Math.abs(event.movementY);
      this.scroller.scrollBy(-event.movementX, -event.movementY);
    });
    this.scroller.addEventListener("click", (event) => {
      const dot = /** @type {Element} */ (event.target).closest(".dot");
      if (dot && moved < 6) this.store.select(/** @type {string} */ (dot.getAttribute("data-id")));
    });
    this.scroller.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = this.scroller.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
  }

  #zoomButtons() {
    return el("div", { class: "zoom" },
      button("Zoom in", () => this.zoom(1.25), {}, "+"),
      button("Zoom out", () => this.zoom(0.8), {}, "−"),
      button("Fit the tree", () => this.fit(), { class: "wide" }, "Fit"));
  }
}

/**
 * The messages that are drawn: the first ones in each line until there are enough.
 * @param {Model} model @returns {Set<string>}
 */
function drawn(model) {
  const shown = new Set(model.main);
  const queue = [...model.children(null)];
  for (let at = 0; at < queue.length && shown.size < MOST_DRAWN; at += 1) {
    shown.add(queue[at].id);
    queue.push(...model.children(queue[at].id));
  }
  return shown;
}

/** The room that a drawing takes, with that for the names of its turns. @param {{x: number, y: number}[]} points */
function extentOf(points) {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  return { left: Math.min(...xs) - 70, right: Math.max(...xs) + 40, top: Math.min(...ys) - 46,
    bottom: Math.max(...ys) + 30 };
}

/**
 * How far a place must be moved to be between two limits.
 * @param {number} place @param {number} low @param {number} high
 */
function inward(place, low, high) {
  return place < low ? low - place : place > high ? high - place : 0;
}

/**
 * A faint line before each turn, with its number.
 * @param {any[]} points @param {ReturnType<typeof extentOf>} extent @param {boolean} isAcross
 */
function turnLines(points, extent, isAcross) {
  const starts = new Map();
  for (const point of points) {
    const at = isAcross ? point.x : point.y;
    starts.set(point.data.turn, Math.min(starts.get(point.data.turn) ?? Infinity, at));
  }
  return [...starts].map(([turn, start]) => {
    const at = start - (BEYOND * (isAcross ? STRETCH : 1)) / 2;
    const line = isAcross ? { x1: at, x2: at, y1: extent.top + 6, y2: extent.bottom }
      : { x1: extent.left, x2: extent.right, y1: at, y2: at };
    const name = isAcross ? { x: at + 6, y: extent.top + 14 } : { x: extent.left + 4, y: start + 4 };
    return svg("g", { class: "turn-line" }, svg("line", line), svg("text", name, `Turn ${turn}`));
  });
}

/** @param {Model} model */
function legend(model) {
  const statuses = ["kept", "rejected", "pruned", "failed"]
    .filter((status) => model.nodes.some((node) => node.role === "assistant" && node.status === status));
  const shape = (/** @type {string} */ name) =>
    svg("svg", { viewBox: "-14 -14 28 28", width: 14, height: 14, "aria-hidden": "true" },
    svg("path", { class: "shape", d: SHAPES[/** @type {keyof typeof SHAPES} */ (name)] }));
  const steps = [1, 2, 3, 4, 5].map((one) => el("span", { class: "score", "data-step": one }, one));
  const ramp = model.reviewed && el("li", { class: "ramp" }, "score", ...steps);
  return el("ul", { class: "legend", "aria-label": "Legend" },
    ["user", ...statuses].map((name) => el("li", {}, shape(name), name)), ramp);
}
