// Who is logged in, what they have connected, and the way out. A native popover: it closes on Escape and on a click beside it by itself.

import { useId, useState } from "react";
import { Link, useLocation } from "wouter";
import { logOut, type User } from "../session/client.ts";
import { accountName, useStytch } from "../session/session.tsx";
import "../styles/account-menu.css";

export function AccountMenu({ user }: { user: User }) {
  const stytch = useStytch();
  const [, navigate] = useLocation();
  const menuId = useId();
  const [leaving, setLeaving] = useState(false);
  const name = accountName(user);

  return (
    <>
      <button type="button" className="avatar" popoverTarget={menuId} aria-label={`Account: ${name}`}>
        <span aria-hidden="true">{name.charAt(0).toUpperCase()}</span>
      </button>
      <div id={menuId} popover="auto" className="menu">
        <p className="menu-name" dir="auto">
          {name}
        </p>
        <Link href="/settings" className="menu-item">
          Connected apps
        </Link>
        <button
          type="button"
          className="menu-item"
          disabled={leaving}
          onClick={() => {
            setLeaving(true);
            void logOut(stytch).then(() => navigate("/login"));
          }}
        >
          {leaving ? "Logging out…" : "Log out"}
        </button>
      </div>
    </>
  );
}
