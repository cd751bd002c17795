// The apps that a person has let in, by Stytch's SDK: the same two calls in both identity modes. The embedded provider tells
// apart what each device was given; Stytch's own list has each app once.

import type { StytchClient } from "../session/client.ts";

/** Something that was let in: a device with an app, or where that is not known, the app. */
export type Connection = {
  /** What disconnecting takes: a grant's id or an app's. */
  id: string;
  /** The app: the same on each of its devices. */
  app: { id: string; name: string };
  scopes: string[];
  /** When it was let in, and when it last called; Stytch itself does not say, and before its first call there is no last. */
  connectedAt: Date | null;
  lastUsedAt: Date | null;
};

type Answered = Awaited<ReturnType<StytchClient["user"]["getConnectedApps"]>>["connected_apps"][number];

type Times = { connected_at?: string | null; last_used_at?: string | null };
type Grant = Times & { grant_id: string; scopes_granted: string };

/** The embedded provider's answer has these besides. */
type Extended = Answered & Times & { grants?: Grant[] };

export async function readConnections(stytch: StytchClient): Promise<Connection[]> {
  const { connected_apps } = await stytch.user.getConnectedApps();
  return connected_apps.flatMap(connectionsOf);
}

export async function disconnect(stytch: StytchClient, id: string): Promise<void> {
  // The SDK (20.1.0) puts the id into a path as it is, and an id may be an address of its own.
  await stytch.user.revokedConnectedApp(encodeURIComponent(id));
}

export function connectionsOf(answered: Extended): Connection[] {
  const app = { id: answered.connected_app_id, name: answered.name };
  const connection = (id: string, scopes: string, times: Times): Connection => ({
    id,
    app,
    scopes: scopes.split(" ").filter(Boolean),
    connectedAt: dateOf(times.connected_at),
    lastUsedAt: dateOf(times.last_used_at),
  });
  // An app whose access has run out may still have its consent: it is there to be forgotten.
  if (!answered.grants?.length) return [connection(app.id, answered.scopes_granted, answered)];
  return answered.grants.map((grant) => connection(grant.grant_id, grant.scopes_granted, grant));
}

function dateOf(text: string | null | undefined): Date | null {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.valueOf()) ? null : date;
}
