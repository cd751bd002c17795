// Whether keys that print something do something in the list, remembered in this browser. Who dictates, or has a hand that is not
// always steady, switches them off (WCAG 2.2, 2.1.4).

import { local, read, write } from "../kept/storage.ts";
import { Cell } from "../list/cell.ts";

const NAME = "todos.single-keys-off";

const storage = local();

export const singleKeys = new Cell(!(storage && read<boolean>(storage, NAME)));

export function switchSingleKeys(on: boolean): void {
  if (storage) write(storage, NAME, on ? null : true);
  singleKeys.set(on);
}
