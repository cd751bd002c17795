// What of a text was changed: its words, those that went and those that came (a longest common subsequence).

/** Words of one kind, with a space between them; between two pieces there is one as well. */
export type Piece = { kind: "same" | "gone" | "new"; text: string };

/** Longer texts are told as one that went and one that came. */
const MOST_WORDS = 300;

export function wordDiff(before: string, after: string): Piece[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) {
    return [
      { kind: "gone", text: before },
      { kind: "new", text: after },
    ];
  }
  return joined(aligned(a, b));
}

function wordsOf(text: string): string[] {
  return text.match(/\S+/gu) ?? [];
}

function aligned(a: readonly string[], b: readonly string[]): Piece[] {
  // length[i][j]: how long the longest common subsequence of a from i on and b from j on is.
  const length = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = length[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [gone, came] = [a[i], b[j]];
    if (gone !== undefined && gone === came) {
      pieces.push({ kind: "same", text: gone });
      i += 1;
      j += 1;
    } else if (gone !== undefined && (came === undefined || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: "gone", text: gone });
      i += 1;
    } else if (came !== undefined) {
      pieces.push({ kind: "new", text: came });
      j += 1;
    }
  }
  return pieces;
}

function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.kind === piece.kind) last.text += ` ${piece.text}`;
    else result.push({ ...piece });
  }
  return result;
}
