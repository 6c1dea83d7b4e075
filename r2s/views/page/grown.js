// @ts-check
// The page of a tree that is served: it says when its tree has grown, and when more trees are there.

/** @param {any} data */
function followTree(data) {
  const note = el("div", { class: "grown", role: "status", hidden: true });
  byElementId("top").append(note);
  let trees = 0;
  const again = button("Show it", () => location.reload(), { class: "linklike" });
  const index = el("a", { href: data.place.index }, "All trees");
  const address = `${location.pathname.split("/").pop()}/changes`;
  new Follower(address, data.served.since, (news) => {
    const isGrown = news.version !== data.served.since;
    const more = trees ? news.trees - trees : 0;
    trees = trees || news.trees;
    note.hidden = !isGrown && more < 1;
    note.replaceChildren(...present([isGrown && "This tree has changed. ", isGrown && again,
      more > 0 && `${counted(more, "newer tree")}. `, more > 0 && index]));
  }, () => {});
}
