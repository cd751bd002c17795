// The OAuth end-session endpoint (OpenID Connect RP-Initiated Logout 1.0) as a person meets it: an app they are connected with
// asks them to log out here. With an address to return to it is Stytch's component that asks, and only if it must; without
// one there is nothing to check, and the page asks. Who is not logged in is asked nothing, and sent nowhere by the link alone.

import { IdentityProvider } from "@stytch/react";
import { useEffect, useState } from "react";
import { CardPage } from "../components/card-page.tsx";
import { Waiting } from "../components/waiting.tsx";
import { forget, unsavedOf } from "../kept/keeper.ts";
import { logOut } from "../session/client.ts";
import { useSession, useStytch } from "../session/session.tsx";
import { presentation } from "../stytch-ui/look.ts";
import { StytchUi } from "../stytch-ui/provider.tsx";
import * as words from "../texts/logging-out.ts";
import { logoutWords } from "../texts/stytch.ts";
import { describeRedirect } from "./redirect-target.ts";

export default function LogoutPage() {
  const { user, settled } = useSession();
  // The component logs out and leaves; what is shown meanwhile is the component still.
  const [wasIn, setWasIn] = useState<string | null>(null);
  useEffect(() => {
    if (settled && user) setWasIn(user.user_id);
    else if (settled && wasIn !== null) forget(wasIn);
  }, [settled, user, wasIn]);

  const asked = new URLSearchParams(location.search);
  if (!asked.has("post_logout_redirect_uri")) return <JustLogOut />;
  if (!settled) return <Waiting />;
  if (!user && wasIn === null) return <AlreadyOut asked={asked} />;
  return (
    <CardPage title={words.LOG_OUT} quietTitle>
      {user && unsavedOf(user.user_id) > 0 && <p className="card-problem">{words.unsaved(unsavedOf(user.user_id))}</p>}
      <StytchUi>
        <IdentityProvider presentation={presentation} strings={logoutWords} />
      </StytchUi>
    </CardPage>
  );
}

function AlreadyOut({ asked }: { asked: URLSearchParams }) {
  const stytch = useStytch();
  const [wayBack, setWayBack] = useState<string | null>(null);
  const given = (name: string) => asked.get(name) ?? undefined;
  const [client_id, post_logout_redirect_uri] = [given("client_id") ?? "", given("post_logout_redirect_uri") ?? ""];
  const [state, id_token_hint] = [given("state"), given("id_token_hint")];

  useEffect(() => {
    const request = { client_id, post_logout_redirect_uri, ...(state && { state }), ...(id_token_hint && { id_token_hint }) };
    stytch.idp.oauthLogoutStart(request).then(
      ({ redirect_uri }) => setWayBack(redirect_uri),
      // An app that is not known, or an address that is not its own, is not led to.
      () => undefined,
    );
  }, [stytch, client_id, post_logout_redirect_uri, state, id_token_hint]);

  return (
    <CardPage title={words.OUT} lead={words.WAS_OUT_LEAD}>
      {wayBack !== null && (
        <a href={wayBack} className="button wide">
          {words.goOnTo(describeRedirect(wayBack).name)}
        </a>
      )}
    </CardPage>
  );
}

function JustLogOut() {
  const stytch = useStytch();
  const { user } = useSession();
  const [isOut, setIsOut] = useState(false);
  const unsaved = user ? unsavedOf(user.user_id) : 0;

  function leave(): void {
    void logOut(stytch).then(() => {
      if (user) forget(user.user_id);
      setIsOut(true);
    });
  }

  if (isOut) return <CardPage title={words.OUT} lead={words.OUT_LEAD} />;
  return (
    <CardPage title={words.ASK} lead={words.ASKED_BY_APP}>
      {unsaved > 0 && <p className="card-problem">{words.unsaved(unsaved)}</p>}
      <button type="button" className="button" onClick={leave}>
        {unsaved > 0 ? words.LOG_OUT_ANYWAY : words.LOG_OUT}
      </button>
    </CardPage>
  );
}
