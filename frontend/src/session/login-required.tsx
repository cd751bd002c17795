// Nobody gets past this without a session. Someone who was never in is sent to log in and brought back to the very address
// they asked for; someone whose session ends while they are here is told so.

import { useEffect, useState, type ReactNode } from "react";
import { Redirect } from "../components/navigation.tsx";
import { Waiting } from "../components/waiting.tsx";
import type { User } from "./client.ts";
import { loginPath } from "./return-to.ts";
import { useSession, useVisitor } from "./session.tsx";

type Props = {
  children: (user: User) => ReactNode;
  /** What to show when the session of that person ends here. Without it: the login page. */
  ended?: (userId: string) => ReactNode;
};

export function LoginRequired({ children, ended }: Props) {
  const { user, settled } = useSession();
  const { wasAnswered } = useVisitor();
  const [wasIn, setWasIn] = useState<string | null>(null);

  useEffect(() => {
    if (user && (settled || wasAnswered())) setWasIn(user.user_id);
  }, [user, settled, wasAnswered]);

  // The page shows at once; its calls find out whether a remembered session still lives.
  if (user) return children(user);
  if (!settled) return <Waiting />;
  if (wasIn !== null && ended) return ended(wasIn);
  return <Redirect to={loginPath(location.pathname + location.search)} />;
}
