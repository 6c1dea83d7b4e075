// @ts-check
// Filters: `role:assistant,status:rejected,score<3`. Values of one name are alternatives, names must all hold.

/** @typedef {{name: string, sign: string, value: string}} Condition */

const NAMES = ["role", "status", "problem", "flaw", "type", "agent", "use", "evidence", "branch", "star", "score"];

/** @param {string} filters @returns {Condition[]} */
function conditions(filters) {
  return filters.split(",").flatMap((one) => {
    const match = /^\s*([a-z]+)([:<>])(.+?)\s*$/.exec(one);
    return match && NAMES.includes(match[1]) ? [{ name: match[1], sign: match[2], value: match[3] }] : [];
  });
}

/** @param {Condition[]} wanted */
function toFilters(wanted) {
  return wanted.map(({ name, sign, value }) => `${name}${sign}${value}`).join(",");
}

/**
 * The filters with one condition more, or without it where it was there.
 * @param {string} filters @param {Condition} one
 */
function toggled(filters, one) {
  const known = conditions(filters);
  const others = known.filter((other) => toFilters([other]) !== toFilters([one]));
  return toFilters(others.length < known.length ? others : [...known, one]);
}

/**
 * What can be asked of a message, by name.
 * @param {Model} model @param {Message} node @returns {Record<string, string[]>}
 */
function traits(model, node) {
  return {
    role: [node.role],
    status: [node.status],
    problem: model.problems(node),
    flaw: node.flaws,
    type: node.plan ? [node.plan.type] : [],
    agent: [node.agent],
    use: [model.use(node)],
    evidence: node.role === "user" ? []
      : [...new Set(node.evidence.map((span) => span.match)), ...(node.evidence.length ? [] : ["none"])],
    branch: model.isBranchPoint(node) ? ["yes"] : [],
    star: marks.has(node.id) ? ["yes"] : [],
  };
}

/**
 * The ids of the messages that pass, or null where nothing is asked.
 * @param {Model} model @param {State} state @returns {Set<string> | null}
 */
function passing(model, state) {
  const wanted = [...grouped(conditions(state.filters), (one) => one.name + one.sign).values()];
  const query = state.query.trim().toLowerCase();
  if (!wanted.length && !query) return null;
  const passes = model.nodes.filter((node) => meets(model, node, wanted) && (!query || holds(node, query)));
  return new Set(passes.map((node) => node.id));
}

/** @param {Model} model @param {Message} node @param {Condition[][]} wanted */
function meets(model, node, wanted) {
  const found = traits(model, node);
  return wanted.every((alternatives) => alternatives.some(({ name, sign, value }) =>
    name === "score" ? compares(model.score(node), sign, Number(value)) : found[name].includes(value)));
}

/** @param {number | null} score @param {string} sign @param {number} limit */
function compares(score, sign, limit) {
  if (score === null) return false;
  return sign === "<" ? score < limit : sign === ">" ? score > limit : score === limit;
}

/** Whether words stand in what was said, thought or judged. @param {Message} node @param {string} query */
function holds(node, query) {
  const judged = reviewsOf(node).flatMap((review) => [...(review.weaknesses ?? []), review.suggestion]);
  const places = [node.text, node.id, node.agent, node.thought, node.reason, node.plan?.purpose, node.chair?.reason,
    ...judged];
  return places.some((words) => words?.toLowerCase().includes(query));
}

/** How many messages have each value, by name. @param {Model} model @returns {Map<string, Map<string, number>>} */
function tally(model) {
  const counts = new Map(NAMES.map((name) => [name, new Map()]));
  for (const node of model.nodes) {
    for (const [name, values] of Object.entries(traits(model, node))) {
      for (const value of values) counts.get(name)?.set(value, (counts.get(name)?.get(value) ?? 0) + 1);
    }
  }
  return counts;
}
