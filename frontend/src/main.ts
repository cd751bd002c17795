// Runs first, and alone: it imports no more than it needs to ask for what the page will need, so that all of it comes side by side.

import "./styles/layers.css";
import "./styles/tokens.css";
import "./styles/reset.css";
import "./styles/text.css";
import "./styles/buttons.css";
import "./styles/targets.css";
import { askForList } from "./early/early-list.ts";
import { enterEarly } from "./kept/tab.ts";
import { loadAgainWhenOutdated } from "./newer-version.ts";
import { dropPlantedCookies } from "./session/planted-cookies.ts";
import { BROKEN_LEAD } from "./texts/broken.ts";

const place = document.getElementById("root") ?? document.body;

loadAgainWhenOutdated();
dropPlantedCookies();
// Before the larger scripts run, which would keep it waiting.
if (["/", "/todoapp"].includes(location.pathname) && (await askForList(document.cookie))) enterEarly();
try {
  const { start } = await import("./start.tsx");
  await start(place);
} catch {
  place.textContent = BROKEN_LEAD;
}
