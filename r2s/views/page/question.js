// @ts-check
// A question as it is put to a person: what was said, what is asked now, and the form of the answer.

/** @typedef {{key: string, to: string, model: string, role: string, speaker: string, turn: number, document: string,
 *    title: string, asked: number, again: boolean}} Listed */
/** @typedef {Listed & {heading: string, language: string, instructions: string, material: string, standing: string,
 *    transcript: {speaker: string, text: string}[], moment: {title: string, text: string}[], form: Field[],
 *    faults: {place: (string | number)[], message: string}[]}} Question */

class QuestionCard {
  /** @param {Question} question @param {(reply: any) => Promise<void>} give */
  constructor(question, give) {
    this.question = question;
    this.give = give;
    this.group = new Group(question.form, `f-${question.key.slice(0, 8)}`);
    this.trouble = el("div", { class: "trouble", role: "alert" });
    this.submit = el("button", { type: "submit" }, "Give this answer");
    this.form = el("form", { class: "answer", novalidate: true, "aria-label": "Your answer",
      onsubmit: (/** @type {Event} */ event) => this.#submit(event) }, el("h2", {}, "Your answer"), this.trouble,
      this.group.nodes, el("div", { class: "answer-actions" }, this.submit));
    this.heading = el("h2", { tabindex: -1, class: "question-head" }, ...this.#heading());
    this.root = el("article", { class: "question", "aria-label": question.heading }, this.heading,
      ...this.#told(), this.form);
    if (question.faults.length) this.refuse(question.faults);
  }

  #heading() {
    const { question } = this;
    return [el("span", {}, capital(spaced(question.speaker))), el("span", { class: "of" }, `turn ${question.turn}`),
      question.model && el("span", { class: "chip is-plain" }, `in place of ${question.model}`),
      el("span", { class: "source-name" }, question.title || question.document)];
  }

  #told() {
    const { question } = this;
    const lang = question.language;
    return [
      question.standing && el("div", { class: "standing-for prose", dir: "auto", lang },
        drawnMarkdown(question.standing)),
      this.#transcript(),
      ...question.moment.map(({ title, text }) => (title
        ? el("figure", { class: "framed" }, el("figcaption", {}, capital(title)),
          el("div", { class: "prose", dir: "auto", lang }, text))
        : el("div", { class: "moment prose", dir: "auto", lang },
          drawnMarkdown(text.replace(/^# .*\n+/, ""))))),
      folded("The document", question.material, lang),
      folded("What the role is told", question.instructions, lang, drawnMarkdown),
    ];
  }

  #transcript() {
    const { transcript, language } = this.question;
    if (!transcript.length) return null;
    return el("section", { class: "transcript", "aria-label": "What was said so far" }, transcript.map((said) =>
      el("div", { class: `message is-${said.speaker}` }, el("p", { class: "speaker" }, capital(said.speaker)),
        el("div", { class: "prose", dir: "auto", lang: language }, said.text))));
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    clearFaults(this.form);
    this.trouble.replaceChildren();
    const button = /** @type {HTMLButtonElement} */ (this.submit);
    button.disabled = true;
    try {
      await this.give(this.group.value());
    } catch (error) {
      this.say(/** @type {Error} */ (error).message);
    } finally {
      button.disabled = false;
    }
  }

  /** Show each fault at its field, and go to the first. @param {{place: (string | number)[], message: string}[]} faults */
  refuse(faults) {
    const homeless = faults.filter(({ place, message }) => !this.group.fault(place, message));
    this.say(`The answer cannot be used yet: ${counted(faults.length, "fault")}.`,
      ...homeless.map(({ place, message }) => ` ${[...place, message].join(": ")}`));
    /** @type {HTMLElement | null} */ (this.form.querySelector("[aria-invalid]"))?.focus();
  }

  /** @param {...string} words */
  say(...words) {
    this.trouble.replaceChildren(el("p", {}, ...words));
  }
}

/** A long text that opens when it is wanted. @param {string} name @param {string} words @param {string} lang
 *  @param {(words: string) => Child} [draw] */
function folded(name, words, lang, draw = (/** @type {string} */ said) => said) {
  if (!words) return null;
  return el("details", { class: "folded-text" }, el("summary", {}, name),
    el("div", { class: "prose", dir: "auto", lang }, draw(words)));
}

/** A text with its Markdown drawn. @param {string} words */
function drawnMarkdown(words) {
  return new Markdown(words).draw((start, end) => [document.createTextNode(words.slice(start, end))]);
}
