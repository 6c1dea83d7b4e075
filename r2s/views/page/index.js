// @ts-check
// The page of a run: what it is, how its trees are spread, what failed, and the trees themselves.

/** @type {Column[]} */
const COLUMNS = [
  { key: "document", head: "Document", show: (row) =>
    [el("a", { href: row.address, lang: row.language, dir: "auto" }, row.document),
    el("span", { class: "source-name" }, row.replicate ? `${row.source} · ${row.replicate + 1}` : row.source)] },
  { key: "language", head: "Language", show: (row) => row.language },
  { key: "method", head: "Method", show: (row) => row.method },
  { key: "turns", head: "Turns", isNumber: true, show: (row) => row.turns },
  { key: "dialogues", head: "Dialogues", isNumber: true, show: (row) => row.dialogues },
  { key: "messages", head: "Messages", isNumber: true, show: (row) => row.messages },
  { key: "coverage", head: "Coverage", isNumber: true, show: (row) => percent(row.coverage),
    title: "Share of the document that kept replies stand on" },
  { key: "score", head: "Score", isNumber: true, show: (row) => scoreChip(row.score, 2) ?? "–",
    title: "Mean score of the kept replies, 1 to 5" },
  { key: "dissent", head: "Dissent", isNumber: true, show: (row) => row.dissent?.toFixed(2) ?? "–",
    title: "How far the reviewers were apart at most (standard deviation)" },
  { key: "flaws", head: "Flaws", isNumber: true, show: (row) => row.flaws,
    title: "Kept replies with a mark of poor dialogue" },
  { key: "tokens", head: "Tokens", isNumber: true, show: (row) =>
    (row.tokens ? row.tokens.toLocaleString("en") : "–") },
  { key: "cost", head: "Cost", isNumber: true, show: (row) =>
    (row.cost === null ? "unknown" : row.cost === 0 ? "–" : money(row.cost)) },
  { key: "stop", head: "Ended by", show: (row) => spaced(row.stop) },
];

/** @type {[string, string, (value: number) => string][]} */
const SPREADS = [
  ["coverage", "Coverage", percent], ["score", "Score", (value) => value.toFixed(1)],
  ["dissent", "Dissent", (value) => value.toFixed(2)], ["turns", "Turns", (value) => value.toFixed(0)],
];

/** @param {any} data */
function runBar({ above }) {
  return [
    el("div", { class: "top-line" }, el(above ? "a" : "span", { class: "brand", href: above }, "R2S"),
      el("h1", { id: "heading" }),
      el("div", { class: "search" }, icon("search"), el("input", { type: "search", id: "search", autocomplete: "off",
        placeholder: "Search document, method, language", "aria-label": "Search the trees" })),
      button("Colours: as the system has them, light, dark", turnTheme, { class: "square" }, icon("moon"))),
    el("div", { id: "facts" }),
  ];
}

/** @param {any} data */
function runFacts({ run, trees, generator }) {
  const models = Object.entries(run.models ?? {}).map(([role, name]) => `${role} ${name}`).join(", ");
  const name = run.run ? [run.method, models, `seed ${run.seed}`, `run ${run.run}`] : [];
  const facts = [...name, run.status, run.message, ...spent(trees), run.started, generator];
  return figureList(facts, run.models ?? {});
}

/** What all trees took together; nothing where no tokens were counted. @param {Row[]} trees @returns {string[]} */
function spent(trees) {
  const count = trees.reduce((sum, row) => sum + row.tokens, 0);
  const isKnown = trees.every((row) => row.cost !== null);
  if (!count) return [];
  return [counted(count, "token"), money(isKnown ? trees.reduce((sum, row) => sum + row.cost, 0) : null)];
}

/**
 * How a figure is spread over the trees, in twelve bars.
 * @param {Row[]} rows @param {string} key @param {string} name @param {(value: number) => string} told
 */
function histogram(rows, key, name, told) {
  const values = rows.map((row) => row[key]).filter((value) => typeof value === "number");
  if (!values.length) return null;
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const bars = barsOf(values, low, high);
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  const label = `${name} from ${told(low)} to ${told(high)}, mean ${told(middle)}`;
  return el("figure", { class: "histogram" },
    el("figcaption", {}, name, el("strong", {}, told(middle)), el("span", {}, "mean")),
    svg("svg", { viewBox: "0 0 120 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
      ...bars.map((height, index) => svg("rect", { x: index * 10, width: 9, y: 40 - height, height }))),
    el("p", { class: "ends" }, el("span", {}, told(low)), el("span", {}, told(high))));
}

/** How high twelve bars are, the tallest 38. @param {number[]} values @param {number} low @param {number} high */
function barsOf(values, low, high) {
  const counts = new Array(12).fill(0);
  const barOf = (/** @type {number} */ value) => Math.min(11, Math.floor(((value - low) / (high - low)) * 12));
  for (const value of values) counts[high > low ? barOf(value) : 5] += 1;
  return counts.map((count) => (count / Math.max(...counts)) * 38);
}

/** What failed, by kind. @param {any} data @param {boolean} isOpen */
function failures({ errors, failed }, isOpen) {
  const kinds = Object.entries(failed);
  if (!kinds.length) return null;
  const count = kinds.reduce((sum, [, number]) => sum + number, 0);
  const told = kinds.map(([kind, number]) => `${kind} ${number}`).join(", ");
  return el("details", { class: "failures", open: isOpen }, el("summary", {}, `${counted(count, "document")} failed: ${told}`),
    el("ul", {}, ...errors.map((/** @type {any} */ error) =>
      el("li", {}, el("strong", {}, error.kind), " ", written(error.document), ": ", written(error.message)))));
}

/** What the page shows of its data, drawn anew whenever they have changed. */
class RunPage {
  /** @param {any} data */
  constructor(data) {
    this.data = data;
    this.bar = byElementId("top");
    this.spreads = el("div", { class: "histograms" });
    this.failed = el("div");
    this.count = el("p", { class: "match-count" });
    this.table = new Table(COLUMNS, data.trees, "Trees");
    this.bar.append(...runBar(data));
    byElementId("trees").append(this.spreads, this.failed, this.count, this.table.root);
    keepInAddress(this.table, /** @type {HTMLInputElement} */ (byElementId("search")), this.count);
    this.draw();
  }

  draw() {
    const { data } = this;
    byElementId("heading").textContent = counted(data.trees.length, "conversation tree");
    byElementId("facts").replaceChildren(runFacts(data));
    this.spreads.replaceChildren(
      ...present(SPREADS.map(([key, name, told]) => histogram(data.trees, key, name, told))));
    const isOpen = this.failed.querySelector("details")?.open ?? false;
    this.failed.replaceChildren(...present([failures(data, isOpen)]));
    this.table.rows = data.trees;
    this.table.show();
  }
}

function startIndex() {
  const data = JSON.parse(byElementId("data").textContent ?? "");
  setTheme(memory.get("theme"));
  if (data.served) document.documentElement.dataset.served = "yes";
  const page = new RunPage(data);
  if (data.served) new LivePage(data, page);
  document.documentElement.dataset.ready = "yes";
}

/**
 * The search and the order are in the address, so that a link shows the same table.
 * @param {Table} table @param {HTMLInputElement} search @param {HTMLElement} count
 */
function keepInAddress(table, search, count) {
  const given = new URLSearchParams(location.hash.slice(1));
  table.onchange = () => {
    const shown = new URLSearchParams();
    if (search.value) shown.set("q", search.value);
    if (table.order.key) shown.set("sort", `${table.order.isDown ? "-" : ""}${table.order.key}`);
    history.replaceState(null, "", `#${shown}`);
    const told = `${table.passing.length.toLocaleString("en")} of ${counted(table.rows.length, "tree")}`;
    count.textContent = table.query ? told : "";
    if (table.query) announce(told);
  };
  search.value = given.get("q") ?? "";
  search.addEventListener("input", () => table.search(search.value));
  table.query = search.value.trim().toLowerCase();
  const sort = given.get("sort") ?? "";
  table.sort(sort.replace(/^-/, ""), sort.startsWith("-"));
}

startIndex();
