// @ts-check
// The page of a run that is served: it follows the run as long as it goes on.

/** @typedef {{state: string, done: number, expected: number | null, a_minute: number | null, reading: boolean,
 *    forking: boolean, goes: boolean}} Progress */

/** What a run does, in words. @type {Record<string, string>} */
const STATES = {
  absent: "No run is here yet: this page shows it once it begins", running: "Running", gone: "The run was broken off: "
    + "the same r2s run command goes on with it", finished: "Finished", stopped: "Stopped", budget: "Budget used up",
  endpoint: "Endpoint lost", waiting: "Waits for replies",
};

class LivePage {
  /** @param {any} data @param {RunPage} page */
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.line = el("section", { class: "live", "aria-label": "State of the run", hidden: true });
    byElementId("trees").prepend(this.line);
    new Follower("changes", data.served.since, (news) => this.#take(news), { lose: () => this.#lose() });
  }

  /** @param {any} news */
  #take(news) {
    const { data } = this;
    const before = JSON.stringify([data.run, data.failed]);
    if (news.trees) data.trees = [...data.trees.slice(0, news.first), ...news.trees];
    for (const name of ["run", "errors", "failed", "progress", "asked"]) if (name in news) data[name] = news[name];
    if (data.progress) this.#show(data.progress);
    if (news.trees || JSON.stringify([data.run, data.failed]) !== before) keepFocus(() => this.page.draw());
    document.title = `${data.run.method ?? "run"} ${data.run.run ?? ""} · R2S`;
  }

  /** @param {Progress} progress */
  #show(progress) {
    this.line.hidden = progress.state === "finished" && !progress.reading && !progress.forking;
    this.line.dataset.state = progress.state;
    const share = progress.expected ? progress.done / progress.expected : null;
    this.line.replaceChildren(...present([
      el("strong", {}, progress.reading ? "Reading the trees" : STATES[progress.state] ?? progress.state),
      share !== null && el("progress", { value: progress.done, max: progress.expected, "aria-label": "Dialogues" }),
      share !== null && el("span", {}, `${progress.done.toLocaleString("en")} of `
        + counted(progress.expected ?? 0, "dialogue")),
      ...pace(progress), progress.forking && el("span", {}, "A fork is being played"), this.#desk()]));
  }

  #desk() {
    const { asked } = this.data;
    return el("a", { href: "desk", class: asked ? "to-desk is-wanted" : "to-desk" },
      asked ? `${counted(asked, "question")} for a person` : "Desk");
  }

  #lose() {
    this.line.hidden = false;
    this.line.dataset.state = "lost";
    this.line.replaceChildren(el("strong", {}, "The server does not answer"),
      el("span", {}, "what is shown stays; r2s view brings it back"));
  }
}

/** How fast a run goes, and how long it will take. @param {Progress} progress @returns {Child[]} */
function pace({ a_minute: rate, expected, done }) {
  if (!rate || !expected) return [];
  const minutes = (expected - done) / rate;
  return [el("span", {}, `${rate.toFixed(rate < 10 ? 1 : 0)} a minute`), el("span", {}, `${lasting(minutes)} left`)];
}

/** @param {number} minutes */
function lasting(minutes) {
  if (minutes < 1) return "less than a minute";
  return minutes < 90 ? counted(Math.round(minutes), "minute") : counted(Math.round(minutes / 60), "hour");
}

/** Draw anew without taking the keyboard away from where it is. @param {() => void} draw */
function keepFocus(draw) {
  const link = document.activeElement?.closest(".rows a")?.getAttribute("href");
  draw();
  if (link) /** @type {HTMLElement | null} */ (document.querySelector(`.rows a[href="${CSS.escape(link)}"]`))?.focus();
}
