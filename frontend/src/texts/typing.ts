// What is wrong with what somebody types, as they type it.

export const TODO_NEEDS_TEXT = "A todo needs a text.";
export const tooLong = (over: number, limit: number): string => `Too long by ${over} ${over === 1 ? "character" : "characters"}. The limit is ${limit}.`;
export const TOO_MANY_PARTS = "Too long: its characters are made of many parts. Make it shorter.";
export const TOO_MANY_MARKS = "There are too many marks on one character.";
