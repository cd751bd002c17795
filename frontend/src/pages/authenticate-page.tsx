// Where a login that left this site comes back: Google, or a link in an e-mail. The address carries `token` and
// `stytch_token_type`; the SDK takes them out of it before it uses them, so that a reload cannot use them twice.

import { useEffect, useState } from "react";
import { Link, navigate } from "../components/navigation.tsx";
import { CardPage } from "../components/card-page.tsx";
import { Waiting } from "../components/waiting.tsx";
import { sessionMinutes, type StytchClient } from "../session/client.ts";
import { JUST_LOGGED_IN, loginPath, rememberedReturnTo } from "../session/return-to.ts";
import { useConfig, useStytch } from "../session/session.tsx";
import * as words from "../texts/logging-in.ts";

type Outcome = "working" | "done" | "unknown" | "used" | "failed";

/** A token can be used once, while React may ask twice for the same page: one attempt for both. */
let attempt: Promise<Outcome> | null = null;

async function authenticate(stytch: StytchClient, minutes: number): Promise<Outcome> {
  try {
    const result = await stytch.authenticateByUrl({ session_duration_minutes: minutes });
    return result?.handled ? "done" : "unknown";
  } catch (error) {
    const status = (error as { status_code?: unknown }).status_code;
    return typeof status === "number" && status < 500 ? "used" : "failed";
  }
}

const ENDS = { unknown: words.UNKNOWN, used: words.USED, failed: words.FAILED };

export default function AuthenticatePage() {
  const stytch = useStytch();
  const config = useConfig();
  const [outcome, setOutcome] = useState<Outcome>("working");

  useEffect(() => {
    let here = true;
    attempt ??= authenticate(stytch, sessionMinutes(config));
    void attempt.then((reached) => {
      attempt = null;
      if (!here) return;
      if (reached === "done") navigate(rememberedReturnTo(location.origin), { replace: true, state: JUST_LOGGED_IN });
      setOutcome(reached);
    });
    return () => {
      here = false;
    };
  }, [stytch, config]);

  if (outcome === "working" || outcome === "done") return <Waiting label={words.LOGGING_IN} />;
  return (
    <CardPage {...ENDS[outcome]}>
      <Link href={loginPath(rememberedReturnTo(location.origin))} className="button primary wide">
        {words.LOG_IN}
      </Link>
    </CardPage>
  );
}
