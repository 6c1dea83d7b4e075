// @ts-check
// Asking the server that this page came from; no other can be asked.

/** What a page knows of its server: the key that changes need, and what it has been told. @typedef {{key: string,
 *    since: string}} Served */

/** Milliseconds between two looks at what is new, and at most where the server does not answer. */
const WAIT = 2000;
const LONGEST_WAIT = 15_000;

/**
 * What the server answers; throws an error that says why, where it refuses.
 * @param {string} address @param {RequestInit} [how] @returns {Promise<any>}
 */
async function ask(address, how = {}) {
  const answer = await fetch(address, { ...how, cache: "no-store" });
  const said = await answer.json().catch(() => ({ error: `the server answers ${answer.status}` }));
  if (!answer.ok) throw new Error(said.error);
  return said;
}

/** Ask for a change. @param {string} address @param {Served} served @param {unknown} [wanted] */
function order(address, served, wanted = {}) {
  const headers = { "Content-Type": "application/json", "X-R2S-Key": served.key };
  return ask(address, { method: "POST", headers, body: JSON.stringify(wanted) });
}

/** Looks again and again for what is new, while more may come and somebody looks at the page. */
class Follower {
  /**
   * @param {string} address @param {string} since what the page knows already
   * @param {(news: any) => void} tell hears what the server answers
   * @param {{wait?: number, lose?: () => void}} [more] `lose` hears that the server does not answer
   */
  constructor(address, since, tell, { wait = WAIT, lose = () => {} } = {}) {
    this.address = address;
    this.since = since;
    this.tell = tell;
    this.wait = wait;
    this.lose = lose;
    this.timer = 0;
    this.failures = 0;
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    this.look();
  }

  /** Look now, and go on as long as there is something to wait for. */
  async look() {
    clearTimeout(this.timer);
    const goesOn = await this.#news();
    clearTimeout(this.timer);
    if (!goesOn || document.hidden) return;
    this.timer = setTimeout(() => this.look(), Math.min(LONGEST_WAIT, this.wait * 2 ** this.failures));
  }

  /** @returns {Promise<boolean>} whether more may come */
  async #news() {
    try {
      const news = await ask(`${this.address}?since=${encodeURIComponent(this.since)}`);
      this.failures = 0;
      this.since = news.since;
      this.tell(news);
      return news.goes;
    } catch {
      this.failures += 1;
      this.lose();
      return true;
    }
  }
}
