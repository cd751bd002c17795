import "./text.ts";
import type { list } from "./list"; //~ circle

export type Row = ReturnType<typeof list>;
export const row = (text: string) => text;
