// Where a consent ends: the page takes this address as soon as the request is answered, so that going back from the client does
// not lead to the question, and to a second code.

import { useEffect } from "react";
import { CardPage } from "../components/card-page.tsx";
import { sayConnected } from "../connect/connected-channel.ts";
import type { Answered } from "../session/answered.ts";
import * as words from "../texts/consent.ts";
import { describeRedirect } from "./redirect-target.ts";

export default function AnsweredPage() {
  const answered = history.state as Partial<Answered> | null;
  const isAllowed = answered?.allowed === true;

  useEffect(() => {
    if (isAllowed) sayConnected();
  }, [isAllowed]);

  if (typeof answered?.redirectUri !== "string") {
    return <CardPage title={words.ANSWERED} lead={words.CLOSE_THIS} />;
  }
  if (!answered.allowed) return <CardPage title={words.NOT_CONNECTED} lead={words.NOT_CONNECTED_LEAD} />;
  const { name } = describeRedirect(answered.redirectUri);
  return <CardPage title={words.CONNECTED} lead={words.sentBack(name)} />;
}
