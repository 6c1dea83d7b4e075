// @ts-check
// What is being looked at. All of it is in the address, so that a link shows the same thing again.

/**
 * @typedef {{node: string, tab: string, view: string, compare: string, evidence: string, filters: string, query:
 * string}} State
 */

const TABS = ["reviews", "evidence", "plan", "trace", "json", "sample"];
/** The names in the address, in the order in which they are written. @type {[keyof State, string, string][]} */
const IN_ADDRESS = [
  ["node", "n", ""], ["tab", "tab", "reviews"], ["view", "view", "outline"], ["compare", "cmp", ""],
  ["evidence", "e", ""], ["filters", "f", ""], ["query", "q", ""],
];

/** The state of the page, and those who want to hear of every change. */
class Store {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {((state: State, changed: Set<string>) => void)[]} */
    this.listeners = [];
    this.state = this.#checked(fromAddress(location.hash));
    this.address = "";
    window.addEventListener("hashchange", () => this.#follow());
  }

  /** @param {(state: State, changed: Set<string>) => void} listener called now, and after every change */
  follow(listener) {
    this.listeners.push(listener);
    listener(this.state, new Set(Object.keys(this.state)));
  }

  /** @param {Partial<State>} patch */
  change(patch) {
    const next = this.#checked({ ...this.state, ...patch });
    const keys = /** @type {(keyof State)[]} */ (Object.keys(next));
    const changed = new Set(keys.filter((key) => next[key] !== this.state[key]));
    if (!changed.size) return;
    this.state = next;
    this.#write();
    for (const listener of this.listeners) listener(next, changed);
  }

  /** Show another version of the tree. @param {Model} model @param {string} node what is selected in it */
  take(model, node) {
    this.model = model;
    const isOther = node !== this.state.node;
    const next = this.#checked({ ...this.state, node, ...(isOther ? { evidence: "", compare: "" } : {}) });
    const changed = new Set(["model", ...(isOther ? ["node", "evidence", "compare"] : [])]);
    this.state = next;
    this.#write();
    for (const listener of this.listeners) listener(next, changed);
  }

  /** @param {string} id @param {Partial<State>} [patch] */
  select(id, patch = {}) {
    const isOther = id !== this.state.node;
    this.change({ node: id, ...(isOther ? { evidence: "", compare: "" } : {}), ...patch });
  }

  get node() {
    return this.model.node(this.state.node);
  }

  /** The address of what is shown; in a notebook only its end, which shows the same in the page as a file. */
  get link() {
    return location.protocol === "about:" ? toAddress(this.state) : location.href;
  }

  #follow() {
    if (location.hash !== this.address) this.change(fromAddress(location.hash));
  }

  #write() {
    this.address = toAddress(this.state);
    try {
      history.replaceState(null, "", this.address);
    } catch {
      // A page inside a notebook has no address of its own.
    }
  }

  /** What the address says, as far as it names something that is there. @param {State} wanted @returns {State} */
  #checked(wanted) {
    const { model } = this;
    const first = model.data.main[1] ?? model.data.main[0] ?? model.nodes[0].id;
    const node = model.byId.has(wanted.node) ? wanted.node : first;
    const isSibling = model.byId.get(wanted.compare)?.parent === model.node(node).parent && wanted.compare !== node;
    return {
      ...wanted,
      node,
      tab: TABS.includes(wanted.tab) ? wanted.tab : "reviews",
      view: wanted.view === "map" ? "map" : "outline",
      compare: isSibling ? wanted.compare : "",
      evidence: model.node(node).evidence[Number(wanted.evidence) - 1] ? wanted.evidence : "",
    };
  }
}

/** @param {string} address @returns {State} */
function fromAddress(address) {
  const given = new URLSearchParams(address.replace(/^#/, ""));
  return /** @type {State} */ (Object.fromEntries(IN_ADDRESS
    .map(([key, short, usual]) => [key, given.get(short) ?? usual])));
}

/** @param {State} state */
function toAddress(state) {
  const said = IN_ADDRESS.filter(([key, , usual]) => state[key] !== usual);
  return `#${said.map(([key, short]) => `${short}=${encodeURIComponent(state[key]).replace(/%(3A|2C)/g,
    decodeURIComponent)}`).join("&")}`;
}
