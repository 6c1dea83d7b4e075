// @ts-check
// The desk: what people are asked, one question after the other, and how the run is held up and taken over.

/** @typedef {{role: string, document: string | null, dialogue: string | null, by: string}} Take */
/** @typedef {{state: string, paused: boolean, taken: Take[], roles: string[], questions: Listed[]}} Standing */

/** Milliseconds between two looks: somebody waits for the next question. */
const SOON = 700;
/** What a run does, in words. @type {Record<string, string>} */
const DOES = { absent: "No run is here yet", running: "Running", gone: "Broken off; answers are kept for when it goes on",
  stopped: "Stopped; answers are kept for when it goes on", finished: "Finished", budget: "Budget used up",
  endpoint: "Endpoint lost", waiting: "Waits for replies" };
/** @type {Record<string, string>} */
const OUTCOMES = { taken: "The run has taken the answer.", kept: "The answer is kept; the run takes it when it goes on.",
  late: "Somebody else has answered, or no answer is needed any more." };

class Desk {
  /** @param {any} data */
  constructor(data) {
    this.served = /** @type {Served} */ (data.served);
    /** @type {Standing} */
    this.standing = { state: "absent", paused: false, taken: [], roles: [], questions: [] };
    /** @type {QuestionCard | null} */
    this.card = null;
    this.opening = "";
    byElementId("top").append(el("div", { class: "top-line" }, el("a", { class: "brand", href: "./" }, "R2S"),
      el("h1", {}, "Desk"), el("a", { href: "./", class: "quiet" }, "All trees of the run"),
      button("Colours: as the system has them, light, dark", turnTheme, { class: "square" }, icon("moon"))));
    this.place = el("section", { class: "question-place", "aria-label": "The question" });
    this.list = el("ul", { class: "open-questions" });
    this.controls = new Controls((decision) => this.#decide(decision));
    byElementId("desk").append(el("div", { class: "side-column" }, el("section", { class: "card",
      "aria-labelledby": "open-head" }, el("h2", { id: "open-head" }, "Open questions"), this.list),
      this.controls.root), this.place);
    this.follower = new Follower("desk/changes", "", (news) => this.#take(news), { wait: SOON,
      lose: () => this.controls.lose() });
  }

  /** @param {any} decision */
  async #decide(decision) {
    try {
      this.#take(await order("desk/decide", this.served, { ...decision, name: this.controls.name }));
      this.follower.look();
    } catch (error) {
      this.controls.say(/** @type {Error} */ (error).message);
    }
  }

  /** @param {any} news */
  #take(news) {
    if (!news.questions) return;
    this.standing = news;
    this.controls.show(news);
    this.#list();
    const open = this.#keys();
    if (this.card && !open.includes(this.card.question.key)) this.#leave();
    if (!this.card && open.length) this.#open(open[0], false);
    else if (!this.card) this.#wait();
  }

  #keys() {
    return this.standing.questions.map((question) => question.key);
  }

  #list() {
    const { questions } = this.standing;
    document.title = `${questions.length ? `(${questions.length}) ` : ""}Desk · R2S`;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.key;
    this.list.replaceChildren(...questions.map((question) => el("li", {}, this.#entry(question))));
    if (!questions.length) this.list.append(el("li", { class: "note" }, "None at the moment."));
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-key="${focused}"]`))?.focus();
  }

  /** @param {Listed} question */
  #entry(question) {
    const isOpen = this.card?.question.key === question.key;
    const who = `${capital(spaced(question.speaker))}, turn ${question.turn}`;
    const label = `${who}, ${question.title || question.document}`;
    return button(label, () => this.#open(question.key, true), { class: "open-question", "data-key": question.key,
      "aria-current": isOpen ? "true" : null }, el("strong", {}, who),
      el("span", { class: "source-name" }, question.title || question.document),
      question.to !== "human" && el("span", { class: "chip is-plain" }, question.to.replace("human:", "for ")));
  }

  /** @param {string} key @param {boolean} isWanted whether somebody asked for it, and is to be taken there */
  async #open(key, isWanted) {
    if (this.opening === key) return;
    this.opening = key;
    try {
      const question = await ask(`desk/questions/${key}`);
      if (this.opening !== key) return;
      const card = new QuestionCard(question, (reply) => this.#give(card, reply));
      this.card = card;
      this.place.replaceChildren(card.root);
      this.#list();
      if (isWanted || this.isGiven) card.heading.focus();
      this.isGiven = false;
      announce(`Question: ${question.heading}`);
    } catch {
      if (this.opening === key) this.card = null;
    } finally {
      if (this.opening === key) this.opening = "";
    }
  }

  /** @param {QuestionCard} card @param {any} reply */
  async #give(card, reply) {
    const { key } = card.question;
    const { outcome, faults } = await order("desk/answer", this.served, { key, reply, name: this.controls.name });
    if (outcome === "refused") return card.refuse(faults);
    this.isGiven = true;
    this.#say(OUTCOMES[outcome]);
    this.standing.questions = this.standing.questions.filter((question) => question.key !== key);
    this.#leave();
    this.#list();
    this.follower.look();
  }

  #leave() {
    this.card = null;
    this.#wait();
  }

  #wait() {
    const { state } = this.standing;
    const isOver = state === "finished";
    const words = isOver ? "The run is over: nothing is asked any more." : state === "running"
      ? "Nothing is asked at the moment. The next question appears here by itself."
      : "Nothing is asked: no process plays the run at the moment.";
    this.place.replaceChildren(el("div", { class: "nothing" }, this.last && el("p", { class: "outcome" }, this.last),
      el("p", { class: "note" }, words), isOver && el("a", { href: "./" }, "See its trees")));
  }

  /** @param {string} words */
  #say(words) {
    this.last = words;
    announce(words);
  }
}

/** The state of the run, and what can be decided about it. */
class Controls {
  /** @param {(decision: any) => void} decide */
  constructor(decide) {
    this.decide = decide;
    this.state = el("p", { class: "run-state" });
    this.pause = button("Pause", () => decide({ what: this.isPaused ? "resume" : "pause" }), { class: "action" });
    this.step = button("Step", () => decide({ what: "step" }), { class: "action",
      title: "Let one turn of one dialogue through, then hold again" });
    this.isPaused = false;
    this.who = /** @type {HTMLInputElement} */ (el("input", { id: "your-name", autocomplete: "nickname",
      maxlength: 64, spellcheck: "false", value: memory.get("name") ?? "",
      onchange: () => memory.set("name", this.who.value.trim()) }));
    this.role = /** @type {HTMLSelectElement} */ (el("select", { id: "take-role" }));
    this.document = /** @type {HTMLInputElement} */ (el("input", { id: "take-document", autocomplete: "off",
      spellcheck: "false", placeholder: "the dialogue that asks next" }));
    this.taken = el("ul", { class: "taken" });
    this.trouble = el("p", { class: "fault", role: "alert" });
    this.root = el("section", { class: "card", "aria-labelledby": "run-head" }, el("h2", { id: "run-head" }, "The run"),
      this.state, el("div", { class: "actions" }, this.pause, this.step), this.#takeForm(), this.taken, this.trouble,
      el("div", { class: "field" }, el("label", { for: "your-name" }, "Your name"), this.who,
        el("p", { class: "help" }, "Trees say who answered; without a name, that a person did.")));
  }

  #takeForm() {
    const take = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.decide({ what: "take", role: this.role.value, document: this.document.value.trim() });
    };
    return el("form", { class: "take-form", onsubmit: take },
      el("div", { class: "field" }, el("label", { for: "take-role" }, "Take over a role"), this.role),
      el("div", { class: "field" }, el("label", { for: "take-document" }, "in the dialogues of document"),
        this.document), el("button", { type: "submit", class: "action" }, "Take over"));
  }

  get name() {
    return this.who.value.trim();
  }

  /** @param {Standing} standing */
  show({ state, paused, taken, roles }) {
    this.isPaused = paused;
    this.say("");
    const isRunning = state === "running";
    this.state.dataset.state = isRunning && paused ? "paused" : state;
    this.state.textContent = isRunning && paused ? "Paused" : DOES[state] ?? state;
    this.pause.textContent = paused ? "Resume" : "Pause";
    for (const one of [this.pause, this.step]) /** @type {HTMLButtonElement} */ (one).disabled = !isRunning;
    if (this.role.options.length !== roles.length) {
      this.role.replaceChildren(...roles.map((role) => el("option", { value: role }, role)));
    }
    this.taken.replaceChildren(...taken.map((take) => el("li", {}, el("span", {}, el("strong", {}, spaced(take.role)),
      ` by ${take.by.replace("human:", "").replace("human", "a person")}, ${place(take)}`),
      button(`Give back ${spaced(take.role)}`, () => this.decide({ what: "give_back", role: take.role,
        document: take.document ?? "" }), { class: "linklike" }, "Give back"))));
  }

  lose() {
    this.state.dataset.state = "lost";
    this.state.textContent = "The server does not answer; r2s view brings it back";
  }

  /** @param {string} words */
  say(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
  }
}

/** Where a role is taken over. @param {Take} take */
function place({ document, dialogue }) {
  if (document) return `in ${document}`;
  return dialogue ? `in ${dialogue.replace(/\/\d+$/, "")}` : "in the dialogue that asks next";
}

setTheme(memory.get("theme"));
new Desk(JSON.parse(byElementId("data").textContent ?? ""));
document.documentElement.dataset.ready = "yes";
