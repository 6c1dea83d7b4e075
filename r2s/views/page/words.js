// @ts-check
// The difference of two texts, word by word; Chinese and Japanese sign by sign.

/** @typedef {{kind: "same" | "gone" | "new", words: string}} Change */

const WORDS = /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}_'’])+|\s+|[^]/gu;
/** Longer middles are taken as replaced whole: the table of a comparison has the product of both lengths. */
const LARGEST_TABLE = 4_000_000;

/** @param {string} before @param {string} after @returns {Change[]} */
function wordChanges(before, after) {
  const [old, young] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  const start = sharedStart(old, young);
  const end = sharedStart(old.slice(start).reverse(), young.slice(start).reverse());
  const middle = changes(old.slice(start, old.length - end), young.slice(start, young.length - end));
  return joined([...same(old.slice(0, start)), ...middle.flatMap(bridged), ...same(old.slice(old.length - end))]);
}

/**
 * Spaces between two changed words change with them: nobody reads a text marked word by word.
 * @param {Change} change @param {number} at @param {Change[]} all @returns {Change[]}
 */
function bridged(change, at, all) {
  const isBetween = at > 0 && at < all.length - 1 && all[at - 1].kind !== "same" && all[at + 1].kind !== "same";
  return change.kind === "same" && isBetween && !change.words.trim() ? [gone(change.words), fresh(change.words)]
    : [change];
}

/** @param {string[]} words @returns {Change[]} */
function same(words) {
  return words.map((word) => ({ kind: "same", words: word }));
}

/** @param {string[]} first @param {string[]} second */
function sharedStart(first, second) {
  let count = 0;
  while (count < first.length && count < second.length && first[count] === second[count]) count += 1;
  return count;
}

/** @param {string[]} old @param {string[]} young @returns {Change[]} */
function changes(old, young) {
  if (old.length * young.length > LARGEST_TABLE) return [gone(old.join("")), fresh(young.join(""))];
  const [table, width] = [longestCommon(old, young), young.length + 1];
  const found = /** @type {Change[]} */ ([]);
  let [i, j] = [0, 0];
  while (i < old.length && j < young.length) {
    if (old[i] === young[j]) {
      found.push(...same([old[i]]));
      i += 1;
      j += 1;
    } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) found.push(gone(old[i++]));
    else found.push(fresh(young[j++]));
  }
  return [...found, ...old.slice(i).map(gone), ...young.slice(j).map(fresh)];
}

/** @param {string} words @returns {Change} */
function gone(words) {
  return { kind: "gone", words };
}

/** @param {string} words @returns {Change} */
function fresh(words) {
  return { kind: "new", words };
}

/** The length of the longest common subsequence of every two ends. @param {string[]} old @param {string[]} young */
function longestCommon(old, young) {
  const width = young.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = old[i] === young[j]
        ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  return table;
}

/** Neighbours of one kind as one change. @param {Change[]} changes */
function joined(changes) {
  const runs = /** @type {Change[]} */ ([]);
  for (const change of changes) {
    const last = runs.at(-1);
    if (last?.kind === change.kind) last.words += change.words;
    else runs.push({ ...change });
  }
  return runs;
}
