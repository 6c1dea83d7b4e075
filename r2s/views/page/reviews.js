// @ts-check
// The reviews: what each reviewer says by each criterion, where they differ, and what the chairman decided.

/** @param {Store} store @param {Message} node @returns {Child[]} */
function reviewsTab(store, node) {
  if (node.role === "user") return [repliesTo(store, node)];
  const reviews = reviewsOf(node);
  const decided = [chairmanBox(store, node), siblingScores(store, node)];
  if (!reviews.length) return [el("p", { class: "note" }, unreviewed(store.model, node)), ...decided];
  return [matrix(reviews), spread(reviews), ...decided, ...remarks(reviews, store.model.tree.document.lang)];
}

/** @param {Model} model @param {Message} node */
function unreviewed(model, node) {
  if (node.status === "pending") return "The panel has not decided on this draft yet.";
  if (!model.reviewed) return "No reviewers in this run (0 reviewers): replies were kept without review.";
  if (node.status === "kept") return "Nobody reviewed this reply; it was kept without review.";
  return `Nobody reviewed this ${node.kind}; it was ${node.status}.`;
}

/** @param {Message} node @returns {string[]} in the order in which reviewers score them */
function criteriaOf(node) {
  return [...new Set(reviewsOf(node).flatMap((review) => Object.keys(review.scores ?? {})))];
}

/** The panel's mean by one criterion. @param {Message} node @param {string} criterion @returns {number | null} */
function meanOf(node, criterion) {
  return mean(reviewsOf(node).map((review) => review.scores?.[criterion]).filter((score) => typeof score === "number"));
}

/** @param {number[]} numbers @returns {number | null} */
function mean(numbers) {
  return numbers.length ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : null;
}

/** @param {Review} review */
function reviewMean(review) {
  return mean(Object.values(review.scores ?? {}));
}

/** Reviewers by criteria. @param {Review[]} reviews */
function matrix(reviews) {
  const criteria = [...new Set(reviews.flatMap((review) => Object.keys(review.scores ?? {})))];
  const heads = ["Reviewer", ...criteria.map(capital), "Mean", "Vote", "Rank"];
  const panel = criteria.map((criterion) => mean(reviews.flatMap((review) => review.scores?.[criterion] ?? [])));
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Reviews" },
    el("table", { class: "matrix" }, el("caption", { class: "unseen" }, "Scores of 1 to 5 by reviewer and criterion"),
      el("thead", {}, el("tr", {}, ...heads.map((head, index) =>
        el("th", { scope: "col", class: index ? "upright" : false }, el("span", {}, head))))),
      el("tbody", {}, ...reviews.map((review) => reviewRow(review, criteria))),
      reviews.length > 1 && el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "Panel"),
        ...[...panel, mean(panel.filter((score) => score !== null))].map((score) => scoreCell(score, 1)),
        el("td", { colspan: 2 })))));
}

/** @param {Review} review @param {string[]} criteria */
function reviewRow(review, criteria) {
  const head = el("th", { scope: "row", title: review.model }, written(spaced(review.reviewer)));
  if (review.error) return el("tr", { class: "is-failed" }, head,
    el("td", { colspan: criteria.length + 3 }, "no review: ", written(review.error)));
  return el("tr", {}, head, ...criteria.map((criterion) => scoreCell(review.scores?.[criterion] ?? null, 0)),
    scoreCell(reviewMean(review), 1), el("td", {}, voteMark(review)),
    el("td", { class: "number" }, review.rank ?? "–"));
}

/** @param {number | null} score @param {number} places */
function scoreCell(score, places) {
  return el("td", {}, scoreChip(score, places) ?? "–");
}

/** @param {Review} review */
function voteMark(review) {
  if (review.error) return el("span", { class: "vote is-none" }, "no review");
  if (!review.vote) return el("span", { class: "vote is-none" }, "–");
  const isFor = review.vote === "positive";
  return el("span", { class: `vote is-${review.vote}`, title: review.vote }, isFor ? "+" : "−",
    el("span", { class: "unseen" }, review.vote));
}

/** Each reviewer's mean on one line from 1 to 5: how far they are apart. @param {Review[]} reviews */
function spread(reviews) {
  const means = reviews.map((review) => ({ review, score: reviewMean(review) })).filter((one) => one.score !== null);
  if (means.length < 2) return null;
  const stacked = new Map();
  const dots = means.map(({ review, score }) => {
    const x = 20 + ((Number(score) - 1) / 4) * 260;
    const level = stacked.get(Math.round(x / 8)) ?? 0;
    stacked.set(Math.round(x / 8), level + 1);
    return svg("circle",
      { cx: x, cy: 26 - level * 8, r: 4, class: review.vote === "negative" ? "is-negative" : "is-positive" },
      svg("title", {}, `${spaced(review.reviewer)} ${Number(score).toFixed(2)}`));
  });
  const told = means.map(({ review, score }) => `${spaced(review.reviewer)} ${Number(score).toFixed(2)}`).join(", ");
  const top = Math.min(0, 28 - Math.max(...stacked.values()) * 8);
  return el("figure", { class: "spread" },
    svg("svg", { viewBox: `0 ${top} 300 ${50 - top}`, role: "img", "aria-label": `Mean scores: ${told}` },
      svg("line", { x1: 20, x2: 280, y1: 33, y2: 33 }),
      ...[1, 2, 3, 4, 5]
        .map((score) => svg("text", { x: 20 + (score - 1) * 65, y: 47, "text-anchor": "middle" }, score)), ...dots),
    el("figcaption", {}, "Each dot is a reviewer's mean score"));
}

/**
 * The chairman's decision: the message's own, or the one that passed it over.
 * @param {Store} store @param {Message} node
 */
function chairmanBox(store, node) {
  const { model } = store;
  const decided = node.chair ? node : model.siblings(node)
    .find((sibling) => sibling.chair?.scores?.[node.id] !== undefined || sibling.chair);
  const chair = decided?.chair;
  if (!decided || !chair) return null;
  const { lang } = model.tree.document;
  const kept = model.byId.get(chair.kept);
  const way = [chair.mode, chair.operation && spaced(chair.operation)].filter(Boolean).join(", ");
  return el("section", { class: "box" }, el("h3", {}, "Chairman"), facts([
    ["Keeps", kept === node ? "this reply" : kept
      ? button(writer(kept) || tag(kept), () => store.select(kept.id), { class: "linklike" }) : chair.kept],
    ["Reason", chair.reason ? written(chair.reason, { lang }) : null],
    ["Dissent", `${chair.dissent.toFixed(2)} (standard deviation)`],
    ["Next", way],
    ["Advice", chair.advice ? written(chair.advice, { lang }) : null],
  ]));
}

/** The consensus of the panel on each of the drafts. @param {Store} store @param {Message} node */
function siblingScores(store, node) {
  const chair = store.model.siblings(node).find((sibling) => sibling.chair)?.chair;
  const drafts = store.model.siblings(node).filter((sibling) => chair?.scores?.[sibling.id] !== undefined);
  if (!chair || drafts.length < 2) return null;
  const row = (/** @type {Message} */ draft) => el("tr", { class: draft === node ? "is-current" : false },
    el("th", { scope: "row" },
      button(writer(draft) || tag(draft), () => store.select(draft.id), { class: "linklike" })),
    el("td", {}, el("span", { class: `standing is-${draft.status}` }, `${statusSign(draft)} ${draft.status}`)),
    el("td", { class: "number" }, chair.scores[draft.id].toFixed(2)));
  return el("section", { class: "box" }, el("h3", {}, "Drafts by consensus"),
    el("table", { class: "plain", "aria-label": "Drafts by consensus" },
    el("thead", { class: "unseen" },
      el("tr", {}, ...["Draft", "Status", "Consensus"].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...[...drafts].sort((a, b) => chair.scores[b.id] - chair.scores[a.id]).map(row))));
}

/** What the reviewers wrote. @param {Review[]} reviews @param {string} lang @returns {Child[]} */
function remarks(reviews, lang) {
  const spoke = reviews.filter((review) => review.weaknesses?.length || review.suggestion);
  if (!spoke.length) return [];
  return [el("section", { class: "box" }, el("h3", {}, "Remarks"), ...spoke
    .map((review) => el("div", { class: "remark" },
    el("h4", {}, voteMark(review), written(spaced(review.reviewer)), el("span", { class: "model" }, review.model)),
    review.weaknesses?.length ? el("ul", {}, ...review.weaknesses.map((one) => el("li", { lang, dir: "auto" }, one)))
      : null,
    review.suggestion ? el("p", { lang, dir: "auto" }, "Suggests: ", review.suggestion) : null)))];
}

/** What was answered to a user's message. @param {Store} store @param {Message} node */
function repliesTo(store, node) {
  const replies = store.model.children(node.id);
  if (!replies.length) return el("p", { class: "note" }, "Nobody replied to this message.");
  const row = (/** @type {Message} */ reply) => el("tr", {},
    el("th", { scope: "row" },
      button(writer(reply) || speaker(reply), () => store.select(reply.id), { class: "linklike" })),
    el("td", {}, el("span", { class: `standing is-${reply.status}` }, `${statusSign(reply)} ${reply.status}`)),
    scoreCell(store.model.score(reply), 1),
    el("td", {}, ...reviewsOf(reply).map(voteMark)));
  return el("section", { class: "box" }, el("h3", {}, "Replies to this message"),
    el("table", { class: "plain", "aria-label": "Replies to this message" },
    el("thead", {},
      el("tr", {}, ...["Reply", "Status", "Score", "Votes"].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...replies.map(row))));
}
