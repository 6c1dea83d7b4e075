// @ts-check
// A table that sorts by any column and shows what passes a search, some hundred rows at a time.

/** @typedef {Record<string, any>} Row */
/**
 * @typedef {{key: string, head: string, isNumber?: boolean, show: (row: Row) => Child | Child[], title?: string}}
 * Column
 */

/** So many rows more with each press: browsers draw no ten thousand at once. */
const PAGE = 200;

class Table {
  /** @param {Column[]} columns @param {Row[]} rows @param {string} caption */
  constructor(columns, rows, caption) {
    this.columns = columns;
    this.rows = rows;
    this.order = { key: "", isDown: false };
    this.query = "";
    /** @type {Row[]} */
    this.passing = [];
    this.most = PAGE;
    this.heads = columns.map((column) => el("th", { scope: "col", class: column.isNumber ? "is-number" : false },
      button(column.head, () => this.sort(column.key),
        { title: column.title ?? `Sort by ${column.head.toLowerCase()}` })));
    this.body = el("tbody");
    this.none = el("p", { class: "note none" });
    this.more = button("", () => this.#showMore(), { class: "quiet" });
    this.root = el("div", { class: "table-host" },
      el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": caption },
      el("table", { class: "rows" }, el("caption", { class: "unseen" }, caption),
        el("thead", {}, el("tr", {}, ...this.heads)), this.body)), this.none, this.more);
    this.onchange = () => {};
    this.show();
  }

  /** Sort by a column; by the same one again, the other way round. @param {string} key @param {boolean} [isDown] */
  sort(key, isDown = this.#wayDown(key)) {
    this.order = { key, isDown };
    this.show();
  }

  /** Numbers begin with the largest; a second press turns the order round. @param {string} key */
  #wayDown(key) {
    if (this.order.key === key) return !this.order.isDown;
    return Boolean(this.columns.find((one) => one.key === key)?.isNumber);
  }

  /** @param {string} query */
  search(query) {
    this.query = query.trim().toLowerCase();
    this.most = PAGE;
    this.show();
  }

  show() {
    this.passing = this.#sorted(this.rows.filter((row) => this.#holds(row)));
    this.body.replaceChildren(...this.passing.slice(0, this.most).map((row) => this.#row(row)));
    this.columns.forEach((column, index) => {
      const isThis = column.key === this.order.key;
      if (isThis) this.heads[index].setAttribute("aria-sort", this.order.isDown ? "descending" : "ascending");
      else this.heads[index].removeAttribute("aria-sort");
    });
    const left = this.passing.length - this.most;
    this.more.hidden = left <= 0;
    this.more.textContent = `Show ${Math.min(left, PAGE)} more of ${left.toLocaleString("en")}`;
    this.none.hidden = this.passing.length > 0;
    this.none.textContent = this.rows.length ? "Nothing here has these words." : "Nothing is here yet.";
    this.onchange();
  }

  #showMore() {
    this.most += PAGE;
    this.show();
  }

  /** @param {Row} row */
  #row(row) {
    return el("tr", {}, ...this.columns.map((column, index) =>
      el(index ? "td" : "th", { scope: index ? null : "row", class: column.isNumber ? "is-number" : false },
        column.show(row))));
  }

  /** Every word of the search stands in some text of the row. @param {Row} row */
  #holds(row) {
    const words = Object.values(row).filter((value) => typeof value === "string").join(" ").toLowerCase();
    return this.query.split(/\s+/).every((word) => words.includes(word));
  }

  /** Rows without a value come last, either way. @param {Row[]} rows */
  #sorted(rows) {
    const { key, isDown } = this.order;
    if (!key) return rows;
    return [...rows].sort((a, b) => {
      if (a[key] === null || b[key] === null) return Number(a[key] === null) - Number(b[key] === null);
      const order = typeof a[key] === "number" ? a[key] - b[key] : String(a[key]).localeCompare(String(b[key]));
      return isDown ? -order : order;
    });
  }
}
