// The tokens of a Rust file: as much of them as tells where names are taken, and where a block ends.

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*)`,
    String.raw`(?<comment>/\*)`,
    String.raw`[bc]?r(?<hashes>#*)"(?<raw>[\s\S]*?)"\k<hashes>`,
    String.raw`[bc]?"(?<string>(?:\\[\s\S]|[^"\\])*)"`,
    String.raw`(?<letter>b?'(?:\\(?:u\{[^}]*\}|[\s\S])[^']*|[^\\'])')`,
    String.raw`(?<lifetime>'[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?:r#)?(?<word>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<number>\d\w*)`,
    String.raw`(?<mark>::|[\s\S])`,
  ].join("|"),
  "uy",
);

/** Words, strings (their contents) and marks, each with its line; comments, numbers, letters and lifetimes are left out. */
export function tokensOf(text) {
  const tokens = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const { 0: found, groups } = TOKEN.exec(text);
    let end = at + found.length;
    if (groups.comment) end = endOfComment(text, at);
    else if (groups.word) tokens.push({ kind: "word", text: groups.word, line });
    else if (groups.mark) tokens.push({ kind: "mark", text: groups.mark, line });
    else if (groups.raw !== undefined || groups.string !== undefined)
      tokens.push({ kind: "string", text: groups.raw ?? groups.string, line });
    for (; at < end; at++) if (text[at] === "\n") line++;
  }
  return tokens;
}

/** Comments of this kind may hold others. */
function endOfComment(text, start) {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = start;
  let depth = 0;
  for (let edge = edges.exec(text); edge; edge = edges.exec(text)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return text.length;
}
