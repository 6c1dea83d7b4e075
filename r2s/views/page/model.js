// @ts-check
// The tree as the page walks it: who answers whom, which reply leads on, what is worth a look.

/** @typedef {{passage: string, start: number, end: number, quote: string, match: string}} Evidence */
/** @typedef {{reviewer: string, model: string, scores: Record<string, number> | null, rank: number | null,
 *    vote: string | null, weaknesses: string[] | null, suggestion: string, error: string | null}} Review */
/** @typedef {{kept: string, mode: string, scores: Record<string, number>, dissent: number, reason: string,
 *    operation: string | null, advice: string}} Chair */
/**
 * @typedef {{type: string, progress: string, process: string, purpose: string, key_phrases: string[], target:
 * string[]}} Plan
 */
/**
 * @typedef {{prompt_tokens: number, completion_tokens: number, cost_usd: number | null, replies: number, calls:
 * string[], people?: string[]}} Usage
 */
/** @typedef {{id: string, parent: string | null, order: number, turn: number, role: string, agent: string,
 *    kind: string, status: string, text: string, thought: string, plan: Plan | null, found: string[],
 *    evidence: Evidence[],
 *    reviews: Review[] | null, chair: Chair | null, flaws: string[], closes: boolean, reason: string, usage: Usage,
 *    seed: number}} Message */
/** @typedef {{id: string, meta: {path: string[], train: number[], [name: string]: any}}} Sample */

/**
 * Reviewers further apart than this (standard deviation of their means) are in dissent, as for `r2s export --filter
 * dissent`.
 */
const APART = 1;

class Model {
  /** @param {any} data what `page_data` in Python made */
  constructor(data) {
    this.data = data;
    this.tree = data.tree;
    /** @type {Message[]} */
    this.nodes = data.tree.nodes;
    /** @type {Map<string, Message>} */
    this.byId = new Map(this.nodes.map((node) => [node.id, node]));
    /** @type {Set<string>} */
    this.main = new Set(data.main);
    /** @type {Map<string | null, Message[]>} */
    this.answers = grouped(this.nodes, (node) => node.parent);
    for (const siblings of this.answers.values()) siblings.sort((a, b) => a.order - b.order);
    /** @type {Map<string | null, number>} how deep each message is, the first ones at 1 */
    this.depths = new Map([[null, 0]]);
    for (const node of this.nodes) this.depths.set(node.id, (this.depths.get(node.parent) ?? 0) + 1);
    this.lanes = this.#lanes();
    this.below = this.#below();
    this.samplesOf = this.#samplesOf();
    this.citations = this.#citations();
    this.passages = new Map(this.tree.document.passages.map((/** @type {any} */ passage) => [passage.id, passage]));
    this.reviewed = this.nodes.some((node) => reviewsOf(node).length);
    /** @type {Set<string>} messages of a branch that is being played, and in no file yet */
    this.growing = new Set(data.growing);
  }

  /** @param {string} id @returns {Message} */
  node(id) {
    return /** @type {Message} */ (this.byId.get(id));
  }

  /** @param {string | null} id @returns {Message[]} in the order in which they were made */
  children(id) {
    return this.answers.get(id) ?? [];
  }

  /** The answer that leads on: the one on the main path, else the first that was kept. @param {string | null} id */
  heir(id) {
    const children = this.children(id);
    return children.find((node) => this.main.has(node.id)) ?? children.find((node) => node.status === "kept") ?? null;
  }

  /**
   * Answers as the outline lists them: the one that leads on comes last, so that the line goes on below it.
   * @param {string | null} id
   */
  listed(id) {
    const heir = this.heir(id);
    return heir ? [...this.children(id).filter((node) => node !== heir), heir] : this.children(id);
  }

  /** @param {Message} node */
  siblings(node) {
    return this.children(node.parent);
  }

  /** @param {Message} node @returns {Message[]} from the first message to this one */
  ancestors(node) {
    const path = [node];
    while (path[0].parent !== null) path.unshift(this.node(path[0].parent));
    return path;
  }

  /** The whole dialogue through a message: up to it, and on along the answers that lead on. @param {Message} node */
  dialogue(node) {
    const path = this.ancestors(node);
    for (let next = this.heir(node.id); next; next = this.heir(next.id)) path.push(next);
    return path;
  }

  /** Every message, depth first, as the outline lists them. @returns {Message[]} */
  walk() {
    const found = [];
    const left = [...this.listed(null)].reverse();
    while (left.length) {
      const node = /** @type {Message} */ (left.pop());
      found.push(node);
      left.push(...this.listed(node.id).reverse());
    }
    return found;
  }

  /** @param {Message} node */
  isBranchPoint(node) {
    return this.children(node.id).filter((child) => child.status === "kept").length > 1;
  }

  /** @param {Message} node @returns {number | null} */
  score(node) {
    return this.data.scores[node.id] ?? null;
  }

  /** What is wrong with a message, by kind. @param {Message} node @returns {string[]} */
  problems(node) {
    const isReply = node.role === "assistant" && node.status === "kept";
    return [
      node.status === "failed" && "failed",
      isInDissent(node) && "dissent",
      reviewsOf(node).some((review) => review.error) && "review failed",
      isReply && this.tree.document.text && !node.evidence.length && "no evidence",
      isReply && node.flaws.length && "flaw",
    ].filter((kind) => typeof kind === "string");
  }

  /** How the messages stand: `trained`, `context` of a sample, or in no sample. @param {Message} node */
  use(node) {
    const uses = this.samplesOf.get(node.id) ?? [];
    if (uses.some((use) => use.isTrained)) return "trained";
    return uses.length ? "context" : "none";
  }

  /** The name of the model that wrote a message, or the default one's. @param {Message} node */
  modelOf(node) {
    const fork = this.forkOf(node);
    const models = (fork ?? this.tree).models;
    return models[node.agent.replace(/-?\d+$/, "")] ?? models.default ?? "unknown";
  }

  /** The last fork that a message came from. @param {Message} node */
  forkOf(node) {
    const ids = new Set(this.ancestors(node).map((one) => one.id));
    return this.tree.forks.findLast((/** @type {any} */ fork) =>
      fork.first.some((/** @type {string} */ id) => ids.has(id)));
  }

  /** How far each message is set in: a line that leads on stays, what hangs beside it is set in by one. */
  #lanes() {
    const lanes = new Map();
    for (const node of this.walk()) {
      const isHeir = this.heir(node.parent) === node;
      lanes.set(node.id, (lanes.get(node.parent) ?? 0) + (isHeir || node.parent === null ? 0 : 1));
    }
    return lanes;
  }

  /** The places of the document that kept messages stand on, each once, with those who cite it. */
  #citations() {
    const cited = this.nodes.filter((node) => node.status === "kept")
      .flatMap((node) => node.evidence.map((span, index) => ({ node, number: index + 1, span })));
    return [...grouped(cited, ({ span }) => `${span.start}-${span.end}`).values()]
      .map((by) => ({ start: by[0].span.start, end: by[0].span.end, by }));
  }

  /** How many messages hang below each. */
  #below() {
    const counts = new Map(this.nodes.map((node) => [node.id, 0]));
    for (const node of this.walk().reverse()) {
      if (node.parent !== null) counts.set(node.parent,
        (counts.get(node.parent) ?? 0) + (counts.get(node.id) ?? 0) + 1);
    }
    return counts;
  }

  /** @returns {Map<string, {sample: Sample, isTrained: boolean}[]>} */
  #samplesOf() {
    const uses = new Map();
    for (const sample of this.data.samples) {
      sample.meta.path.forEach((/** @type {string} */ id, /** @type {number} */ index) => {
        const use = { sample, isTrained: sample.meta.train.includes(index) };
        if (!uses.has(id)) uses.set(id, []);
        uses.get(id).push(use);
      });
    }
    return uses;
  }
}

/** @template T, K @param {T[]} items @param {(item: T) => K} key @returns {Map<K, T[]>} */
function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    if (!groups.has(key(item))) groups.set(key(item), []);
    groups.get(key(item)).push(item);
  }
  return groups;
}

/** @param {Message} node @returns {Review[]} */
function reviewsOf(node) {
  return node.reviews ?? [];
}

/** Whether reviewers vote against each other, or their scores are far apart. @param {Message} node */
function isInDissent(node) {
  const votes = new Set(reviewsOf(node).map((review) => review.vote).filter(Boolean));
  return votes.size > 1 || (node.chair?.dissent ?? 0) > APART;
}

/** The letter that stands for who speaks, and the turn: U1, A1. @param {Message} node */
function tag(node) {
  return `${node.role === "user" ? "U" : "A"}${node.turn}`;
}

/** @param {Message} node */
function speaker(node) {
  return capital(node.role);
}

/** Who wrote a message, where that says more than its role. @param {Message} node */
function writer(node) {
  return node.agent === node.role ? "" : spaced(node.agent);
}

const STATUS_SIGNS = { kept: "✓", rejected: "✗", pruned: "⌀", failed: "!", pending: "…" };

/** @param {Message} node */
function statusSign(node) {
  return STATUS_SIGNS[/** @type {keyof typeof STATUS_SIGNS} */ (node.status)] ?? "?";
}

/** @param {number | null} score */
function rounded(score) {
  return score === null ? "" : score.toFixed(1);
}

