// What is said of where a consent leads.

export const UNKNOWN_ADDRESS = "an unknown address";
export const PROGRAM = "a program on this computer";
export const at = (host: string): string => `at ${host}`;
export const opens = (protocol: string): string => `the one that opens ${protocol} links`;
/** Follows {@link PROGRAM} in a sentence. */
export const onlyGoOn = (way: string): string => `, ${way}. Only go on if you have just started this yourself.`;
