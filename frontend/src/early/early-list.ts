// The list, asked for with the page and not after it: whose it is stands in the session's JWT, which the page can read. It is the
// answer to the first reading, if that is made in time, and for the same account.

import { fetchUnlessSilent } from "../api/fetch-unless-silent.ts";
import { local, namesIn, read } from "../kept/storage.ts";
import { accountDigest } from "../session/account-digest.ts";
import { arrivingIn, type Arriving } from "./saved-in.ts";

const JWT = /(?:^|; )stytch_session_jwt=[^.;]+\.([\w-]+)\./;

/** A list that nobody has asked for by then is read anew; one of which nothing comes for so long is, too. */
const GOOD_FOR_MS = 10_000;

/** What Stytch's SDK (20.1.0, getPersistentStorageKey) keeps in this browser, by public token. */
const SDK_STATE = "stytch_sdk_state_";
type Remembered = { user?: { user_id: string } | null };

type Early = { user: string; digest: string; at: number; list: Promise<Arriving | null> };

let early: Promise<Early | null> | null = null;

/**
 * Resolves once it is asked for; false: nobody is logged in. Whose list it is has to be made a digest of first, and the browser
 * says when it has one only between two scripts: what takes long to run has to wait for this.
 *
 * @param cookies `document.cookie`
 */
export async function askForList(cookies: string): Promise<boolean> {
  const user = userIn(cookies, Date.now());
  if (user === null) return false;
  early = ask(user).catch(() => null);
  await early;
  return true;
}

/** Null: it was not asked for, or not for this account, or not lately, or there was no good answer. Each is given out once. */
export async function takeEarlyList(account: string | null): Promise<Arriving | null> {
  const asked = early;
  early = null;
  const found = await asked;
  if (!found || account !== found.digest || Date.now() - found.at > GOOD_FOR_MS) return null;
  return found.list;
}

/**
 * Whose list it is, once the server has begun to answer with it. Null: it was not asked for, or there was no good answer, or Stytch's
 * SDK remembers somebody else here and has to say first who it is: the cookie may have been planted.
 */
export async function answeredFor(): Promise<string | null> {
  const asked = await early;
  return asked && (await asked.list) && !remembersAnother(asked.user) ? asked.user : null;
}

function remembersAnother(user: string): boolean {
  const storage = local();
  return storage !== null && namesIn(storage, SDK_STATE).some((name) => (read<Remembered>(storage, name)?.user?.user_id ?? user) !== user);
}

async function ask(user: string): Promise<Early | null> {
  const digest = await accountDigest(user);
  if (digest === null) return null;
  const response = fetchUnlessSilent("/api/todos", { headers: { "X-Account-Digest": digest }, cache: "no-store" }, GOOD_FOR_MS);
  return { user, digest, at: Date.now(), list: response.then((answer) => (answer.ok ? arrivingIn(answer) : null)).catch(() => null) };
}

/** Who is logged in by the session's JWT; null: nobody, or it has run out and has to be renewed first. */
export function userIn(cookies: string, now: number): string | null {
  const [, payload] = JWT.exec(cookies) ?? [];
  if (payload === undefined) return null;
  try {
    const { sub, exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { sub?: unknown; exp?: unknown };
    return typeof sub === "string" && typeof exp === "number" && exp * 1_000 > now ? sub : null;
  } catch {
    return null;
  }
}
