// @ts-check
// The page of a tree that is served: it says when its tree has grown, and when more trees are there.

/**
 * A line below the top of the page that says what is new.
 * @param {any} data @returns {Follower}
 */
function followTree(data) {
  const line = el("p", { class: "news", role: "status", hidden: true });
  byElementId("top").append(line);
  const file = location.pathname.split("/").pop();
  let before = 0;
  return new Follower(`${file}/changes`, data.served.since, ({ version, trees }) => {
    const isGrown = version !== data.served.since;
    before ||= trees;
    line.hidden = !isGrown && trees <= before;
    line.replaceChildren(...present([...(isGrown ? grownNews() : []), ...(trees > before
      ? [counted(trees - before, "newer tree"), el("a", { href: data.place.index }, "Show all trees")] : [])]));
  });
}

/** @returns {Child[]} */
function grownNews() {
  return ["This tree has changed since it was opened.", button("Show it as it is now", () => location.reload(),
    { class: "linklike" })];
}
