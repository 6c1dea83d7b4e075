// @ts-check
// The page of a comparison: points and table of one measure at a time, the runs behind them, and the report.

/** @param {any} data */
function comparisonBar({ title, points, cells, models, generator }, /** @type {HTMLElement} */ search) {
  const names = Object.entries(models).map(([role, own]) => `${role} ${/** @type {string[]} */ (own).join(", ")}`);
  const flat = Object.fromEntries(Object.values(models).flat().map((name) => [name, name]));
  const documents = new Set(points.map((/** @type {Point} */ point) => point.document)).size;
  return [
    el("div", { class: "top-line" }, el("span", { class: "brand" }, "R2S"), el("h1", {}, title),
      el("div", { class: "search" }, icon("search"), search),
      button("Colours: as the system has them, light, dark", turnTheme, { class: "square" }, icon("moon"))),
    figureList([counted(cells.length, "cell"), counted(documents, "document"), counted(points.length, "dialogue"),
      names.join(", "), generator], flat),
  ];
}

/** A row a dialogue, with a value a cell. @param {Point[]} points @param {number} index @returns {Row[]} */
function rowsOf(points, index) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const point of points) {
    const group = groupOf(point);
    const row = rows.get(group) ?? { group, document: point.document, seed: point.seed, replicate: point.replicate,
      spread: null, addresses: {}, statuses: {} };
    row[`cell ${point.cell}`] = point.values[index];
    row.addresses[point.cell] = point.address;
    row.statuses[point.cell] = point.status;
    rows.set(group, row);
  }
  return [...rows.values()].map((row) => ({ ...row, spread: spreadOf(row) }));
}

/** How far the cells of a row are apart. @param {Row} row */
function spreadOf(row) {
  const values = Object.keys(row).filter((key) => key.startsWith("cell ")).map((key) => row[key])
    .filter((value) => value !== null);
  return values.length > 1 ? Math.max(...values) - Math.min(...values) : null;
}

/** @param {string[]} cells @param {Measure} measure @param {(group: string | null) => void} follow @returns {Column[]} */
function columnsOf(cells, measure, follow) {
  const value = (/** @type {Row} */ row, /** @type {string} */ cell) => (row.addresses[cell]
    ? el("a", { href: row.addresses[cell], onpointerenter: () => follow(row.group), onpointerleave: () => follow(null),
      onfocus: () => follow(row.group), onblur: () => follow(null) }, valueOf(measure, row[`cell ${cell}`]))
    : row.statuses[cell] ?? "–");
  return [
    { key: "document", head: "Document", show: (row) => written(row.document) },
    { key: "seed", head: "Seed", isNumber: true, show: (row) => row.seed },
    ...cells.map((cell) => ({ key: `cell ${cell}`, head: cell, isNumber: true,
      show: (/** @type {Row} */ row) => value(row, cell) })),
    { key: "spread", head: "Apart", isNumber: true, title: "How far the cells are apart",
      show: (row) => valueOf(measure, row.spread) },
  ];
}

/** @param {{cell: string, seed: number, trees: number, address: string}[]} runs */
function runList(runs) {
  return el("details", { class: "runs", open: runs.length < 13 }, el("summary", {}, counted(runs.length, "run")),
    el("ul", {}, runs.map((run) => el("li", {}, el("a", { href: run.address }, `${run.cell}, seed ${run.seed}`),
      ` ${counted(run.trees, "tree")}`))));
}

function startComparison(/** @type {any} */ data) {
  const search = /** @type {HTMLInputElement} */ (el("input", { type: "search", id: "search", autocomplete: "off",
    placeholder: "Search documents", "aria-label": "Search the documents" }));
  const choice = /** @type {HTMLSelectElement} */ (el("select", { id: "measure" },
    data.measures.map((/** @type {Measure} */ one, /** @type {number} */ at) => el("option", { value: at }, one.label))));
  const points = new Points(data.cells, data.points, data.measures);
  points.onfollow = (group) => points.follow(group);
  const host = el("div");
  const draw = () => {
    const index = Number(choice.value);
    const query = search.value.trim().toLowerCase();
    const passes = (/** @type {Point} */ point) => point.document.toLowerCase().includes(query);
    points.show(index, passes);
    const columns = columnsOf(data.cells, data.measures[index], (group) => points.follow(group));
    const table = new Table(columns, rowsOf(data.points.filter(passes), index), "Dialogues by document and cell");
    table.sort("spread", true);
    host.replaceChildren(table.root);
    history.replaceState(null, "", `#${new URLSearchParams({ measure: data.measures[index].name, q: search.value })}`);
  };
  const given = new URLSearchParams(location.hash.slice(1));
  search.value = given.get("q") ?? "";
  choice.value = String(Math.max(0, data.measures.findIndex((/** @type {Measure} */ one) =>
    one.name === given.get("measure"))));
  search.addEventListener("input", draw);
  choice.addEventListener("change", draw);
  setTheme(memory.get("theme"));
  byElementId("top").append(...comparisonBar(data, search));
  byElementId("trees").append(el("div", { class: "chosen" }, el("label", { for: "measure" }, "Measure"), choice,
    el("p", { class: "note" }, "Each point is a dialogue and leads to its tree.")),
  points.root, host, runList(data.runs), reportOf(data.blocks.filter((/** @type {any} */ block) => block.level !== 1)));
  draw();
  document.documentElement.dataset.ready = "yes";
}

readData().then(startComparison);
