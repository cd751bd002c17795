// The OAuth authorization endpoint as a person meets it: who asks, for what, where it goes. The decision itself is Stytch's
// IdentityProvider component, which speaks to the authorization server; the page adds what that leaves out.

import { IdentityProvider, StytchEventType, type Callbacks } from "@stytch/react";
import { parseOAuthAuthorizeParams } from "@stytch/react/headless";
import { useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { CardPage } from "../components/card-page.tsx";
import { logOut, type User } from "../session/client.ts";
import { LoginRequired } from "../session/login-required.tsx";
import { loginPath } from "../session/return-to.ts";
import { accountName, useConfig, useStytch } from "../session/session.tsx";
import { consentWords, presentation } from "../stytch-ui/look.ts";
import { StytchUi } from "../stytch-ui/provider.tsx";
import { describeScopes } from "../stytch-ui/scopes.ts";
import { describeRedirect, publisherOf } from "./redirect-target.ts";

export default function AuthorizePage() {
  nameScopes(useConfig().defaultScopes);
  const { error } = parseOAuthAuthorizeParams(new URLSearchParams(location.search));
  // Nothing a login could mend: say so before asking anyone to log in.
  if (error) return <Refused reason={error} />;
  return <LoginRequired confirmed>{(user) => <Consent user={user} />}</LoginRequired>;
}

/**
 * Some hosts send no `scope`. Stytch's component would then ask for scopes that describe the person and open nothing, so the
 * request is made to say what it means (RFC 6749 section 3.3) before the component reads it.
 */
function nameScopes(defaultScopes: string): void {
  const asked = new URLSearchParams(location.search);
  if (asked.get("scope")) return;
  asked.set("scope", defaultScopes);
  history.replaceState(history.state, "", `${location.pathname}?${asked}`);
}

type Outcome = { kind: "asking" } | { kind: "allowed" } | { kind: "denied" } | { kind: "refused"; reason: string };

function Consent({ user }: { user: User }) {
  const [outcome, setOutcome] = useState<Outcome>({ kind: "asking" });
  const { result: request } = parseOAuthAuthorizeParams(new URLSearchParams(location.search));
  const target = describeRedirect(request.redirect_uri);
  const publisher = publisherOf(request.client_id);
  const { requiredScopes } = useConfig();
  const manifest = useMemo(() => describeScopes(requiredScopes), [requiredScopes]);

  const callbacks = useMemo<Callbacks>(
    () => ({
      onEvent: ({ type }) => {
        if (type === StytchEventType.OAuthAuthorizeFlowComplete) setOutcome({ kind: "allowed" });
        if (type === StytchEventType.OAuthAuthorizeFlowConsentDenied) setOutcome({ kind: "denied" });
      },
      onError: (error) => setOutcome({ kind: "refused", reason: messageOf(error) }),
    }),
    [],
  );
  useFailedSubmit((reason) => setOutcome({ kind: "refused", reason }));

  switch (outcome.kind) {
    case "refused":
      return <Refused reason={outcome.reason} />;
    case "allowed":
      return <CardPage title="Connected" lead={`You are being sent back to ${target.name}. If nothing happens, you can close this page.`} />;
    case "denied":
      return <CardPage title="Not connected" lead="Nothing was shared. You can close this page." />;
    case "asking":
      return (
        <CardPage title="Connect an agent" quietTitle foot={<WhoDecides user={user} />}>
          <StytchUi>
            <IdentityProvider
              presentation={presentation}
              strings={consentWords}
              callbacks={callbacks}
              getIDPConsentManifest={manifest}
            />
          </StytchUi>
          <p className="card-target">
            {publisher && (
              <>
                The app is published by <strong>{publisher}</strong>.{" "}
              </>
            )}
            You then return to <strong>{target.name}</strong>
            {target.note}
          </p>
        </CardPage>
      );
  }
}

function WhoDecides({ user }: { user: User }) {
  const stytch = useStytch();
  const [, navigate] = useLocation();
  const here = location.pathname + location.search;
  return (
    <p>
      You are <bdi>{accountName(user)}</bdi>.{" "}
      <button
        type="button"
        className="link"
        onClick={() => void logOut(stytch).then(() => navigate(loginPath(here), { replace: true }))}
      >
        Use another account
      </button>
    </p>
  );
}

function Refused({ reason }: { reason: string }) {
  return (
    <CardPage title="This request can’t go on" lead="The app that sent you here asked in a way that is not accepted. Nothing was shared.">
      <p className="card-problem">{reason}</p>
      <p className="card-note">Go back to the app and connect again. If this comes back, its maker should hear about it.</p>
    </CardPage>
  );
}

/**
 * The component (@stytch/react 20.1.0, IDPConsent) reports a failed start to `onError` but lets a failed submit become an
 * unhandled rejection, and would turn for ever. Delete this when it reports both.
 */
function useFailedSubmit(onFailed: (reason: string) => void): void {
  useEffect(() => {
    function onRejection(event: PromiseRejectionEvent): void {
      if (!(event.reason instanceof Error)) return;
      event.preventDefault();
      onFailed(messageOf(event.reason));
    }
    addEventListener("unhandledrejection", onRejection);
    return () => removeEventListener("unhandledrejection", onRejection);
  }, [onFailed]);
}

/** The server's sentence where there is one; the SDK's own messages are written for its developers. */
function messageOf(error: object): string {
  const sentence = (error as { error_message?: unknown }).error_message;
  return typeof sentence === "string" && sentence ? sentence : "The login service can’t be reached. Please try again.";
}
