// Logging in, with Stytch's own component: a code by e-mail in both identity modes, and Google where Stytch does identity.

import { OAuthProviders, OTPMethods, Products, StytchLogin, type StytchLoginConfig } from "@stytch/react";
import { useEffect, useMemo, useState } from "react";
import { Redirect } from "../components/navigation.tsx";
import { CardPage } from "../components/card-page.tsx";
import { Waiting } from "../components/waiting.tsx";
import type { Config } from "../config.ts";
import { sessionMinutes } from "../session/client.ts";
import { JUST_LOGGED_IN, rememberReturnTo, returnToOf } from "../session/return-to.ts";
import { useConfig, useSession } from "../session/session.tsx";
import { focusCode } from "../stytch-ui/code-focus.ts";
import { presentation } from "../stytch-ui/look.ts";
import { StytchUi } from "../stytch-ui/provider.tsx";
import * as words from "../texts/logging-in.ts";
import { loginWords } from "../texts/stytch.ts";

const CODE_MINUTES = 10;

export default function LoginPage() {
  const config = useConfig();
  const { user, settled } = useSession();
  const returnTo = returnToOf(location.search, location.origin);
  const forAgent = returnTo.startsWith("/oauth/authorize");

  // Somebody who was logged in when they came has done nothing here.
  const [wasOut, setWasOut] = useState(false);
  useEffect(() => setWasOut((before) => before || (settled && !user)), [settled, user]);
  useEffect(() => rememberReturnTo(returnTo), [returnTo]);
  const loginConfig = useMemo(() => loginConfigFor(config), [config]);

  if (user && settled) return <Redirect to={returnTo} {...(wasOut && { state: JUST_LOGGED_IN })} />;
  if (user) return <Waiting />;
  return (
    <CardPage
      title={words.LOG_IN}
      lead={forAgent ? words.LEAD_FOR_AGENT : words.LEAD}
      foot={
        config.mailbox !== null && (
          <p>
            {words.DEVELOPMENT[0]}
            <a href={config.mailbox} target="_blank" rel="noreferrer">
              {words.DEVELOPMENT[1]}
            </a>
            {words.DEVELOPMENT[2]}
          </p>
        )
      }
    >
      <div ref={focusCode}>
        <StytchUi>
          <StytchLogin config={loginConfig} presentation={presentation} strings={loginWords} />
        </StytchUi>
      </div>
    </CardPage>
  );
}

function loginConfigFor(config: Config): StytchLoginConfig {
  const withGoogle = config.identity === "stytch";
  const redirectUrl = `${location.origin}/authenticate`;
  return {
    products: withGoogle ? [Products.oauth, Products.otp] : [Products.otp],
    otpOptions: { methods: [OTPMethods.Email], expirationMinutes: CODE_MINUTES },
    sessionOptions: { sessionDurationMinutes: sessionMinutes(config) },
    ...(withGoogle && {
      oauthOptions: {
        providers: [{ type: OAuthProviders.Google }],
        loginRedirectURL: redirectUrl,
        signupRedirectURL: redirectUrl,
      },
    }),
  };
}
