// @ts-check
// A form made of fields that the server describes; its value is the answer, as JSON.

/** @typedef {{name: string, kind: string, label: string, help: string, must: boolean, default: any, whole: boolean,
 *    least: number | null, most: number | null, choices: (string | number)[], fields: Field[],
 *    begun: Record<string, any>[]}} Field */
/** What stands for a field: its element, its value (undefined where it is left out), and how it takes a fault.
 *  @typedef {{root: HTMLElement, value: () => any, fault: (place: (string | number)[], message: string) => boolean}}
 *  Control */

/** More choices than these are a list that opens. */
const SHOWN_CHOICES = 5;

/** A part of a form: its fields by name, in an order. */
class Group {
  /** @param {Field[]} fields @param {string} path @param {Record<string, any>} [begun] */
  constructor(fields, path, begun = {}) {
    this.begun = begun;
    this.fields = fields.filter((field) => !(field.name in begun));
    this.controls = new Map(this.fields.map((field) => [field.name, control(field, `${path}-${field.name}`)]));
    this.nodes = [...this.controls.values()].map((one) => one.root);
  }

  value() {
    const given = [...this.controls].map(([name, one]) => [name, one.value()]);
    return { ...this.begun, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
  }

  /** Show a fault at its place; false where there is none such. @param {(string | number)[]} place
   *  @param {string} message @returns {boolean} */
  fault([name, ...rest], message) {
    return this.controls.get(String(name))?.fault(rest, message) ?? false;
  }
}

/** @param {Field} field @param {string} id @returns {Control} */
function control(field, id) {
  const makers = /** @type {Record<string, (field: Field, id: string) => Control>} */ ({ number: numberOf,
    choice: choiceOf, flag: flagOf, texts: textsOf, ranking: rankingOf, group: groupOf, groups: groupsOf });
  return (makers[field.kind] ?? textOf)(field, id);
}

/** @param {Field} field @param {string} id */
function textOf(field, id) {
  const area = /** @type {HTMLTextAreaElement} */ (el("textarea", { id, rows: 2, dir: "auto", "aria-describedby":
    described(field, id) }));
  const value = () => (area.value.trim() || field.must ? area.value.trim() : undefined);
  return labelled(field, id, area, value);
}

/** @param {Field} field @param {string} id */
function textsOf(field, id) {
  const area = /** @type {HTMLTextAreaElement} */ (el("textarea", { id, rows: 2, dir: "auto", "aria-describedby":
    described(field, id) }));
  const value = () => area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  return labelled({ ...field, help: [field.help, "one a line"].filter(Boolean).join("; ") }, id, area, value);
}

/** @param {Field} field @param {string} id */
function numberOf(field, id) {
  if (field.choices.length) return radiosOf(field, id);
  const input = /** @type {HTMLInputElement} */ (el("input", { id, type: "number", min: field.least, max: field.most,
    step: field.whole ? 1 : "any", required: field.must, "aria-describedby": described(field, id) }));
  return labelled(field, id, input, () => (input.value === "" ? undefined : Number(input.value)));
}

/** @param {Field} field @param {string} id */
function choiceOf(field, id) {
  if (field.choices.length <= SHOWN_CHOICES) return radiosOf(field, id);
  const select = selectOf(id, field.choices, "Choose one", field);
  return labelled(field, id, select, () => select.value || undefined);
}

/** @param {Field} field @param {string} id */
function flagOf(field, id) {
  const box = /** @type {HTMLInputElement} */ (el("input", { id, type: "checkbox", checked: Boolean(field.default),
    "aria-describedby": `${id}-fault` }));
  const fault = faultOf(id);
  const root = el("div", { class: "field is-flag" }, box,
    el("label", { for: id }, field.help ? capital(field.help) : field.label), fault.root);
  return { root, value: () => box.checked, fault: (_, message) => fault.show(message, [box]) };
}

/** Choices side by side, of which one is taken. @param {Field} field @param {string} id @returns {Control} */
function radiosOf(field, id) {
  const radios = field.choices.map((choice) => /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: id,
    value: choice, id: `${id}-${choice}`, required: field.must })));
  const fault = faultOf(id);
  const root = el("fieldset", { class: "field is-picked", "aria-describedby": described(field, id) },
    el("legend", {}, field.label), helpOf(field, id), el("div", { class: "picks" }, radios.flatMap((radio, index) => [radio,
      el("label", { for: radio.id }, String(field.choices[index]))])), fault.root);
  const value = () => field.choices[radios.findIndex((radio) => radio.checked)];
  return { root, value, fault: (_, message) => fault.show(message, radios) };
}

/** Places, each of which one of the choices has. @param {Field} field @param {string} id @returns {Control} */
function rankingOf(field, id) {
  const places = field.choices.map((_, index) => selectOf(`${id}-${index}`, field.choices, "–", field));
  const fault = faultOf(id);
  const root = el("fieldset", { class: "field is-ranking", "aria-describedby": described(field, id) },
    el("legend", {}, field.label), helpOf(field, id), el("div", { class: "places" }, places.map((place, index) =>
      el("div", {}, el("label", { for: place.id }, `${index + 1}.`), place))), fault.root);
  const value = () => places.map((place) => place.value).filter(Boolean);
  return { root, value, fault: (_, message) => fault.show(message, places) };
}

/** @param {Field} field @param {string} id @returns {Control} */
function groupOf(field, id) {
  const group = new Group(field.fields, id);
  const root = el("fieldset", { class: "entry" }, el("legend", {}, field.label), group.nodes);
  return { root, value: () => group.value(), fault: (place, message) => group.fault(place, message) };
}

/** Entries that begin somehow; else as many as somebody adds. @param {Field} field @param {string} id
 *  @returns {Control} */
function groupsOf(field, id) {
  /** @type {Group[]} */
  let entries = [];
  let made = 0;
  const fault = faultOf(id);
  const host = el("div", { class: "entries" });
  const add = (/** @type {Record<string, any>} */ begun) => {
    const group = new Group(field.fields, `${id}-${made++}`, begun);
    const about = Object.entries(begun).map(([name, value]) => `${capital(name)} ${value}`).join(", ");
    const remove = () => {
      entries = entries.filter((one) => one !== group);
      box.remove();
    };
    const box = el("fieldset", { class: "entry" }, el("legend", {}, about || singular(field.label)), group.nodes,
      !field.begun.length && button("Remove", remove, { class: "quiet" }));
    entries.push(group);
    host.append(box);
    return box;
  };
  field.begun.forEach(add);
  const more = () => /** @type {HTMLElement | null} */ (add({}).querySelector("textarea, input, select"))?.focus();
  const root = el("section", { class: "field is-list", "aria-label": field.label },
    el("h3", {}, field.label), helpOf(field, id), host,
    !field.begun.length && button(`Add ${article(singular(field.label))}`, more, { class: "linklike" }), fault.root);
  const place = (/** @type {(string | number)[]} */ [index, ...rest], /** @type {string} */ message) =>
    entries[Number(index)]?.fault(rest, message) || fault.show(message, []);
  return { root, value: () => entries.map((group) => group.value()), fault: place };
}

/** @param {Field} field @param {string} id @param {HTMLElement} input @param {() => any} value @returns {Control} */
function labelled(field, id, input, value) {
  const fault = faultOf(id);
  const root = el("div", { class: "field" }, el("label", { for: id }, field.label), helpOf(field, id), input,
    fault.root);
  return { root, value, fault: (_, message) => fault.show(message, [input]) };
}

/** @param {string} id @param {(string | number)[]} choices @param {string} none @param {Field} field */
function selectOf(id, choices, none, field) {
  return /** @type {HTMLSelectElement} */ (el("select", { id, required: field.must, "aria-describedby":
    described(field, id) }, el("option", { value: "" }, none), choices.map((choice) =>
    el("option", { value: choice }, String(choice)))));
}

/** @param {Field} field @param {string} id */
function described(field, id) {
  return field.help ? `${id}-help ${id}-fault` : `${id}-fault`;
}

/** @param {Field} field @param {string} id */
function helpOf(field, id) {
  return field.help ? el("p", { class: "help", id: `${id}-help` }, field.help) : null;
}

/** Where a field says what is wrong with it. @param {string} id */
function faultOf(id) {
  const root = el("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const show = (/** @type {string} */ message, /** @type {HTMLElement[]} */ inputs) => {
    root.hidden = false;
    root.textContent = message;
    for (const input of inputs) input.setAttribute("aria-invalid", "true");
    return true;
  };
  return { root, show };
}

/** Forget what was wrong. @param {HTMLElement} form */
function clearFaults(form) {
  for (const fault of form.querySelectorAll(".fault")) /** @type {HTMLElement} */ (fault).hidden = true;
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** @param {string} label */
function singular(label) {
  return label.replace(/s$/, "");
}

/** @param {string} word */
function article(word) {
  return `${/^[aeiou]/i.test(word) ? "an" : "a"} ${word.toLowerCase()}`;
}
