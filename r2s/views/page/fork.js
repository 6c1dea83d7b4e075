// @ts-check
// Forking from the page: the dialogue goes on from the selected message under other settings, as a new branch.

/** @typedef {{method: string, candidates: number, reviewers: number, turns: number, seed: number,
 *    models: Record<string, string>, methods: string[], roles: string[]}} ForkSettings */
/** @typedef {{tree: string, node: string, turns: number, calls: number, calls_at_most: number, prompt_tokens: number,
 *    completion_tokens: number, cost_usd: number | null, paid: string[], is_known: boolean}} Outlook */
/** @typedef {{id: string, state: string, message: string, calls: number, outlook: Outlook, first: string | null}}
 *  Job */

/** Milliseconds that somebody may pause in their typing before what it would take is reckoned. */
const PAUSE = 350;
const NUMBERS = { reviewers: "Reviewers", candidates: "Candidates", turns: "Turns at most", seed: "Seed" };

class ForkDesk {
  /** @param {Store} store @param {Follower} grown */
  constructor(store, grown) {
    this.store = store;
    this.served = /** @type {Served} */ (store.model.data.served);
    this.grown = grown;
    this.branch = new GrowingBranch(store);
    /** The fork that this page has seen begin, or go on. */
    this.seen = "";
    this.calls = el("progress", { "aria-label": "Calls" });
    this.told = el("span", { "aria-live": "off" });
    this.line = el("p", { class: "news", role: "status", hidden: true });
    byElementId("top").append(this.line);
    const opener = button("Fork", () => this.open(), { class: "with-icon", id: "fork-button",
      title: "Let the dialogue go on from the selected message in another way (F)" });
    opener.prepend(icon("fork"));
    byElementId("filter-button").before(opener);
    KEYS.splice(-2, 0, [["F"], "fork the dialogue at this message", () => this.open()]);
    this.follower = new Follower("../fork", "", (news) => this.#show(news), { wait: 700, lose: () => this.#lose() });
  }

  async open() {
    try {
      const form = new ForkForm(this.store, await ask("../fork/settings"), this);
      form.show();
    } catch (error) {
      this.#say(`Nothing can be forked: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** @param {unknown} wanted */
  async begin(wanted) {
    const { job } = await order("../fork", this.served, wanted);
    this.#show({ job });
    this.seen = job.id;
    this.follower.look();
    this.grown.look();
  }

  /** @param {{job: Job | null, grown?: Grown[]}} news */
  #show({ job, grown = [] }) {
    const isHere = job?.outlook.tree === this.store.model.tree.id;
    if (!job) return this.seen && this.#end("the server was started anew");
    if (isHere && job.state === "playing") this.branch.take(grown, job.outlook.node);
    if (job.state === "playing") return this.#play(job, isHere);
    if (job.state !== "done") return isHere && memory.get("fork") !== job.id && this.#end(job.message, job);
    if (job.id !== this.seen) return;
    this.seen = "";
    if (isHere) this.#turnTo(job);
    else this.#say("The fork is done.");
  }

  /** @param {Job} job @param {boolean} isHere */
  #play({ id, calls, outlook }, isHere) {
    this.told.textContent = `${counted(calls, "call")} made, about ${outlook.calls} in all`;
    this.calls.setAttribute("max", String(Math.max(1, outlook.calls)));
    this.calls.setAttribute("value", String(Math.min(calls, outlook.calls)));
    if (this.seen === id && this.line.contains(this.told)) return;
    this.seen = id;
    const stop = () => order("../fork/stop", this.served).then((news) => this.#show(news), () => {});
    const show = () => this.store.select(this.branch.tip ?? outlook.node);
    this.#say(isHere ? "Playing the fork" : `Playing a fork of ${outlook.document}`, this.calls, this.told,
      isHere && button("Show it", show, { class: "linklike" }), button("Stop", stop, { class: "linklike" }));
  }

  /** The branch is in the tree: show it as it is in there, unless somebody reads elsewhere. @param {Job} job */
  #turnTo({ outlook, first }) {
    const { node } = this.store.state;
    const next = node === outlook.node || this.branch.has(node) ? first ?? "" : node;
    history.replaceState(null, "", toAddress({ ...this.store.state, node: next, compare: "", evidence: "" }));
    location.reload();
  }

  /** Say why there is no new branch, until somebody has read it. @param {string} why @param {Job} [job] */
  #end(why, job) {
    this.seen = "";
    this.branch.drop(job?.outlook.node ?? this.store.state.node);
    const read = () => {
      if (job) memory.set("fork", job.id);
      this.line.hidden = true;
    };
    this.#say(el("span", {}, `The fork came to nothing: ${why}`), el("span", { class: "note" },
      "The tree is as it was."), button("Close", read, { class: "linklike" }));
  }

  #lose() {
    if (this.seen) this.#say("The server does not answer, so that nobody knows how the fork goes.");
  }

  /** @param {...Child} words */
  #say(...words) {
    this.line.hidden = false;
    this.line.replaceChildren(...present(words));
  }
}

class ForkForm {
  /** @param {Store} store @param {ForkSettings} settings @param {ForkDesk} desk */
  constructor(store, settings, desk) {
    this.node = store.node;
    this.tree = store.model.tree.id;
    this.settings = settings;
    this.desk = desk;
    this.timer = 0;
    this.outlook = el("p", { class: "outlook", "aria-live": "polite" }, "Reckoning what this takes ...");
    this.agreed = input({ type: "checkbox", id: "fork-agreed" });
    this.agree = el("p", { class: "agree", hidden: true }, this.agreed, el("label", { for: "fork-agreed" }));
    this.submit = el("button", { type: "submit", disabled: true }, "Fork");
    this.fields = this.#fields();
    this.form = el("form", { class: "fork-form", onsubmit: (/** @type {Event} */ event) => this.#begin(event),
      oninput: () => this.#changed() }, ...this.#rows(), this.outlook, this.agree,
      el("div", { class: "fork-actions" }, this.submit));
  }

  show() {
    const speaker = `${capital(this.node.role)}, turn ${this.node.turn}`;
    this.dialog = openDialog("Fork the dialogue", el("p", { class: "fork-from" }, el("strong", {}, speaker),
      written(clip(this.node.text, 180))), el("p", { class: "note" },
      "It goes on from here as a new branch; what is there stays as it is."), this.form);
    this.fields.reviewers.focus();
    this.#changed();
  }

  #fields() {
    const { settings } = this;
    const numbers = Object.keys(NUMBERS).map((name) => [name, input({ type: "number", min: name === "reviewers"
      || name === "seed" ? 0 : 1, value: settings[/** @type {"seed"} */ (name)], id: `fork-${name}` })]);
    return {
      .../** @type {Record<string, HTMLInputElement>} */ (Object.fromEntries(numbers)),
      method: choice("fork-method", settings.methods, settings.method),
      role: choice("fork-role", settings.roles, "default"),
      model: input({ id: "fork-model", list: "fork-models", placeholder: settings.models.default,
        autocomplete: "off", spellcheck: "false" }),
      say: /** @type {HTMLTextAreaElement} */ (el("textarea", { id: "fork-say", rows: 2, dir: "auto" })),
    };
  }

  #rows() {
    const { fields, settings } = this;
    const models = [...new Set(["extractive", ...Object.values(settings.models)])];
    const says = this.node.role === "user" ? "The user says, instead of this" : "The user says next";
    return [
      el("div", { class: "fork-numbers" }, ...Object.entries(NUMBERS).map(([name, label]) =>
        labelled(label, fields[name]))),
      el("div", { class: "fork-choices" }, labelled("Method", fields.method), labelled("Model of", fields.role),
        labelled("Model", fields.model), el("datalist", { id: "fork-models" }, ...models.map((name) =>
          el("option", { value: name })))),
      labelled(says, fields.say),
    ];
  }

  /** What is asked for: only what differs from how the run was. */
  get #wanted() {
    const { fields, settings, node, tree } = this;
    const changed = Object.keys(NUMBERS).filter((name) => fields[name].value !== ""
      && Number(fields[name].value) !== settings[/** @type {"seed"} */ (name)]);
    const model = fields.model.value.trim();
    return {
      tree, node: node.id, ...Object.fromEntries(changed.map((name) => [name, Number(fields[name].value)])),
      ...(fields.method.value !== settings.method && { method: fields.method.value }),
      ...(model && { models: { [fields.role.value]: model } }),
      ...(fields.say.value.trim() && { say: fields.say.value }), agreed: this.agreed.checked,
    };
  }

  #changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#look(), PAUSE);
  }

  async #look() {
    try {
      const outlook = await order("../fork/outlook", this.desk.served, this.#wanted);
      if (outlook.refused) this.#refuse(new Error(outlook.refused));
      else this.#tell(outlook);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** @param {Outlook} outlook */
  #tell(outlook) {
    const isPaid = outlook.paid.length > 0 && !outlook.is_known;
    this.outlook.classList.remove("is-refused");
    this.outlook.textContent = outlook.is_known ? "This fork is there already: nothing will be played." : taking(outlook);
    this.agree.hidden = !isPaid;
    this.agree.lastElementChild?.replaceChildren(`${outlook.paid.join(", ")} may cost money; use it`);
    this.submit.toggleAttribute("disabled", isPaid && !this.agreed.checked);
  }

  /** @param {unknown} error */
  #refuse(error) {
    this.outlook.classList.add("is-refused");
    this.outlook.textContent = capital(/** @type {Error} */ (error).message);
    this.agree.hidden = true;
    this.submit.setAttribute("disabled", "");
  }

  /** @param {Event} event */
  async #begin(event) {
    event.preventDefault();
    this.submit.setAttribute("disabled", "");
    try {
      await this.desk.begin(this.#wanted);
      this.dialog?.close();
    } catch (error) {
      this.#refuse(error);
    }
  }
}

/** What a fork takes, in words. @param {Outlook} outlook */
function taking({ turns, calls, calls_at_most: most, prompt_tokens: prompt, completion_tokens: completion, cost_usd,
  paid }) {
  const told = [`Up to ${counted(turns, "turn")}`, `about ${counted(calls, "call")}, ${most.toLocaleString("en")} at `
    + "most on each path"];
  if (prompt) told.push(`about ${(prompt + completion).toLocaleString("en")} tokens`);
  if (paid.length) told.push(cost_usd === null ? "cost unknown" : `about ${money(cost_usd)}`);
  return `${told.join("; ")}. Calls that were made before cost nothing.`;
}

/** @param {Attributes} attributes */
function input(attributes) {
  return /** @type {HTMLInputElement} */ (el("input", attributes));
}

/** @param {string} id @param {string[]} names @param {string} chosen */
function choice(id, names, chosen) {
  return /** @type {HTMLSelectElement} */ (el("select", { id }, ...names.map((name) =>
    el("option", { value: name, selected: name === chosen }, name === "default" ? "everybody" : name))));
}

/** @param {string} label @param {HTMLElement} field */
function labelled(label, field) {
  return el("div", { class: "field" }, el("label", { for: field.id }, label), field);
}
