// @ts-check
// Asking the server that this page came from; no other can be asked.

/** The key of this page, without which nothing is changed. @typedef {{key: string, since: string}} Served */

/**
 * What the server answers; null where it has nothing new. Throws an error that says why, where it refuses.
 * @param {string} address @param {RequestInit} [how] @returns {Promise<any>}
 */
async function ask(address, how = {}) {
  const answer = await fetch(address, { ...how, cache: "no-store" });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({ error: `the server answers ${answer.status}` }));
  if (!answer.ok) throw new Error(said.error ?? `the server answers ${answer.status}`);
  return said;
}

/**
 * Ask for a change.
 * @param {string} address @param {Served} served @param {unknown} [wanted]
 */
function order(address, served, wanted = {}) {
  const headers = { "Content-Type": "application/json", "X-R2S-Key": served.key };
  return ask(address, { method: "POST", headers, body: JSON.stringify(wanted) });
}

/** Asks again and again for what is new, as long as there is something to wait for. */
class Follower {
  /**
   * @param {string} address @param {string} since what the page knows already
   * @param {(news: any) => void} tell hears what is new @param {() => void} lose hears that the server is gone
   */
  constructor(address, since, tell, lose) {
    Object.assign(this, { address, since, tell, lose });
    this.address = address;
    this.since = since;
    this.tell = tell;
    this.lose = lose;
    this.timer = 0;
    this.failures = 0;
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    this.look();
  }

  /** Look once, and again in a while where more may come and somebody looks at the page. */
  async look() {
    clearTimeout(this.timer);
    const goes = await this.#news();
    if (goes && !document.hidden) this.timer = setTimeout(() => this.look(), WAIT * Math.min(8, 1 + this.failures));
  }

  /** @returns {Promise<boolean>} whether more may come */
  async #news() {
    try {
      const news = await ask(`${this.address}?since=${encodeURIComponent(this.since)}`);
      this.failures = 0;
      if (!news) return true;
      this.since = news.since;
      this.tell(news);
      return news.goes;
    } catch {
      this.failures += 1;
      this.lose();
      return this.failures < 5;
    }
  }
}

/** Milliseconds between two looks. */
const WAIT = 2000;
