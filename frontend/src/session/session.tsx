// Who is logged in, for every component below <SessionProvider>. Stytch's own React provider would bring its whole UI into
// the page's first download, so it is used only where Stytch's components are (stytch-ui/).

import { createContext, useCallback, useContext, useMemo, useSyncExternalStore, type ReactNode } from "react";
import type { Config } from "../config.ts";
import { YOUR_ACCOUNT } from "../texts/page.ts";
import type { StytchClient, User } from "./client.ts";

export type Session = {
  user: User | null;
  /** False while the SDK still checks with the server what it remembered from the last visit. */
  settled: boolean;
};

type Context = { config: Config; stytch: StytchClient };

const SessionContext = createContext<Context | null>(null);

export function SessionProvider({ config, stytch, children }: Context & { children: ReactNode }) {
  const value = useMemo(() => ({ config, stytch }), [config, stytch]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

function useSessionContext(): Context {
  const context = useContext(SessionContext);
  if (!context) throw new Error("Used outside <SessionProvider>");
  return context;
}

export const useConfig = (): Config => useSessionContext().config;
export const useStytch = (): StytchClient => useSessionContext().stytch;

export function useSession(): Session {
  const stytch = useStytch();
  const subscribe = useCallback((changed: () => void) => stytch.onStateChange(changed), [stytch]);
  const user = useSyncExternalStore(subscribe, () => stytch.user.getInfo().user);
  const settled = useSyncExternalStore(subscribe, () => !stytch.user.getInfo().fromCache);
  return useMemo(() => ({ user, settled }), [user, settled]);
}

/** The name a person knows their account by. */
export function accountName(user: User): string {
  return user.emails[0]?.email ?? YOUR_ACCOUNT;
}
