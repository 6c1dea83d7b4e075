// @ts-check
// The top of the page: what tree this is, its figures, the search, the filters, the theme; and the line at the bottom.

/** @param {Store} store @param {HTMLElement} host */
function topBar(store, host) {
  host.append(
    el("div", { class: "top-line" }, placeLinks(store.model), titleOf(store.model), searchBox(store),
      filterButton(store),
      button("Colours: as the system has them, light, dark (t)", turnTheme, { class: "square" }, icon("moon")),
      button("Keys and help (?)", openHelp, { class: "square" }, icon("help"))),
    figuresLine(store.model), filterPanel(store), activeFilters(store));
}

/** @param {Model} model */
function placeLinks(model) {
  const { place } = model.data;
  const home = el(place?.index ? "a" : "span",
    { class: "brand", href: place?.index ?? null, title: place?.index ? "All trees of this run" : null }, "R2S");
  if (!place) return home;
  const number = el("span", { class: "number" }, `tree ${place.number}`);
  return el("nav", { class: "place", "aria-label": "Trees of the run" }, home,
    neighbour(place.before, "Previous tree", "left"), number, neighbour(place.after, "Next tree", "right"));
}

/** @param {string | null} href @param {string} label @param {"left" | "right"} drawing */
function neighbour(href, label, drawing) {
  return href && el("a", { href, class: "square", "aria-label": label, title: label }, icon(drawing));
}

/** @param {Model} model */
function titleOf({ tree }) {
  return el("h1", { lang: tree.document.lang, dir: "auto", title: tree.document.source },
    tree.document.title ?? tree.document.id);
}

/** @param {Model} model */
function figuresLine({ tree, data, nodes, reviewed }) {
  const kept = nodes.filter((node) => node.status === "kept").length;
  const { totals } = tree;
  const isCounted = totals.prompt_tokens + totals.completion_tokens > 0;
  const figures = [
    tree.method,
    counted(data.dialogues, "dialogue"),
    counted(totals.turns, "turn"),
    `${counted(nodes.length, "message")}, ${kept} kept`,
    !reviewed && "0 reviewers",
    `${percent(tree.coverage)} covered`,
    counted(totals.calls, "model reply", "model replies"),
    isCounted && tokens(totals),
    (isCounted || totals.cost_usd === null) && money(totals.cost_usd),
    tree.forks.length > 0 && counted(tree.forks.length, "fork"),
  ];
  return figureList(figures, tree.models);
}

/** @param {Store} store */
function searchBox(store) {
  const input = /** @type {HTMLInputElement} */ (el("input",
    { type: "search", id: "search", placeholder: "Search", "aria-label": "Search messages, plans and reviews",
    autocomplete: "off", spellcheck: "false" }));
  input.addEventListener("input", () => store.change({ query: input.value }));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") nextMatch(store, event.shiftKey ? -1 : 1);
  });
  store.follow((state) => {
    if (input.value !== state.query) input.value = state.query;
  });
  return el("div", { class: "search" }, icon("search"), input);
}

/** @param {Store} store */
function filterButton(store) {
  const shown = button("Filters", () => togglePanel(),
    { class: "with-icon", id: "filter-button", "aria-expanded": "false", "aria-controls": "filter-panel" });
  shown.prepend(icon("filter"));
  store.follow((state) => shown.classList.toggle("is-on", state.filters !== ""));
  return shown;
}

/** @param {boolean} [isOpen] */
function togglePanel(isOpen = Boolean(byElementId("filter-panel").hidden)) {
  byElementId("filter-panel").hidden = !isOpen;
  byElementId("filter-button").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) /** @type {HTMLElement | null} */ (byElementId("filter-panel").querySelector("button, input"))?.focus();
}

/** @param {Store} store */
function filterPanel(store) {
  const counts = tally(store.model);
  const groups = NAMES.filter((name) => counts.get(name)?.size && name !== "star").map((name) =>
    filterGroup(store, name, [...(counts.get(name) ?? [])]));
  return el("section", { class: "filter-panel", id: "filter-panel", "aria-label": "Filters", hidden: true },
    ...groups, starGroup(store), scoreLimits(store));
}

/** What the reader has marked, to filter by and to save. @param {Store} store */
function starGroup(store) {
  const group = filterGroup(store, "star", [["yes", null]]);
  group.append(button("Save my marks", () => saveMarks(store.model), { class: "quiet" }));
  return group;
}

/**
 * The commonest values of one name, to filter by.
 * @param {Store} store @param {string} name @param {[string, number | null][]} values each with how many have it
 */
function filterGroup(store, name, values) {
  const commonest = values.sort((a, b) => Number(b[1]) - Number(a[1])).slice(0, 12);
  return el("fieldset", {}, el("legend", {}, GROUP_NAMES[name] ?? capital(name)),
    ...commonest.map(([value, count]) => filterToggle(store, name, value, count)));
}

/** @type {Record<string, string>} */
const GROUP_NAMES = {
  problem: "Worth a look", use: "In samples", branch: "Branch points", type: "Logic type",
  agent: "Written by", star: "Starred",
};

/** @param {Store} store @param {string} name @param {string} value @param {number | null} count */
function filterToggle(store, name, value, count) {
  const one = { name, sign: ":", value };
  const press = () => store.change({ filters: toggled(store.state.filters, one) });
  const toggle = el("button", { type: "button", class: "chip", onclick: press }, spaced(value),
    count !== null && el("span", { class: "count" }, count));
  const isOn = (/** @type {State} */ state) =>
    conditions(state.filters).some((other) => toFilters([other]) === toFilters([one]));
  store.follow((state) => toggle.setAttribute("aria-pressed", String(isOn(state))));
  return toggle;
}

/** @param {Store} store */
function scoreLimits(store) {
  if (!store.model.reviewed) return null;
  return el("fieldset", { class: "limits" }, el("legend", {}, "Score"), scoreLimit(store, ">", "above"),
    scoreLimit(store, "<", "below"));
}

/** @param {Store} store @param {string} sign @param {string} label */
function scoreLimit(store, sign, label) {
  const input = /** @type {HTMLInputElement} */ (
    el("input", { type: "number", min: 1, max: 5, step: 0.1, "aria-label": `Score ${label}` }));
  const isThis = (/** @type {Condition} */ one) => one.name === "score" && one.sign === sign;
  input.addEventListener("change", () => {
    const limit = input.value ? [{ name: "score", sign, value: input.value }] : [];
    const others = conditions(store.state.filters).filter((one) => !isThis(one));
    store.change({ filters: toFilters([...others, ...limit]) });
  });
  store.follow((state) => {
    input.value = conditions(state.filters).find(isThis)?.value ?? "";
  });
  return el("label", {}, label, " ", input);
}

/** What is filtered by, how much passes, and the way from match to match. @param {Store} store */
function activeFilters(store) {
  const line = el("div", { class: "active-filters", hidden: true });
  store.follow((state, changed) => {
    if (!changed.has("filters") && !changed.has("query")) return;
    const passes = passing(store.model, state);
    line.hidden = !passes;
    if (!passes) return line.replaceChildren();
    const told = `${passes.size} of ${counted(store.model.nodes.length, "message")}`;
    line.replaceChildren(el("strong", { class: "match-count" }, told),
      ...conditions(state.filters).map((one) => activeFilter(store, one)),
      button("Previous match", () => nextMatch(store, -1), { class: "square" }, icon("left")),
      button("Next match", () => nextMatch(store, 1), { class: "square" }, icon("right")),
      button("Clear", () => store.change({ filters: "", query: "" }), { class: "quiet" }));
    announce(told);
  });
  return line;
}

/** A filter that a press takes away. @param {Store} store @param {Condition} one */
function activeFilter(store, one) {
  const drop = () => store.change({ filters: toggled(store.state.filters, one) });
  const told = [one.name, one.sign === ":" ? "" : one.sign, spaced(one.value)].filter(Boolean).join(" ");
  return button(`Drop the filter ${toFilters([one])}`, drop, { class: "chip is-on" }, told, icon("close"));
}

/** Select the next message that passes the filters. @param {Store} store @param {number} by */
function nextMatch(store, by) {
  const passes = passing(store.model, store.state);
  nextWhere(store, by, (node) => !passes || passes.has(node.id), "match");
}

/**
 * Select the next message of a kind in the order of the outline, round the end.
 * @param {Store} store @param {number} by @param {(node: Message) => boolean} isWanted @param {string} kind
 */
function nextWhere(store, by, isWanted, kind) {
  const all = store.model.walk();
  const at = all.indexOf(store.node);
  for (let step = 1; step <= all.length; step += 1) {
    const node = all[(at + by * step + all.length * step) % all.length];
    if (isWanted(node)) return store.select(node.id);
  }
  announce(`There is no ${kind} in this tree`);
}

/** @param {Store} store @param {HTMLElement} host */
function statusLine(store, host) {
  store.follow((state, changed) => {
    if (!changed.has("node")) return;
    const { node, model } = store;
    const samples = model.samplesOf.get(node.id)?.length ?? 0;
    host.replaceChildren(
      ...[el("code", {},
        node.id), `depth ${model.depths.get(node.id)}`, `turn ${node.turn} of ${Math.max(node.turn,
          model.tree.totals.turns)}`, samples
        ? `in ${counted(samples, "sample")}` : "in no sample"].map((one) => el("span", {}, one)),
      el("span", { class: "space" }), el("span", { class: "wide-only" }, model.data.generator),
        el("span", { class: "wide-only" }, "press ? for keys"));
  });
}
