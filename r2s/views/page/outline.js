// @ts-check
// The outline: every message a row of an ARIA tree, one of which holds the focus.

class Outline {
  /** @param {Store} store @param {HTMLElement} host */
  constructor(store, host) {
    this.store = store;
    /** @type {Set<string>} */
    this.expanded = new Set(store.model.main);
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    /** @type {Message[]} */
    this.visible = [];
    /** Those that the filters let pass, and those with what leads to them; null where nothing is filtered. */
    this.passing = /** @type {Set<string> | null} */ (null);
    this.kept = /** @type {Set<string> | null} */ (null);
    this.root = el("div", { role: "tree", class: "outline", "aria-label": "Messages" });
    this.root.addEventListener("click", (event) => this.#click(event));
    this.nothing = el("p", { class: "note nothing", hidden: true }, "No message passes the filters.");
    host.append(this.root, this.nothing);
    store.follow((state, changed) => this.#update(state, changed));
  }

  get model() {
    return this.store.model;
  }

  /** Show or hide what hangs below a message. @param {string} id @param {boolean} [isOpen] */
  toggle(id, isOpen = !this.expanded.has(id)) {
    if (isOpen) this.expanded.add(id);
    else this.expanded.delete(id);
    this.#list();
  }

  /** Open the whole tree, or close all but the main path. */
  toggleAll() {
    const parents = this.model.nodes.filter((node) => this.model.children(node.id).length);
    const isOpen = parents.every((node) => this.expanded.has(node.id));
    this.expanded = new Set(isOpen ? this.model.main : parents.map((node) => node.id));
    this.#reveal(this.store.node);
    this.#list();
  }

  /** The row so many rows away from the selected one. @param {number} distance */
  step(distance) {
    const at = this.visible.indexOf(this.store.node) + distance;
    this.#go(this.visible[Math.max(0, Math.min(this.visible.length - 1, at))]);
  }

  first() {
    this.#go(this.visible[0]);
  }

  last() {
    this.#go(this.visible[this.visible.length - 1]);
  }

  /** Right: open, or into it. */
  enter() {
    const { node } = this.store;
    if (!this.model.children(node.id).length) return;
    if (this.isOpen(node)) this.#go(this.model.listed(node.id).find((child) => this.rows.get(child.id)?.isConnected));
    else this.toggle(node.id, true);
  }

  /** Left: close, or out of it. */
  leave() {
    const { node } = this.store;
    if (this.isOpen(node) && this.model.children(node.id).length && !this.kept) this.toggle(node.id, false);
    else if (node.parent !== null) this.#go(this.model.node(node.parent));
  }

  /** @param {Message} node */
  isOpen(node) {
    return this.kept !== null || this.expanded.has(node.id);
  }

  focus() {
    this.rows.get(this.store.state.node)?.focus({ preventScroll: true });
  }

  /** @param {Message | undefined} node */
  #go(node) {
    if (!node) return;
    this.store.select(node.id);
    this.focus();
  }

  /** @param {State} state @param {Set<string>} changed */
  #update(state, changed) {
    if (changed.has("model")) this.rows.clear();
    if (changed.has("filters") || changed.has("query") || changed.has("model")) {
      this.passing = passing(this.model, state);
      this.kept = this.passing && withAncestors(this.model, this.passing);
      this.#reveal(this.store.node);
      this.#list();
    }
    if (changed.has("node")) this.#select(state.node);
  }

  /** @param {string} id */
  #select(id) {
    if (this.#reveal(this.model.node(id))) this.#list();
    const before = this.root.querySelector("[aria-selected=true]");
    before?.setAttribute("aria-selected", "false");
    before?.setAttribute("tabindex", "-1");
    const row = this.rows.get(id);
    row?.setAttribute("aria-selected", "true");
    row?.setAttribute("tabindex", "0");
    bringIntoView(row);
    this.#tabStop();
  }

  /** Open what hides a message; whether anything had to be. @param {Message} node */
  #reveal(node) {
    const closed = this.model.ancestors(node).slice(0, -1).filter((one) => !this.expanded.has(one.id));
    for (const one of closed) this.expanded.add(one.id);
    return closed.length > 0 || !this.rows.get(node.id)?.isConnected;
  }

  #list() {
    const hadFocus = this.root.contains(document.activeElement);
    this.visible = this.#seen();
    this.root.replaceChildren(...this.visible.map((node) => this.#row(node)));
    this.root.hidden = !this.visible.length;
    this.nothing.hidden = this.visible.length > 0;
    this.#tabStop();
    if (hadFocus) this.focus();
  }

  /** Keep one row in reach of the Tab key, also where the selected one is filtered out. */
  #tabStop() {
    if (this.root.querySelector("[tabindex='0']")) return;
    this.root.firstElementChild?.setAttribute("tabindex", "0");
  }

  #seen() {
    const seen = [];
    const isKept = (/** @type {Message} */ node) => !this.kept || this.kept.has(node.id);
    const left = this.model.listed(null).filter(isKept).reverse();
    while (left.length) {
      const node = /** @type {Message} */ (left.pop());
      seen.push(node);
      if (this.isOpen(node)) left.push(...this.model.listed(node.id).filter(isKept).reverse());
    }
    return seen;
  }

  /** @param {Message} node */
  #row(node) {
    const row = this.rows.get(node.id) ?? this.#newRow(node);
    this.rows.set(node.id, row);
    const isSelected = node.id === this.store.state.node;
    row.setAttribute("aria-selected", String(isSelected));
    row.setAttribute("tabindex", isSelected ? "0" : "-1");
    row.classList.toggle("is-dim", Boolean(this.passing && !this.passing.has(node.id)));
    if (this.model.children(node.id).length) row.setAttribute("aria-expanded", String(this.isOpen(node)));
    return row;
  }

  /** @param {Message} node */
  #newRow(node) {
    const { model } = this;
    const listed = model.listed(node.parent);
    const below = model.below.get(node.id) ?? 0;
    const look = `row is-${node.role} is-${node.status}${model.growing.has(node.id) ? " is-growing" : ""}`;
    const row = el("div", {
      role: "treeitem",
      class: look, "data-id": node.id, "aria-label": described(model, node),
      "aria-level": model.depths.get(node.id), "aria-setsize": listed.length, "aria-posinset": listed.indexOf(node) + 1,
    },
    el("span", { class: "twist" }, below > 0 && icon("right")),
    el("span", { class: "tag" }, tag(node)),
    written(glimpse(node.text, 90), { class: "said", lang: model.tree.document.lang }),
    below > 0 && el("span", { class: "below" }, `+${below}`),
    rowSigns(model, node));
    row.style.setProperty("--lane", String(Math.min(model.lanes.get(node.id) ?? 0, 12)));
    return row;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const id = /** @type {HTMLElement | null} */ (target.closest(".row"))?.dataset.id;
    if (!id) return;
    if (target.closest(".twist") && this.model.children(id).length && !this.kept) return this.toggle(id);
    this.store.select(id);
    this.focus();
  }
}

/** @param {Model} model @param {Message} node */
function rowSigns(model, node) {
  const problems = model.problems(node);
  const isWarned = problems.some((kind) => kind !== "dissent" && kind !== "flaw");
  return el("span", { class: "signs" },
    problems.includes("dissent") && el("span", { class: "flag", title: "dissent" }, "⚑"),
    isWarned && el("span", { class: "warn", title: problems.join(", ") }, "!"),
    scoreChip(model.score(node)),
    node.role === "assistant" && el("span", { class: "standing", title: node.status }, statusSign(node)));
}

/** What a row says to those who do not see it. @param {Model} model @param {Message} node */
function described(model, node) {
  const score = model.score(node);
  const parts = [tag(node), speaker(node), writer(node), node.status !== "kept" && node.status, score !== null
    && `score ${rounded(score)}`,
    ...model.problems(node), glimpse(node.text, 60)];
  return parts.filter(Boolean).join(", ");
}

/** The beginning of what a message says, on one line. @param {string} words @param {number} length */
function glimpse(words, length) {
  return clip(new Markdown(beginning(words, length * 2)).plain, length);
}

/** @param {Model} model @param {Set<string>} ids */
function withAncestors(model, ids) {
  const kept = new Set(ids);
  for (const id of ids) {
    for (let node = model.node(id); node.parent !== null
      && !kept.has(node.parent); node = model.node(node.parent)) kept.add(node.parent);
  }
  return kept;
}
