// Runs first, and alone: it imports no more than it needs to ask for what the page will need, so that all of it comes side by side.

import "./styles/layers.css";
import "./styles/tokens.css";
import "./styles/reset.css";
import "./styles/text.css";
import "./styles/buttons.css";
import "./styles/targets.css";
import { askForList } from "./early/early-list.ts";
import { todosPage } from "./early/todos-page-part.ts";
import { enterEarly } from "./kept/tab.ts";
import { loadAgainWhenOutdated } from "./newer-version.ts";
import { dropPlantedCookies } from "./session/planted-cookies.ts";
import { BROKEN_LEAD } from "./texts/broken.ts";

const place = document.getElementById("root") ?? document.body;

loadAgainWhenOutdated();
dropPlantedCookies();
let ready: Promise<unknown> = Promise.resolve();
if (["/", "/todoapp"].includes(location.pathname)) {
  // Before the larger scripts run, which would keep it waiting.
  if (await askForList(document.cookie)) enterEarly();
  // Whoever shows it says what is wrong.
  ready = todosPage().catch(() => undefined);
}
try {
  const { start } = await import("./start.tsx");
  await start(place, ready);
} catch {
  place.textContent = BROKEN_LEAD;
}
