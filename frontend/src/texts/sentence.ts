// A sentence of the page with words of somebody else in it: texts of todos, names of apps. They are kept apart until they are
// shown, since each has a direction of its own and none may reach beyond itself (components/shown-sentence.tsx).

/** What somebody wrote. */
export type Written = { written: string };

export type Sentence = readonly (string | Written)[];

/** How much of a todo's text is repeated in a sentence, in characters. */
const QUOTED = 40;

/** `` sentence`Deleted ${quoted(text)}` ``: strings in it are the page's own. */
export function sentence(strings: TemplateStringsArray, ...parts: readonly (string | number | Sentence)[]): Sentence {
  return strings.flatMap((string, index) => {
    const part = parts[index] ?? "";
    return [string, ...(typeof part === "object" ? part : [String(part)])].filter((piece) => piece !== "");
  });
}

export function written(text: string): Sentence {
  return [{ written: text }];
}

/** The text of a todo between quotation marks, the beginning of it where it is long. */
export function quoted(text: string): Sentence {
  return ["‘", { written: beginning(text, QUOTED) }, "’"];
}

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text, as people count them. */
export function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** At most so many characters of a text, as people count them. */
export function beginning(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const all = charactersOf(text);
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join("").trimEnd()}…`;
}

/** The sentence as plain text, for where there is no markup. */
export function textOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.written)).join("");
}
