// @ts-check
// The page comes to life: read the data, then draw the panes around one state.

const SCHEMA = "r2s.tree/1";
const PANES = [["tree", "Tree"], ["dialogue", "Dialogue"], ["details", "Details"]];

/** @param {Store} store @param {HTMLElement} host @returns {[Outline, TreeMap]} */
function treePane(store, host) {
  const switches = ["outline", "map"].map((view) =>
    el("button", { type: "button", title: "Outline or map (m)", onclick: () => store.change({ view }) },
    capital(view)));
  const all = button("Open or close all rows (*)", () => outline.toggleAll(), { class: "quiet" }, "All");
  host.append(el("div", { class: "tree-head" },
    el("div", { class: "switch", role: "group", "aria-label": "View" }, ...switches), el("span", { class: "space" }),
    all));
  const [rows, drawing] = [el("div", { class: "outline-host" }), el("div", { class: "map-host" })];
  host.append(rows, drawing);
  store.follow((state) => {
    switches.forEach((one, index) =>
      one.setAttribute("aria-pressed", String((state.view === "map") === (index === 1))));
    [rows.hidden, drawing.hidden, all.hidden] = [state.view === "map", state.view !== "map", state.view === "map"];
    document.body.dataset.view = state.view;
  });
  const outline = new Outline(store, rows);
  return [outline, new TreeMap(store, drawing)];
}

/** On narrow screens one pane at a time. @param {HTMLElement} host */
function paneTabs(host) {
  const buttons = PANES.map(([id, label]) => button(label, () => showPane(id), { "data-pane": id }));
  host.append(...buttons);
  showPane("dialogue");
}

/** @param {string} id */
function showPane(id) {
  byElementId("panes").dataset.pane = id;
  for (const one of byElementId("pane-tabs").children) {
    one.setAttribute("aria-pressed", String(one.getAttribute("data-pane") === id));
  }
}

async function start() {
  const data = await readData();
  if (data.tree.schema !== SCHEMA) throw new Error(`This page reads ${SCHEMA}, and its tree is ${data.tree.schema}`);
  marks.open(data.tree.id);
  setTheme(memory.get("theme"));
  if (data.served) document.documentElement.dataset.served = "yes";
  const store = new Store(new Model(data));
  topBar(store, byElementId("top"));
  paneTabs(byElementId("pane-tabs"));
  const [outline, map] = treePane(store, byElementId("tree"));
  const reader = new Reader(store, byElementId("dialogue"));
  new Inspector(store, byElementId("details"));
  statusLine(store, byElementId("status"));
  listenToKeys({ store, outline, map, reader });
  listenToMouse(store);
  if (data.served) new ForkDesk(store, followTree(data));
  document.documentElement.dataset.ready = "yes";
}

/**
 * On narrow screens a press leads on: from the tree to the dialogue, from a mark to the document.
 * @param {Store} store
 */
function listenToMouse(store) {
  byElementId("tree").addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest(".row, .dot")) showPane("dialogue");
  });
  byElementId("dialogue").addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest("mark, .cite")) showPane("details");
  });
  byElementId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byElementId("dialogue").focus();
  });
}

start().catch((error) =>
  byElementId("dialogue").replaceChildren(el("p",
  { class: "note", role: "alert" }, `This page cannot be drawn: ${error.message}`)));
