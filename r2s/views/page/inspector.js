// @ts-check
// The inspector: everything about the selected message, one tab at a time.

const CONTENT = { reviews: reviewsTab, evidence: evidenceTab, plan: planTab, trace: traceTab, json: jsonTab,
  sample: sampleTab };
/** @type {Record<string, string>} */
const TAB_NAMES = { reviews: "Reviews", evidence: "Evidence", plan: "Plan", trace: "Trace", json: "JSON",
  sample: "Sample" };

class Inspector {
  /** @param {Store} store @param {HTMLElement} host */
  constructor(store, host) {
    this.store = store;
    this.tabs = TABS
      .map((name, index) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "tab-panel",
      title: `${TAB_NAMES[name]} (${index + 1})`, onclick: () => store.change({ tab: name }) }, TAB_NAMES[name]));
    const list = el("div", { role: "tablist", class: "tabs", "aria-label": "About the message" }, ...this.tabs);
    list.addEventListener("keydown", (event) => this.#turn(event));
    this.head = el("h2", { class: "about" });
    this.panel = el("div", { role: "tabpanel", id: "tab-panel", class: "tab-panel", tabindex: 0 });
    host.append(list, this.head, this.panel);
    store.follow((state, changed) => this.#update(state, changed));
  }

  /** @param {State} state @param {Set<string>} changed */
  #update(state, changed) {
    const isGrown = changed.has("model") && this.store.model.growing.has(state.node);
    if (!isGrown && !changed.has("node") && !changed.has("tab") && !changed.has("evidence")) return;
    for (const [index, name] of TABS.entries()) {
      this.tabs[index].setAttribute("aria-selected", String(name === state.tab));
      this.tabs[index].setAttribute("tabindex", name === state.tab ? "0" : "-1");
    }
    const { node } = this.store;
    const isSame = !changed.has("node") && !changed.has("tab");
    const top = this.panel.scrollTop;
    this.panel.setAttribute("aria-labelledby", `tab-${state.tab}`);
    this.head.replaceChildren(el("span", { class: "tag" }, tag(node)), ` ${speaker(node)}${writer(node) ? `,
      ${writer(node)}` : ""}, ${node.status}`);
    this.panel.replaceChildren(...present(CONTENT[/** @type {keyof typeof CONTENT} */ (state.tab)](this.store, node)));
    this.panel.scrollTop = isSame ? top : 0;
    if (state.tab === "evidence") this.#showMark(state);
  }

  /** @param {State} state */
  #showMark(state) {
    const wanted = state.evidence ? "mark.is-active" : "mark";
    bringIntoView(this.panel.querySelector(`.source ${wanted}`), state.evidence ? "center" : "nearest");
  }

  /** @param {KeyboardEvent} event */
  #turn(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (TABS.indexOf(this.store.state.tab) + by + TABS.length) % TABS.length;
    this.store.change({ tab: TABS[next] });
    this.tabs[next].focus();
  }
}
