// The OAuth end-session endpoint (OpenID Connect RP-Initiated Logout 1.0) as a person meets it: an app they are connected with
// asks them to log out here. With an address to return to it is Stytch's component that asks, and only if it must; without
// one there is nothing to check, and the page asks.

import { IdentityProvider } from "@stytch/react";
import { useState } from "react";
import { CardPage } from "../components/card-page.tsx";
import { logOut } from "../session/client.ts";
import { useStytch } from "../session/session.tsx";
import { logoutWords, presentation } from "../stytch-ui/look.ts";
import { StytchUi } from "../stytch-ui/provider.tsx";

export default function LogoutPage() {
  if (!new URLSearchParams(location.search).has("post_logout_redirect_uri")) return <JustLogOut />;
  return (
    <CardPage title="Log out" quietTitle>
      <StytchUi>
        <IdentityProvider presentation={presentation} strings={logoutWords} />
      </StytchUi>
    </CardPage>
  );
}

function JustLogOut() {
  const stytch = useStytch();
  const [isOut, setIsOut] = useState(false);
  if (isOut) return <CardPage title="You are logged out" lead="You can close this page." />;
  return (
    <CardPage title="Log out?" lead="An app asked that you log out of your todos in this browser. Connected agents stay connected.">
      <button type="button" className="button" onClick={() => void logOut(stytch).then(() => setIsOut(true))}>
        Log out
      </button>
    </CardPage>
  );
}
