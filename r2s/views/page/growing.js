// @ts-check
// A branch that is being played: the tree that the page was opened with, and below it what has been said by now.

/** A message as it is by now, and what Python knows of it. @typedef {{node: Message, score: number | null, said:
 *    [number, number, number][]}} Grown */

class GrowingBranch {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.whole = store.model;
    /** @type {Map<string, Grown>} */
    this.grown = new Map();
  }

  /** Show what is new. Who looks at the end of the branch, or at what it grows from, is taken along.
   *  @param {Grown[]} news @param {string} from the message that was forked */
  take(news, from) {
    if (!news.length) return;
    const { state } = this.store;
    // After the page was loaded again the address may name a message that was not there then.
    const wanted = this.grown.size ? state.node : fromAddress(location.hash).node || state.node;
    const isAlong = [from, this.tip].includes(state.node) || news.some(({ node }) => node.id === wanted);
    for (const one of news) this.grown.set(one.node.id, one);
    this.store.take(this.#model(), isAlong ? this.tip ?? from : state.node);
    announce(`${speaker(this.store.node)}: ${glimpse(this.store.node.text, 80)}`);
  }

  /** The last message that is said for good. */
  get tip() {
    return [...this.grown.values()].findLast(({ node }) => node.status === "kept")?.node.id;
  }

  /** @param {string} id */
  has(id) {
    return this.grown.has(id);
  }

  /** The tree as it was: the branch came to nothing. @param {string} from the message that was forked */
  drop(from) {
    if (!this.grown.size) return;
    const { node } = this.store.state;
    const next = this.has(node) ? from : node;
    this.grown.clear();
    this.store.take(this.whole, next);
  }

  #model() {
    const { data, tree } = this.whole;
    const all = [...this.grown.values()];
    const nodes = [...tree.nodes, ...all.map(({ node }) => this.#asItStands(node))];
    const scored = all.filter(({ score }) => score !== null);
    const scores = Object.fromEntries(scored.map(({ node, score }) => [node.id, score]));
    const said = Object.fromEntries(all.map(({ node, said: places }) => [node.id, places]));
    return new Model({ ...data, tree: { ...tree, nodes }, scores: { ...data.scores, ...scores },
      said: { ...data.said, ...said }, growing: [...this.grown.keys()] });
  }

  /** A draft that nobody has decided on yet is pending. @param {Message} node @returns {Message} */
  #asItStands(node) {
    const isDecided = [...this.grown.values()].some((other) => other.node.parent === node.parent
      && other.node.status === "kept");
    return node.status === "rejected" && !isDecided ? { ...node, status: "pending" } : node;
  }
}

/** What comes next of a branch that is being played. @param {Model} model @param {Message} last */
function growth(model, last) {
  const drafts = model.children(last.id).filter((node) => node.status === "pending").length;
  if (drafts) return `${counted(drafts, "draft")} ${drafts === 1 ? "is" : "are"} with the panel ...`;
  return last.role === "user" ? "The assistant is about to answer ..." : "The user is about to speak ...";
}
