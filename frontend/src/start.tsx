// Shows the app. Of whom the server has answered with their list by then, it is shown at once, and Stytch's SDK is made after that.

import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { ErrorBoundary } from "./components/error-boundary.tsx";
import { keepFocus } from "./components/focus-kept.ts";
import { loadConfig, NotReady } from "./config.ts";
import { answeredFor } from "./early/early-list.ts";
import { isShown } from "./early/is-shown.ts";
import { NotReadyPage } from "./pages/not-ready-page.tsx";
import { SessionProvider } from "./session/session.tsx";
import { Visitor } from "./session/visitor.ts";
import { openEarly } from "./todos/use-list-store.ts";

/** For how long the server's answer is waited for when all the rest is here: it was asked for before that. */
const ANSWER_MS = 100;

export async function start(place: HTMLElement): Promise<void> {
  keepFocus();
  const root = createRoot(place);
  try {
    const configured = loadConfig();
    const visitor = new Visitor(async () => (await import("./session/make-client.ts")).createClient(await configured));
    const answered = answeredFor();
    void answered.then((user) => user !== null && visitor.know(user));
    const config = await configured;
    // The SDK takes a while to make, and begins to ask at once. Whichever is here first says who it is.
    const known = (await within(ANSWER_MS, answered)) ?? (await Promise.any([visitor.client().then(() => null), answered.then((user) => user ?? Promise.reject())]));
    if (known !== null) await within(ANSWER_MS, openEarly(known, visitor));
    // All at once, before anything else that waits to be done.
    flushSync(() =>
      root.render(
        <StrictMode>
          <ErrorBoundary>
            <SessionProvider config={config} visitor={visitor}>
              <App />
            </SessionProvider>
          </ErrorBoundary>
        </StrictMode>,
      ),
    );
    if (known === null) return;
    await isShown();
    // Without it the list is there all the same, for as long as the session's JWT is good; whoever needs it asks again.
    await visitor.client().catch(() => undefined);
  } catch (error) {
    const problem = error instanceof NotReady ? error.problem : null;
    root.render(<NotReadyPage problem={problem} />);
  }
}

/** Null: it has taken longer. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, new Promise<null>((resolve) => setTimeout(resolve, ms, null))]);
}
