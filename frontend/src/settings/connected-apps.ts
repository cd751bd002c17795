// The apps that a person has let in, by Stytch's SDK: the same two calls in both identity modes.

import type { StytchClient } from "../session/client.ts";

export type ConnectedApp = {
  id: string;
  name: string;
  scopes: string[];
  /** When it was let in, and when it last called; Stytch itself does not say. */
  connectedAt: Date | null;
  lastUsedAt: Date | null;
};

type Answered = Awaited<ReturnType<StytchClient["user"]["getConnectedApps"]>>["connected_apps"][number];

/** The embedded provider's answer has these besides. */
type Extended = Answered & { connected_at?: string; last_used_at?: string };

export async function readConnectedApps(stytch: StytchClient): Promise<ConnectedApp[]> {
  const { connected_apps } = await stytch.user.getConnectedApps();
  return connected_apps.map(appOf);
}

export async function disconnect(stytch: StytchClient, id: string): Promise<void> {
  await stytch.user.revokedConnectedApp(id);
}

export function appOf(answered: Extended): ConnectedApp {
  return {
    id: answered.connected_app_id,
    name: answered.name,
    scopes: answered.scopes_granted.split(" ").filter(Boolean),
    connectedAt: dateOf(answered.connected_at),
    lastUsedAt: dateOf(answered.last_used_at),
  };
}

function dateOf(text: string | undefined): Date | null {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.valueOf()) ? null : date;
}
