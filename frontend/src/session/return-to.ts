// Where a person was going when login came in between. The address travels in the query of /login, so that a reload or a
// second tab keeps its own; a login that leaves this site (Google) and comes back at /authenticate finds it in the tab's
// session storage. A consent request must survive this to the letter: its query is the agent's OAuth request.

const HOME = "/todoapp";
const KEY = "todos.return-to";

/** Pages that would send a person round in circles. */
const NOT_A_DESTINATION = new Set(["/login", "/authenticate"]);

/**
 * The path, query and fragment of `value` if it is an address on this origin, else the list. An open redirect after login
 * is a phishing tool, so whatever the URL parser does not place on `origin` is refused: `//evil.example`, `/\evil.example`,
 * `javascript:…`, `https://evil.example`.
 */
export function safeReturnTo(value: string | null | undefined, origin: string): string {
  if (!value?.startsWith("/")) return HOME;
  let url: URL;
  try {
    url = new URL(value, origin);
  } catch {
    return HOME;
  }
  if (url.origin !== origin || NOT_A_DESTINATION.has(url.pathname)) return HOME;
  const path = url.pathname + url.search + url.hash;
  // `/.//evil.example` parses to a path that begins with two slashes, which a browser would read as a host.
  return path.startsWith("//") ? HOME : path;
}

/** The login page that leads back to `path`. */
export function loginPath(path: string): string {
  return path === HOME ? "/login" : `/login?${new URLSearchParams({ returnTo: path })}`;
}

/** What the login page leaves in the history: a person has logged in, on the way to the page that is shown. */
export const JUST_LOGGED_IN = { justLoggedIn: true };

export function hasJustLoggedIn(): boolean {
  return (history.state as Partial<typeof JUST_LOGGED_IN> | null)?.justLoggedIn === true;
}

export function returnToOf(search: string, origin: string): string {
  return safeReturnTo(new URLSearchParams(search).get("returnTo"), origin);
}

export function rememberReturnTo(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    // Storage may be switched off; the person then lands on the list.
  }
}

/** Every visit to the login page overwrites it, so an old one cannot come back. */
export function rememberedReturnTo(origin: string): string {
  try {
    return safeReturnTo(sessionStorage.getItem(KEY), origin);
  } catch {
    return HOME;
  }
}
