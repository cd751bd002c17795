// Shows the app: asks the Worker how it is set up, and makes the Stytch client for it.

import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { App } from "./app.tsx";
import { ErrorBoundary } from "./components/error-boundary.tsx";
import { keepFocus } from "./components/focus-kept.ts";
import { loadConfig, NotReady, type Config } from "./config.ts";
import { NotReadyPage } from "./pages/not-ready-page.tsx";
import { createClient, type StytchClient } from "./session/client.ts";
import { SessionProvider } from "./session/session.tsx";

/** @param ready settles when what is to be shown first is here */
export async function start(place: HTMLElement, ready: Promise<unknown>): Promise<void> {
  keepFocus();
  const root = createRoot(place);
  try {
    const config = await loadConfig();
    // It takes a while to make, and begins to ask at once.
    const stytch = createClient(config);
    await ready;
    show(root, config, stytch);
  } catch (error) {
    const problem = error instanceof NotReady ? error.problem : null;
    root.render(<NotReadyPage problem={problem} />);
  }
}

function show(root: Root, config: Config, stytch: StytchClient): void {
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <SessionProvider config={config} stytch={stytch}>
          <App />
        </SessionProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
}
