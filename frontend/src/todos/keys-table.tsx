// Every key, and the switch for those that print something.

import { useId } from "react";
import { useCell } from "../components/use-cell.ts";
import * as words from "../texts/keys-table.ts";
import type { Key } from "../texts/keys.ts";
import { singleKeys, switchSingleKeys } from "./single-keys.ts";
import "../styles/keys.css";

export default function KeysTable() {
  const isOn = useCell(singleKeys);
  const noteId = useId();
  return (
    <div className="keys">
      <Table title={words.ALWAYS} keys={words.ALWAYS_KEYS} />
      <Table title={words.SINGLE} keys={words.SINGLE_KEYS_TABLE} isOff={!isOn} />
      <label className="keys-switch">
        <input type="checkbox" role="switch" checked={isOn} aria-describedby={noteId} onChange={(event) => switchSingleKeys(event.target.checked)} />
        {words.SINGLE_KEYS}
      </label>
      <p id={noteId} className="muted">
        {words.SINGLE_KEYS_NOTE}
      </p>
    </div>
  );
}

function Table({ title, keys, isOff = false }: { title: string; keys: readonly Key[]; isOff?: boolean }) {
  return (
    <table data-off={isOff || undefined}>
      <caption>{title}</caption>
      <tbody>
        {keys.map(({ keys, does }) => (
          <tr key={does}>
            <th scope="row">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </th>
            <td>{does}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
