// What is still to be put right, as a list that only ever gets shorter. It goes when it is empty, and this with it.

/**
 * Holds findings against a list with a line `rule file` for what may still break a rule; a folder (`circle src/`) stands for all
 * files below it.
 *
 * @param {import("./rules.mjs").Finding[]} found
 * @param {string} list
 * @returns {{open: import("./rules.mjs").Finding[], useless: {line: number, entry: string}[]}} what the list does not excuse, and
 *   its lines without which nothing more would be found
 */
export function heldAgainst(found, list) {
  const entries = list.split("\n").map((entry, index) => ({ line: index + 1, entry }));
  const excuses = ({ entry }, { rule, file }) => {
    const place = `${rule} ${file}`;
    return entry === place || (entry.endsWith("/") && place.startsWith(entry));
  };
  return {
    open: found.filter((finding) => !entries.some((entry) => excuses(entry, finding))),
    useless: entries.filter((entry) => entry.entry !== "" && !found.some((finding) => excuses(entry, finding))),
  };
}

/** The list, file by file, that excuses all that was found. */
export function listFor(found) {
  return [...new Set(found.map(({ rule, file }) => `${rule} ${file}`))].sort().join("\n");
}
