// Who is logged in, for every component below <SessionProvider>. Stytch's own React provider would bring its whole UI into
// the page's first download, so it is used only where Stytch's components are (stytch-ui/).

import { createContext, use, useContext, useMemo, useSyncExternalStore, type ReactNode } from "react";
import type { Config } from "../config.ts";
import { YOUR_ACCOUNT } from "../texts/page.ts";
import type { StytchClient, User } from "./client.ts";
import type { Visitor } from "./visitor.ts";

export type Session = {
  user: User | null;
  /** False while the SDK is on its way, or still checks with the server what it remembered from the last visit. */
  settled: boolean;
};

type Context = { config: Config; visitor: Visitor };

const SessionContext = createContext<Context | null>(null);

export function SessionProvider({ config, visitor, children }: Context & { children: ReactNode }) {
  const value = useMemo(() => ({ config, visitor }), [config, visitor]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

function useSessionContext(): Context {
  const context = useContext(SessionContext);
  if (!context) throw new Error("Used outside <SessionProvider>");
  return context;
}

export const useConfig = (): Config => useSessionContext().config;
export const useVisitor = (): Visitor => useSessionContext().visitor;

/** Suspends while it is not here: nothing that is drawn with the first rows may need it. */
export function useStytch(): StytchClient {
  const visitor = useVisitor();
  return visitor.clientIfHere ?? use(visitor.client());
}

export function useSession(): Session {
  const { user, isSettled, subscribe } = useVisitor();
  const current = useSyncExternalStore(subscribe, user);
  const settled = useSyncExternalStore(subscribe, isSettled);
  return useMemo(() => ({ user: current, settled }), [current, settled]);
}

/** The name a person knows their account by. */
export function accountName(user: User): string {
  return user.emails[0]?.email ?? YOUR_ACCOUNT;
}
