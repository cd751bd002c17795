// The pages. Those with Stytch's components in them are downloaded when they are asked for.

import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { Waiting } from "./components/waiting.tsx";
import { AnsweredPage } from "./pages/answered-page.tsx";
import { AuthenticatePage } from "./pages/authenticate-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { TodosPage } from "./pages/todos-page.tsx";
import { ANSWERED_PATH } from "./session/authorize-calls.ts";

const LoginPage = lazy(() => import("./pages/login-page.tsx"));
const SettingsPage = lazy(() => import("./pages/settings-page.tsx"));
const AuthorizePage = lazy(() => import("./pages/authorize-page.tsx"));
const LogoutPage = lazy(() => import("./pages/logout-page.tsx"));

export function App() {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/todoapp" component={TodosPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route path="/login" component={LoginPage} />
        <Route path="/authenticate" component={AuthenticatePage} />
        <Route path="/oauth/authorize" component={AuthorizePage} />
        <Route path={ANSWERED_PATH} component={AnsweredPage} />
        <Route path="/oauth/logout" component={LogoutPage} />
        <Route path="/">
          <Redirect to="/todoapp" replace />
        </Route>
        <Route component={NotFoundPage} />
      </Switch>
    </Suspense>
  );
}
