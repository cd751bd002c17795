// The pages, each downloaded when it is asked for: the list needs no login, and the login no list.

import { lazy, Suspense } from "react";
import { Redirect, usePathname } from "./components/navigation.tsx";
import { Waiting } from "./components/waiting.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import TodosPage from "./pages/todos-page.tsx";
import { ANSWERED_PATH } from "./session/answered.ts";

const AnsweredPage = lazy(() => import("./pages/answered-page.tsx"));
const AuthenticatePage = lazy(() => import("./pages/authenticate-page.tsx"));
const LoginPage = lazy(() => import("./pages/login-page.tsx"));
const SettingsPage = lazy(() => import("./pages/settings-page.tsx"));
const AuthorizePage = lazy(() => import("./pages/authorize-page.tsx"));
const LogoutPage = lazy(() => import("./pages/logout-page.tsx"));

export function App() {
  return (
    <Suspense fallback={<Waiting />}>
      <Page path={usePathname()} />
    </Suspense>
  );
}

/** The paths are those that the server answers with the page (src/pages.rs); with a slash at its end each is the same. */
function Page({ path }: { path: string }) {
  switch (path.replace(/\/$/, "")) {
    case "":
      return <Redirect to="/todoapp" />;
    case "/todoapp":
      return <TodosPage />;
    case "/settings":
      return <SettingsPage />;
    case "/login":
      return <LoginPage />;
    case "/authenticate":
      return <AuthenticatePage />;
    case "/oauth/authorize":
      return <AuthorizePage />;
    case ANSWERED_PATH:
      return <AnsweredPage />;
    case "/oauth/logout":
      return <LogoutPage />;
    default:
      return <NotFoundPage />;
  }
}
