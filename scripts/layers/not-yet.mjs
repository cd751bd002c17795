// What is still to be put right, as a list that only ever gets shorter. It goes when it is empty, and this with it.

/**
 * Holds findings against a list with a line `rule file` for each file that may still break a rule.
 *
 * @param {import("./rules.mjs").Finding[]} found
 * @param {string} list
 * @returns {{open: import("./rules.mjs").Finding[], useless: {line: number, entry: string}[], needed: string[]}} what the list does
 *   not excuse; its lines without which nothing would be found; and the lines it has to have
 */
export function heldAgainst(found, list) {
  const entryOf = ({ rule, file }) => `${rule} ${file}`;
  const needed = new Set(found.map(entryOf));
  const lines = list.split("\n").map((entry, index) => ({ line: index + 1, entry }));
  const excused = new Set(lines.map(({ entry }) => entry));
  return {
    open: found.filter((finding) => !excused.has(entryOf(finding))),
    useless: lines.filter(({ entry }) => entry !== "" && !needed.has(entry)),
    needed: [...needed].sort(),
  };
}
