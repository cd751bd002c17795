// Starts the page: asks the Worker how it is set up, makes the Stytch client for it, shows the app.

import "./styles/layers.css";
import "./styles/tokens.css";
import "./styles/reset.css";
import "./styles/text.css";
import "./styles/buttons.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, downloadEarly } from "./app.tsx";
import { ErrorBoundary } from "./components/error-boundary.tsx";
import { loadConfig, NotReady, type Config } from "./config.ts";
import { loadAgainWhenOutdated } from "./newer-version.ts";
import { NotReadyPage } from "./pages/not-ready-page.tsx";
import { createClient } from "./session/client.ts";
import { dropPlantedCookies } from "./session/planted-cookies.ts";
import { SessionProvider } from "./session/session.tsx";

const root = createRoot(document.getElementById("root") ?? document.body);

function show(config: Config): void {
  const stytch = createClient(config);
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

loadAgainWhenOutdated();
downloadEarly(location.pathname);
dropPlantedCookies();
try {
  show(await loadConfig());
} catch (error) {
  const problem = error instanceof NotReady ? error.problem : null;
  root.render(<NotReadyPage problem={problem} />);
}
