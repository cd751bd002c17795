// What a person has connected to their todos, and the way to disconnect it.

import { Suspense, useEffect } from "react";
import { Link } from "../components/navigation.tsx";
import { AccountMenu } from "../components/account-menu.tsx";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { Mark } from "../components/mark.tsx";
import { SkipLink } from "../components/skip-link.tsx";
import { Waiting } from "../components/waiting.tsx";
import type { User } from "../session/client.ts";
import { LoginRequired } from "../session/login-required.tsx";
import { accountName, useConfig } from "../session/session.tsx";
import { ConnectionRow } from "../settings/connection-row.tsx";
import { useConnections } from "../settings/use-connections.ts";
import * as words from "../texts/settings.ts";
import "../styles/page.css";
import "../styles/circumstances.css";
import "../styles/states.css";
import "../styles/settings.css";

export default function SettingsPage() {
  return <LoginRequired>{(user) => <Settings key={user.user_id} user={user} />}</LoginRequired>;
}

function Settings({ user }: { user: User }) {
  useEffect(() => {
    document.title = words.PAGE_TITLE;
  }, []);
  return (
    <div className="page">
      <SkipLink />
      <header className="top">
        <Mark />
        <Link href="/todoapp" className="button quiet">
          {words.BACK}
        </Link>
        <AccountMenu user={user} />
      </header>
      <main id="main">
        <div className="heading">
          <h1>{words.CONNECTED_APPS}</h1>
        </div>
        <p className="settings-lead">
          {words.LEAD[0]}
          <bdi>{accountName(user)}</bdi>
          {words.LEAD[1]}
        </p>
        {/* They are asked for by Stytch's SDK. The page is here before it, for who comes from the list. */}
        <ErrorBoundary isPart>
          <Suspense fallback={<Waiting label={words.LOADING} />}>
            <Apps />
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Apps() {
  const config = useConfig();
  const { state, read, remove } = useConnections();
  switch (state.phase) {
    case "loading":
      return <Waiting label={words.LOADING} />;
    case "failed":
      return (
        <div className="failed" role="alert">
          <p className="empty-title">{words.NOT_READABLE}</p>
          <button type="button" className="button" onClick={() => void read()}>
            {words.TRY_AGAIN}
          </button>
        </div>
      );
    case "ready":
      if (state.connections.length === 0) return <Nothing />;
      return (
        <ul className="apps">
          {state.connections.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              rules={config}
              onDisconnect={() => remove(connection.id)}
            />
          ))}
        </ul>
      );
  }
}

function Nothing() {
  return (
    <div className="empty">
      <p className="empty-title">{words.NOTHING}</p>
      <p>
        <Link href="/todoapp" className="link">
          {words.YOUR_LIST}
        </Link>{" "}
        {words.NOTHING_LEAD}
      </p>
    </div>
  );
}
