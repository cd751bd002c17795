// Starts the board: a document of its own, in a host's frame (board.html).

import "../styles/layers.css";
import "../styles/tokens.css";
import "../styles/reset.css";
import "../styles/text.css";
import "../styles/buttons.css";
import "../styles/targets.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepFocus } from "../components/focus-kept.ts";
import { ListStore } from "../list/list-store.ts";
import { Board } from "./board.tsx";
import { dress } from "./host-look.ts";
import { Host } from "./host.ts";
import { keepLooking, somethingChanged } from "./live.ts";
import { createBoardApi } from "./todos-over-host.ts";
import "../styles/board.css";

const host = Host.connect({
  context: dress,
  changed: () => somethingChanged(store),
  // The call was given up, and the list is there all the same.
  cancelled: () => void store.refresh(),
  toolResult: (result) => void api.take(result, store.version.get()).then((taken) => taken && store.refresh()),
});
const api = createBoardApi(host);
const store = new ListStore(api, () => undefined);
const onHeight = (height: number) => void host.then((connected) => connected.sizeChanged(height));

keepFocus();
createRoot(document.getElementById("root") ?? document.body).render(
  <StrictMode>
    <Board store={store} host={host} beyond={api.beyond} onHeight={onHeight} />
  </StrictMode>,
);

host.then(
  (connected) => {
    keepLooking(store, connected);
    // A host that passes no calls on hands over the result of the one that the board is shown for, and that is all there is.
    if (connected.callsTools) void store.refresh();
  },
  () => void store.refresh(),
);
