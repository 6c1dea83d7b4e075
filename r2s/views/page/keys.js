// @ts-check
// The keyboard: single keys that never act while somebody types, and that can be switched off.

/** @typedef {{store: Store, outline: Outline, map: TreeMap, reader: Reader}} Page */

/** Keys, what they do in words, and what they do. @type {[string[], string, (page: Page) => void][]} */
const KEYS = [
  [["ArrowUp"], "previous row", ({ outline }) => outline.step(-1)],
  [["ArrowDown"], "next row", ({ outline }) => outline.step(1)],
  [["ArrowRight"], "open, or into it", ({ outline }) => outline.enter()],
  [["ArrowLeft"], "close, or out of it", ({ outline }) => outline.leave()],
  [["Home"], "first row", ({ outline }) => outline.first()],
  [["End"], "last row", ({ outline }) => outline.last()],
  [["["], "previous sibling", ({ store }) => toSibling(store, -1)],
  [["]"], "next sibling", ({ store }) => toSibling(store, 1)],
  [["k"], "previous message of the dialogue", ({ reader }) => reader.step(-1)],
  [["j"], "next message of the dialogue", ({ reader }) => reader.step(1)],
  [["b"], "next branch point", ({ store }) =>
    nextWhere(store, 1, (node) => store.model.isBranchPoint(node), "branch point")],
  [["B"], "previous branch point", ({ store }) =>
    nextWhere(store, -1, (node) => store.model.isBranchPoint(node), "branch point")],
  [["x"], "next message worth a look", ({ store }) =>
    nextWhere(store, 1, (node) => store.model.problems(node).length > 0, "problem")],
  [["X"], "previous message worth a look", ({ store }) =>
    nextWhere(store, -1, (node) => store.model.problems(node).length > 0, "problem")],
  [["e"], "next piece of evidence", ({ store }) => toEvidence(store, 1)],
  [["E"], "previous piece of evidence", ({ store }) => toEvidence(store, -1)],
  [["n"], "next match", ({ store }) => nextMatch(store, 1)],
  [["N"], "previous match", ({ store }) => nextMatch(store, -1)],
  [["1", "2", "3", "4", "5", "6"], "a tab of the details", () => {}],
  [["d"], "compare with the next sibling", ({ store }) => compareNext(store, store.node)],
  [["m"], "outline or map", ({ store }) => store.change({ view: store.state.view === "map" ? "outline" : "map" })],
  [["+"], "draw the map larger", ({ map }) => map.zoom(1.25)],
  [["-"], "draw the map smaller", ({ map }) => map.zoom(0.8)],
  [["0"], "fit the map", ({ map }) => map.fit()],
  [["*"], "open or close all rows", ({ outline }) => outline.toggleAll()],
  [["/"], "search", () => byElementId("search").focus()],
  [["f"], "filters", () => togglePanel()],
  [["g"], "go to a message by its id", ({ store }) => goTo(store)],
  [["s"], "star this message", (page) => star(page)],
  [["r"], "Markdown drawn, or as it is written", ({ reader }) => turnMarkdown(() => reader.refresh())],
  [["y"], "copy the link to what is shown", ({ store }) => copyText(store.link, "link")],
  [["c"], "copy the message", ({ store }) => copyText(store.node.text, "message")],
  [["t"], "colours: system, light, dark", () => turnTheme()],
  [["?"], "this help", () => openHelp()],
  [["Escape"], "leave what is open; clear", (page) => leaveOpen(page)],
];
const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/** @param {Page} page */
function listenToKeys(page) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = Boolean(target.closest("input, select, textarea, dialog"));
    if (event.key === "Escape" && !target.closest("dialog")) return leaveOpen(page);
    if (isTyping || isSwitchedOff(event.key) || !isMeant(event.key, target)) return;
    if (press(page, event.key)) event.preventDefault();
  });
}

/** Whoever speaks to their computer may switch single keys off; the arrows of the tree stay. @param {string} key */
function isSwitchedOff(key) {
  return memory.get("keys") === "off" && key !== "?" && !ARROWS.includes(key);
}

/** Arrow keys belong to the tree; elsewhere they scroll. @param {string} key @param {HTMLElement} target */
function isMeant(key, target) {
  return !ARROWS.includes(key) || target === document.body || Boolean(target.closest(".outline, .map"));
}

/** @param {Page} page @param {string} key @returns {boolean} whether the key does anything */
function press(page, key) {
  if (/^[1-6]$/.test(key)) page.store.change({ tab: TABS[Number(key) - 1] });
  const known = KEYS.find(([keys]) => keys.includes(key));
  known?.[2](page);
  return Boolean(known);
}

/** @param {Store} store @param {number} by */
function toSibling(store, by) {
  const siblings = store.model.siblings(store.node);
  store.select(siblings[(siblings.indexOf(store.node) + by + siblings.length) % siblings.length].id);
}

/**
 * The next piece of evidence of this reply, then of the next reply of the dialogue.
 * @param {Store} store @param {number} by
 */
function toEvidence(store, by) {
  const all = store.model.dialogue(store.node)
    .flatMap((node) => node.evidence.map((_, index) => ({ node, number: index + 1 })));
  if (!all.length) return announce("No reply of this dialogue cites anything");
  const here = all.findIndex((one) => one.node === store.node && String(one.number) === store.state.evidence);
  const near = all.findIndex((one) => one.node === store.node);
  const next = all[here < 0 ? Math.max(near, 0) : (here + by + all.length) % all.length];
  store.select(next.node.id, { tab: "evidence", evidence: String(next.number) });
}

/** @param {Page} page */
function star({ store, reader }) {
  marks.toggle(store.node.id);
  announce(marks.has(store.node.id) ? "Starred" : "Star taken away");
  reader.refresh();
}

/** @param {Store} store */
function goTo(store) {
  const input = /** @type {HTMLInputElement} */ (el("input",
    { "aria-label": "Id of the message, or its beginning", autocomplete: "off", spellcheck: "false" }));
  const dialog = openDialog("Go to a message",
    el("form", { method: "dialog" }, input, el("button", { type: "submit" }, "Go")));
  dialog.addEventListener("close", () => {
    const found = input.value && store.model.nodes.find((node) => node.id.startsWith(input.value.trim()));
    if (found) store.select(found.id);
    else if (input.value) announce(`There is no message ${input.value}`);
  });
  input.focus();
}

/** @param {Page} page */
function leaveOpen({ store, outline, map }) {
  if (!byElementId("filter-panel").hidden) {
    togglePanel(false);
    byElementId("filter-button").focus();
  } else if (store.state.compare) store.change({ compare: "" });
  else if (document.activeElement?.id === "search" || store.state.query || store.state.filters) {
    store.change({ query: "", filters: "" });
    (store.state.view === "map" ? map : outline).focus();
  }
}

function openHelp() {
  const off = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id: "keys-on" }));
  off.checked = memory.get("keys") !== "off";
  off.addEventListener("change", () => memory.set("keys", off.checked ? "on" : "off"));
  openDialog("Keys", el("dl", { class: "keys" }, ...KEYS.map(([keys, does]) =>
    el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", {}, KEY_NAMES[key] ?? key))), el("dd", {}, does)))),
    el("p", { class: "keys-switch" }, off, el("label", { for: "keys-on" }, "Single keys act")),
    el("p", { class: "note" }, document.documentElement.dataset.served ? "The page asks the server that it came from "
      + "and nobody else, and keeps stars, notes and colours in this browser alone." : "The page is one file: it needs no "
      + "network, sends nothing, and keeps stars, notes and colours in this browser alone."));
}

/** @type {Record<string, string>} */
const KEY_NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowRight: "→", ArrowLeft: "←", Escape: "Esc" };

/** @param {string} title @param {...Child} children */
function openDialog(title, ...children) {
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { "aria-label": title },
    el("header", {}, el("h2", {}, title), button("Close", () => dialog.close(), { class: "square" }, icon("close"))),
    ...children));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
