import { //~ circle
  type Row,
  row,
} from "./row.ts";
import { text } from "./text";

export const list = (): Row[] => [row(text)];
