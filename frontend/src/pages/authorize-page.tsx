// The OAuth authorization endpoint as a person meets it: who asks, for what, where it goes. The decision itself is Stytch's
// IdentityProvider component, which speaks to the authorization server; the page adds what that leaves out.

import { IdentityProvider, type Callbacks } from "@stytch/react";
import { parseOAuthAuthorizeParams } from "@stytch/react/headless";
import { useEffect, useMemo, useState } from "react";
import { navigate } from "../components/navigation.tsx";
import { CardPage } from "../components/card-page.tsx";
import { Waiting } from "../components/waiting.tsx";
import { completeAuthorizeCalls } from "../session/authorize-calls.ts";
import { judge, refusalOf, type Judged, type Refusal } from "../session/authorize-answers.ts";
import { logOut, type User } from "../session/client.ts";
import { hasJustLoggedIn, loginPath } from "../session/return-to.ts";
import { accountName, useConfig, useSession, useStytch } from "../session/session.tsx";
import { presentation } from "../stytch-ui/look.ts";
import { StytchUi } from "../stytch-ui/provider.tsx";
import { describeScopes } from "../stytch-ui/scopes.ts";
import * as words from "../texts/consent.ts";
import { consentWords } from "../texts/stytch.ts";
import { describeRedirect, publisherOf } from "./redirect-target.ts";

export default function AuthorizePage() {
  nameScopes(useConfig().defaultScopes);
  const { user, settled } = useSession();
  const { error } = parseOAuthAuthorizeParams(new URLSearchParams(location.search));
  // Nothing a login could mend: say so before asking anyone to log in.
  if (error) return <Refused reason={error} />;
  if (!settled) return <Waiting />;
  return user ? <Consent user={user} /> : <BeforeLogin />;
}

/**
 * Some hosts send no `scope`. Stytch's component would then ask for scopes that describe the person and open nothing, so the
 * request is made to say what it means (RFC 6749 section 3.3) before the component reads it.
 */
function nameScopes(defaultScopes: string): void {
  if (!new URLSearchParams(location.search).get("scope")) setParameter("scope", defaultScopes);
}

function setParameter(name: string, value: string): void {
  const asked = new URLSearchParams(location.search);
  asked.set(name, value);
  history.replaceState(history.state, "", `${location.pathname}?${asked}`);
}

/** Asks the server whether the request is one that a login is worth, and leads there if it is. */
function BeforeLogin() {
  const { identity } = useConfig();
  const [refused, setRefused] = useState<Extract<Judged, { step: "refused" }> | null>(null);

  useEffect(() => {
    let isHere = true;
    const logIn = () => isHere && navigate(loginPath(location.pathname + location.search), { replace: true });
    // Stytch says nothing about a request without a session.
    if (identity === "stytch") return void logIn();
    void judge(location.search).then((judged) => {
      if (!isHere) return;
      if (judged?.step === "refused") return setRefused(judged);
      if (judged?.step === "logIn") setParameter("request_mark", judged.requestMark);
      logIn();
    });
    return () => {
      isHere = false;
    };
  }, [identity]);

  return refused ? <Refused {...refused} /> : <Waiting />;
}

function Consent({ user }: { user: User }) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { result: request } = parseOAuthAuthorizeParams(new URLSearchParams(location.search));
  const target = describeRedirect(request.redirect_uri);
  const publisher = publisherOf(request.client_id);
  const config = useConfig();
  completeAuthorizeCalls(useStytch().idp, config.identity === "embedded");
  const manifest = useMemo(() => describeScopes(config), [config]);
  const callbacks = useMemo<Callbacks>(() => ({ onError: (error) => setRefusal(refusalOf(error)) }), []);
  useFailedSubmit(setRefusal);

  if (refusal?.type === "login_too_old") return <LogInAgain {...refusal} />;
  if (refusal) return <Refused {...refusal} />;
  return (
    <CardPage title={words.CONNECT} quietTitle foot={<WhoDecides user={user} />}>
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
            {words.PUBLISHED_BY[0]}
            <strong>{publisher}</strong>
            {words.PUBLISHED_BY[1]}
          </>
        )}
        {words.RETURN_TO}
        <strong>{target.name}</strong>
        {target.note}
      </p>
    </CardPage>
  );
}

function WhoDecides({ user }: { user: User }) {
  const logInAnew = useLogInAnew();
  return (
    <p>
      {words.YOU_ARE[0]}
      <bdi>{accountName(user)}</bdi>
      {words.YOU_ARE[1]}
      <button type="button" className="link" onClick={logInAnew}>
        {words.ANOTHER_ACCOUNT}
      </button>
    </p>
  );
}

/** Logs out; without a session this page leads to the login, and the login back here. */
function useLogInAnew(): () => void {
  const stytch = useStytch();
  return () => void logOut(stytch);
}

/** The client asks for a login of this very moment (`prompt=login`, `max_age`). A link alone logs nobody out, so a person does. */
function LogInAgain({ reason, requestMark }: Refusal) {
  const logInAnew = useLogInAnew();

  useEffect(() => {
    if (requestMark) setParameter("request_mark", requestMark);
  }, [requestMark]);

  return (
    <CardPage title={words.LOG_IN_AGAIN} lead={reason}>
      <button type="button" className="button primary wide" onClick={logInAnew}>
        {words.LOG_IN_AGAIN}
      </button>
    </CardPage>
  );
}

/** Nobody is sent on from here by a link alone; who has just logged in for this request has done something. */
function Refused({ reason, wayBack = null }: { reason: string; wayBack?: string | null }) {
  const leaves = wayBack !== null && hasJustLoggedIn();

  useEffect(() => {
    if (leaves) location.href = wayBack;
  }, [leaves, wayBack]);

  if (leaves) return <Waiting />;
  const { name } = describeRedirect(wayBack ?? "");
  return (
    <CardPage title={words.REFUSED} lead={words.REFUSED_LEAD}>
      <p className="card-problem">{reason}</p>
      {wayBack === null ? (
        <p className="card-note">{words.GO_BACK}</p>
      ) : (
        <>
          <a href={wayBack} className="button wide">
            {words.TELL_THE_APP}
          </a>
          <p className="card-note">
            {words.LEADS_TO[0]}
            <strong>{name}</strong>
            {words.LEADS_TO[1]}
          </p>
        </>
      )}
    </CardPage>
  );
}

/**
 * The component (@stytch/react 20.1.0, IDPConsent) reports a failed start to `onError` but lets a failed submit become an
 * unhandled rejection, and would turn for ever. Delete this when it reports both.
 */
function useFailedSubmit(onFailed: (refusal: Refusal) => void): void {
  useEffect(() => {
    function onRejection(event: PromiseRejectionEvent): void {
      if (!(event.reason instanceof Error)) return;
      event.preventDefault();
      onFailed(refusalOf(event.reason));
    }
    addEventListener("unhandledrejection", onRejection);
    return () => removeEventListener("unhandledrejection", onRejection);
  }, [onFailed]);
}
