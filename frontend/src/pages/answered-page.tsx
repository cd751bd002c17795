// Where a consent ends: the page takes this address as soon as the request is answered, so that going back from the client does
// not lead to the question, and to a second code.

import { useEffect } from "react";
import { CardPage } from "../components/card-page.tsx";
import { sayConnected } from "../connect/connected-channel.ts";
import type { Answered } from "../session/authorize-calls.ts";
import { describeRedirect } from "./redirect-target.ts";

export default function AnsweredPage() {
  const answered = history.state as Partial<Answered> | null;
  const isAllowed = answered?.allowed === true;

  useEffect(() => {
    if (isAllowed) sayConnected();
  }, [isAllowed]);

  if (typeof answered?.redirectUri !== "string") {
    return <CardPage title="This request has been answered" lead="You can close this page." />;
  }
  if (!answered.allowed) return <CardPage title="Not connected" lead="Nothing was shared. You can close this page." />;
  const { name } = describeRedirect(answered.redirectUri);
  return <CardPage title="Connected" lead={`You are being sent back to ${name}. If nothing happens, you can close this page.`} />;
}
