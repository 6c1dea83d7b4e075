// @ts-check
// The reader: the dialogue through the selected message, turn by turn.

/** Longer texts are folded. */
const FOLDED = 2400;

class Reader {
  /** @param {Store} store @param {HTMLElement} host */
  constructor(store, host) {
    this.store = store;
    this.host = host;
    /** @type {Set<string>} */
    this.unfolded = new Set();
    /** @type {Message[]} */
    this.shown = [];
    /** A page that is opened without a message in its address begins at its beginning. */
    this.opened = location.hash.includes("n=") ? "" : store.state.node;
    store.follow((state, changed) => this.#update(state, changed));
  }

  get model() {
    return this.store.model;
  }

  /** The next message of the dialogue on show, or the one before. @param {number} distance */
  step(distance) {
    const path = this.model.dialogue(this.store.node);
    const next = path[path.indexOf(this.store.node) + distance];
    if (next) this.store.select(next.id);
  }

  /** Draw the dialogue again, as where a star was set. */
  refresh() {
    this.shown = [];
    this.#update(this.store.state, new Set(["node"]));
  }

  /** @param {State} state @param {Set<string>} changed */
  #update(state, changed) {
    if (state.compare) {
      this.shown = [];
      if (changed.has("compare") || changed.has("node")) this.host.replaceChildren(comparison(this.store));
      return;
    }
    const path = this.model.dialogue(this.store.node);
    const isGrown = changed.has("model") && this.model.growing.has(path[path.length - 1].id);
    const isSame = path.length === this.shown.length && path.every((node, index) => node === this.shown[index]);
    if (!isSame || isGrown) this.#draw(path);
    this.shown = path;
    if (changed.has("node") || isGrown || changed.has("compare")) this.#select(state.node);
    if (changed.has("evidence") || changed.has("node") || isGrown) this.#point(state);
    if (changed.has("query")) this.#highlight(state.query);
  }

  /** @param {Message[]} path */
  #draw(path) {
    const turns = [...grouped(path, (node) => node.turn)];
    const last = path[path.length - 1];
    this.host.replaceChildren(
      castCard(this.model),
      ...turns.map(([turn, nodes]) => this.#turn(turn, nodes, this.model.tree.totals.turns)),
      ending(this.model, last));
    this.#highlight(this.store.state.query);
  }

  /** @param {number} turn @param {Message[]} nodes @param {number} count */
  #turn(turn, nodes, count) {
    const plan = nodes.find((node) => node.plan)?.plan;
    return el("section", { class: "turn", "aria-label": `Turn ${turn}` },
      el("h2", { class: "turn-head" }, el("span", {}, `Turn ${turn}`),
        el("span", { class: "of" }, `of ${Math.max(count, turn)}`),
        plan ? chip(this.store, "type", plan.type) : null),
      ...nodes.map((node) => this.#message(node)));
  }

  /** @param {Message} node */
  #message(node) {
    const { model, store } = this;
    const isBranch = model.isBranchPoint(node);
    const look = `message is-${node.role} is-${node.status}${isBranch ? " is-branch" : ""}${
      model.growing.has(node.id) ? " is-growing" : ""}`;
    const isLong = node.text.length > FOLDED && !this.unfolded.has(node.id);
    const markdown = new Markdown(isLong ? beginning(node.text, FOLDED) : node.text);
    const article = el("article", { class: look, "data-id": node.id, "aria-label": described(model, node) },
      this.#head(node, markdown), thoughtOf(node), this.#text(node, markdown), noteOn(node), this.#foot(node));
    article.addEventListener("click", (event) => {
      const isControl = /** @type {Element} */ (event.target).closest("button, summary, a, mark, input");
      if (!isControl && !String(getSelection())) store.select(node.id);
    });
    return article;
  }

  /** @param {Message} node @param {Markdown} markdown */
  #head(node, markdown) {
    const { model, store } = this;
    const choose = () => store.select(node.id);
    const isUnusual = node.kind === "rewrite" || node.kind === "intervention";
    return el("header", { class: "message-head" },
      el("h3", {}, button(`${speaker(node)}, select this message`, choose, { class: "speaker" }, speaker(node))),
      writer(node) && el("span", { class: "writer" }, writer(node)),
      node.status !== "kept" && chip(store, "status", node.status),
      isUnusual && el("span", { class: "chip is-plain" }, node.kind),
      switcher(store, node),
      el("span", { class: "space" }),
      !markdown.isPlain && asWritten(() => this.refresh()),
      starOf(node, () => this.refresh()),
      model.problems(node).includes("dissent") && chip(store, "problem", "dissent", "⚑ dissent"),
      scoreChip(model.score(node), 1, "score is-large"));
  }

  /** @param {Message} node @param {Markdown} markdown what is shown of its text */
  #text(node, markdown) {
    const lay = layMarked(this.store, node);
    const { words } = markdown;
    const body = el("div", { class: "prose", dir: "auto", lang: this.model.tree.document.lang },
      isDrawn() ? markdown.draw(lay) : lay(0, words.length));
    if (words.length === node.text.length) return body;
    const unfold = button(`Show all (${node.text.length.toLocaleString("en")} characters)`, () => {
      this.unfolded.add(node.id);
      this.refresh();
    }, { class: "quiet" });
    return el("div", { class: "folded" }, body, unfold);
  }

  /** @param {Message} node */
  #foot(node) {
    const { usage } = node;
    const spent = usage.replies && (usage.prompt_tokens || usage.completion_tokens || usage.cost_usd)
      ? [`${tokens(usage)}`, money(usage.cost_usd)] : [];
    const people = usage.people && `answered in person: ${[...new Set(usage.people)].join(", ")}`;
    const parts = [...spent, people, node.reason && `${node.status}: ${node.reason}`, node.closes && "takes their leave"];
    const said = parts.filter(Boolean).join(" · ");
    return el("footer", { class: "message-foot" }, ...citations(this.store, node), said && written(said),
      ...node.flaws.map((flaw) => chip(this.store, "flaw", flaw)));
  }

  /** @param {string} id */
  #select(id) {
    for (const one of this.host.querySelectorAll("article")) {
      const isSelected = one.dataset.id === id;
      one.classList.toggle("is-selected", isSelected);
      if (isSelected) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    const selected = this.host.querySelector("article.is-selected");
    if (this.store.state.node !== this.opened) bringIntoView(selected);
    if (selected?.matches("article:last-of-type")) bringIntoView(this.host.querySelector(".ending.is-growing"));
    this.opened = "";
  }

  /** Show which piece of evidence is looked at. @param {State} state */
  #point(state) {
    for (const one of this.host.querySelectorAll("mark, .cite")) {
      const element = /** @type {HTMLElement} */ (one);
      const numbers = (element.dataset.numbers ?? "").split(" ");
      const isHere = /** @type {HTMLElement | null} */ (one.closest("article"))?.dataset.id === state.node;
      one.classList.toggle("is-active", isHere && state.evidence !== "" && numbers.includes(state.evidence));
    }
  }

  /** Paint what is searched for over the text, without touching the text. @param {string} query */
  #highlight(query) {
    if (!CSS.highlights || typeof Highlight === "undefined") return;
    const wanted = query.trim().toLowerCase();
    const texts = wanted ? [...this.host.querySelectorAll("article .prose")] : [];
    CSS.highlights.set("found", new Highlight(...texts.flatMap((one) => rangesOf(one, wanted))));
  }
}

/**
 * What gives the words of a stretch of a message, with the places marked where it says what it cites.
 * @param {Store} store @param {Message} node @returns {(start: number, end: number) => Node[]}
 */
function layMarked(store, node) {
  const said = /** @type {[number, number, number][]} */ (store.model.data.said[node.id] ?? []);
  const pieces = segments(node.text, said.map(([evidence, start, end]) => ({ number: evidence + 1, start, end })));
  return (start, end) => pieces.flatMap((piece) => {
    const words = piece.words.slice(Math.max(0, start - piece.start), Math.max(0, end - piece.start));
    const numbers = [...new Set(piece.spans.map((span) => span.number))];
    if (!words) return [];
    if (!numbers.length) return document.createTextNode(words);
    const point = () => pointTo(store, node, numbers[0]);
    return el("mark", { "data-numbers": numbers.join(" "), title: `evidence ${numbers.join(", ")}`, onclick: point },
      words);
  });
}

/** Whether Markdown is drawn, or shown as it is written. */
function isDrawn() {
  return memory.get("markdown") !== "written";
}

/** The text of all messages drawn, or as it is written, and the page keeps to that. @param {() => void} redraw */
function turnMarkdown(redraw) {
  memory.set("markdown", isDrawn() ? "written" : "drawn");
  announce(isDrawn() ? "Markdown is drawn" : "Markdown is shown as it is written");
  redraw();
}

/** A press shows the text as it is written, the next one drawn. @param {() => void} redraw */
function asWritten(redraw) {
  return button("The text as it is written (r)", () => turnMarkdown(redraw),
    { class: "written", "aria-pressed": String(!isDrawn()) }, "raw");
}

/** @param {Store} store @param {Message} node @param {number} number */
function pointTo(store, node, number) {
  store.select(node.id, { tab: "evidence", evidence: String(number) });
}

/** The evidence of a reply as numbers to press. @param {Store} store @param {Message} node @returns {Child[]} */
function citations(store, node) {
  if (!node.evidence.length) return [];
  const cite = (/** @type {Evidence} */ span, /** @type {number} */ index) =>
    button(`Evidence ${index + 1}, passage ${span.passage}, ${span.match}`, () => pointTo(store, node, index + 1),
      { class: `cite is-${span.match}`, "data-numbers": index + 1 }, index + 1);
  return ["Stands on", ...node.evidence.map(cite)];
}

/** Which of its siblings a message is, and the way to the others. @param {Store} store @param {Message} node */
function switcher(store, node) {
  const siblings = store.model.siblings(node);
  if (siblings.length < 2) return null;
  const at = siblings.indexOf(node);
  const go = (/** @type {number} */ by) => store.select(siblings[(at + by + siblings.length) % siblings.length].id);
  return el("span", { class: "switcher" },
    button("Previous sibling", () => go(-1), {}, icon("left")),
    el("span", { title: `${counted(siblings.length, "sibling")} here` }, `${at + 1}/${siblings.length}`),
    button("Next sibling", () => go(1), {}, icon("right")),
    button("Compare with a sibling", () => compareNext(store, node), {}, icon("compare")));
}

/** A value to filter by. @param {Store} store @param {string} name @param {string} value @param {string} [shown] */
function chip(store, name, value, shown = spaced(value)) {
  return button(shown, () => store.change({ filters: toggled(store.state.filters, { name, sign: ":", value }) }),
    { class: "chip", "data-name": name, "data-value": value, title: `Show only what has ${name} ${spaced(value)}` });
}

/** Who speaks, and why. @param {Model} model */
function castCard(model) {
  const { user, assistant } = model.tree.cast;
  const { lang } = model.tree.document;
  const { persona: User, goal: Goal, knowledge: Knows, manner: Manner } = user;
  const words = { User, Goal, Knows, Manner, Assistant: assistant.manner };
  const rows = Object.entries(words).filter(([, said]) => said)
    .map(([term, said]) => /** @type {[string, Child]} */ ([term, written(said, { lang })]));
  if (!rows.length) return "";
  const isOpen = matchMedia("(min-width: 901px)").matches;
  return el("details", { class: "cast", open: isOpen }, el("summary", {}, "Cast"), facts(rows));
}

/** What a model wrote down before it spoke. @param {Message} node */
function thoughtOf(node) {
  if (!node.thought) return null;
  const said = written(node.thought, { class: "prose" });
  return el("details", { class: "thought" }, el("summary", {}, "Thought before the reply"), said);
}

/** Why the dialogue ends here. @param {Model} model @param {Message} last */
function ending(model, last) {
  if (model.growing.has(last.id)) return el("p", { class: "ending is-growing" }, growth(model, last));
  const stop = model.tree.stops[last.id] ?? (model.data.main.at(-1) === last.id ? model.tree.stop : null);
  if (stop) {
    const why = stop.reason && written(` (${stop.reason})`);
    return el("p", { class: "ending" }, `Ends after turn ${stop.turn}: ${spaced(stop.rule)}`, why);
  }
  if (last.status === "kept") return "";
  const kind = last.kind === "draft" ? "draft" : "message";
  return el("p", { class: "ending" }, `This ${kind} was ${last.status}; nothing follows it.`);
}

/** Where words stand in an element. @param {Element} host @param {string} query in lower case @returns {Range[]} */
function rangesOf(host, query) {
  const ranges = [];
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < 2000) {
    const words = (walker.currentNode.nodeValue ?? "").toLowerCase();
    for (let at = words.indexOf(query); at >= 0 && ranges.length < 2000; at = words.indexOf(query, at + query.length)) {
      const range = new Range();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, Math.min(at + query.length, walker.currentNode.nodeValue?.length ?? 0));
      ranges.push(range);
    }
  }
  return ranges;
}
