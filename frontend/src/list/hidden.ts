// Characters that nobody sees, and where spelling or an emoji needs them: the server's rule (crates/text, "characters"), so
// that what a person pastes need not be refused. Both are held to the same samples.

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u{E0000}-\u{EFFFF}]/u;
const WHITE = /\s/u;
/** The blocks of the scripts in which a joiner changes what is seen. */
const JOINING =
  /[\u0600-\u07FF\u0840-\u0DFF\u1000-\u109F\u1780-\u18AF\u1A20-\u1AAF\u1B00-\u1BBF\uA800-\uA8FF\uA980-\uA9FF\uAA60-\uAA7F\uAAE0-\uAAFF\uABC0-\uABFF\uFB50-\uFDFF\uFE70-\uFEFC\u{10A00}-\u{11FFF}\u{1E900}-\u{1E95F}]/u;
const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;
const HAN = /\p{Script=Han}/u;
const MYANMAR = /[\u1000-\u109F]/u;
const MONGOLIAN = /[\u1820-\u18AA]/u;

/** The tags that follow a black flag: England, Scotland, Wales (UTS #51 section 2.4). */
const FLAGS = ["gbeng", "gbsct", "gbwls"].map((tags) => String.fromCodePoint(...[...tags].map((tag) => 0xe0000 + tag.codePointAt(0)!), 0xe007f));

/** A text without the characters in it that nobody sees and nothing beside them needs. */
export function withoutHidden(text: string): string {
  if (!HIDDEN.test(text)) return text;
  let kept = "";
  let before = "";
  for (let at = 0; at < text.length; ) {
    const char = charAt(text, at);
    at += char.length;
    if (HIDDEN.test(char) && !isNeeded(before, char, charAt(text, at))) continue;
    kept += char;
    before = char;
    const flag = char === "🏴" ? FLAGS.find((tags) => text.startsWith(tags, at)) : undefined;
    if (flag) {
      kept += flag;
      at += flag.length;
    }
  }
  return kept;
}

/** The whole character there, empty at the end. */
function charAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** `after` is empty at the end, where what a joiner joins may still be typed. */
function isNeeded(before: string, char: string, after: string): boolean {
  switch (char) {
    case "\u200C":
      return joins(before, after);
    case "\u200D":
      return joins(before, after) || joinsEmoji(before, after);
    case "\uFE0E":
      return EMOJI.test(before);
    case "\uFE0F":
      return EMOJI.test(before) || (/[0-9#*]/.test(before) && after === "\u20E3");
    case "\u180E":
      return /[\u1820-\u18AA\u180B-\u180D\u180F]/.test(before) && (after === "" || MONGOLIAN.test(after));
    case "\uFE00":
      return HAN.test(before) || MYANMAR.test(before);
    default:
      if (/[\uFE01\uFE02\u{E0100}-\u{E011F}]/u.test(char)) return HAN.test(before);
      return /[\u180B-\u180D\u180F]/.test(char) && MONGOLIAN.test(before);
  }
}

function joins(before: string, after: string): boolean {
  const seen = before !== "" && !WHITE.test(before) && !HIDDEN.test(before);
  return seen && (after === "" || JOINING.test(before) || JOINING.test(after));
}

function joinsEmoji(before: string, after: string): boolean {
  return (before === "\uFE0F" || EMOJI.test(before)) && (after === "" || EMOJI.test(after));
}
