// Words of somebody else inside a sentence of the page: each in an element of its own that takes its direction from what is
// written in it, and beyond which it changes nothing (HTML, the bdi element).

import type { Sentence } from "../texts/sentence.ts";

export function ShownSentence({ sentence }: { sentence: Sentence }) {
  return sentence.map((part, index) => (typeof part === "string" ? part : <bdi key={index}>{part.written}</bdi>));
}
