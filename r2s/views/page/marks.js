// @ts-check
// A reader's marks: stars on messages, each with a note if they like, kept in this browser and never written to the run.

const marks = {
  key: "",
  notes: /** @type {Map<string, string>} */ (new Map()),
  /** @param {string} tree */
  open(tree) {
    this.key = `marks.${tree}`;
    this.notes = new Map(Object.entries(JSON.parse(memory.get(this.key) ?? "{}")));
  },
  /** @param {string} id */
  has(id) {
    return this.notes.has(id);
  },
  /** @param {string} id */
  toggle(id) {
    if (!this.notes.delete(id)) this.notes.set(id, "");
    this.keep();
  },
  /** @param {string} id @param {string} note */
  write(id, note) {
    this.notes.set(id, note);
    this.keep();
  },
  keep() {
    memory.set(this.key, JSON.stringify(Object.fromEntries(this.notes)));
  },
};

/** The star of a message, to press. @param {Message} node @param {() => void} redraw */
function starOf(node, redraw) {
  const isOn = marks.has(node.id);
  const press = () => {
    marks.toggle(node.id);
    announce(isOn ? "Star taken away" : "Starred");
    redraw();
  };
  return button("Star (s)", press, { class: "star", "aria-pressed": String(isOn) }, isOn ? "★" : "☆");
}

/** What the reader notes on a message that they starred. @param {Message} node */
function noteOn(node) {
  if (!marks.has(node.id)) return null;
  return el("input", { class: "own-note", "aria-label": "Your note", placeholder: "Your note", autocomplete: "off",
    value: marks.notes.get(node.id), oninput: (/** @type {any} */ event) => marks.write(node.id, event.target.value) });
}

/** Save the marks as a file, a line a message. @param {Model} model */
function saveMarks({ tree, nodes }) {
  const lines = nodes.filter((node) => marks.has(node.id)).map((node) => JSON.stringify({ tree: tree.id,
    document: tree.document.id, node: node.id, role: node.role, note: marks.notes.get(node.id), text: node.text }));
  if (!lines.length) return announce("No message is starred");
  save(`${tree.id}.marks.jsonl`, `${lines.join("\n")}\n`);
}
