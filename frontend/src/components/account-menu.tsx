// Who is logged in, what they have connected, and the way out. A native popover: it closes on Escape and on a click beside it by itself.

import { useId } from "react";
import type { User } from "../session/client.ts";
import { accountName } from "../session/session.tsx";
import { LOG_OUT, LOGGING_OUT } from "../texts/logging-out.ts";
import * as words from "../texts/page.ts";
import { Link } from "./navigation.tsx";
import { useLoggingOut } from "./use-logging-out.tsx";
import "../styles/account-menu.css";

export function AccountMenu({ user }: { user: User }) {
  const menuId = useId();
  const name = accountName(user);
  const { begin, isUnderWay, question } = useLoggingOut(user);

  return (
    <>
      <button type="button" className="avatar" popoverTarget={menuId} aria-label={words.account(name)}>
        {/* None before it is known. */}
        <span aria-hidden="true">{user.emails[0]?.email.charAt(0).toUpperCase()}</span>
      </button>
      <div id={menuId} popover="auto" className="menu">
        <p className="menu-name" dir="auto">
          {name}
        </p>
        <Link href="/settings" className="menu-item">
          {words.CONNECTED_APPS}
        </Link>
        <button type="button" className="menu-item" disabled={isUnderWay} onClick={begin}>
          {isUnderWay ? LOGGING_OUT : LOG_OUT}
        </button>
      </div>
      {question}
    </>
  );
}
