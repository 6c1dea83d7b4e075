// @ts-check
// What the page keeps and says: settings in the browser, words for those who do not see it, and colours.

/** What a reader keeps from one visit to the next; nothing where the browser does not let a page keep anything. */
const memory = {
  /** @param {string} key */
  get(key) {
    try {
      return localStorage.getItem(`r2s.${key}`);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string} value */
  set(key, value) {
    try {
      localStorage.setItem(`r2s.${key}`, value);
    } catch {
      // A page without an origin forgets.
    }
  },
};

/** Say something to those who do not see the page. @param {string} words */
function announce(words) {
  byElementId("live").textContent = words;
}

const THEMES = ["auto", "light", "dark"];

function turnTheme() {
  setTheme(THEMES[(THEMES.indexOf(memory.get("theme") ?? "auto") + 1) % THEMES.length]);
}

/** @param {string | null} theme */
function setTheme(theme) {
  const known = theme && THEMES.includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = known;
  memory.set("theme", known);
  announce(`Colours: ${known}`);
}
