// A page on a sister host, or on another port of this one, can plant a session cookie here: for a parent domain, or for a path,
// where it comes before the right one, and Stytch's SDK would take it for this browser's. So before the SDK starts, names with
// several values lose all but the one that the SDK writes itself: for this very host, and the path `/`.

const NAMES = ["stytch_session", "stytch_session_jwt"];

type Place = { hostname: string; pathname: string; protocol: string };

export function dropPlantedCookies(): void {
  for (const name of namesWithSeveralValues(document.cookie)) {
    for (const line of expiring(name, location)) document.cookie = line;
  }
}

export function namesWithSeveralValues(cookies: string): string[] {
  const pairs = cookies.split("; ").map((pair) => {
    const end = pair.indexOf("=");
    return [pair.slice(0, end), pair.slice(end + 1)] as const;
  });
  return NAMES.filter((name) => new Set(pairs.filter(([key]) => key === name).map(([, value]) => value)).size > 1);
}

/** What takes a cookie away wherever it could have been planted so that this page sees it. */
export function expiring(name: string, { hostname, pathname, protocol }: Place): string[] {
  const segments = pathname.split("/").filter(Boolean);
  const prefixes = segments.map((_, index) => `/${segments.slice(0, index + 1).join("/")}`);
  const paths = ["/", ...prefixes.flatMap((prefix) => [prefix, `${prefix}/`])];
  const labels = hostname.split(".");
  // An address has no parent, and for a topmost domain no browser keeps a cookie.
  const isName = labels.length > 1 && /[a-z]$/i.test(hostname);
  const domains = isName ? labels.slice(0, -1).map((_, index) => labels.slice(index).join(".")) : [];
  const lines = [null, ...domains].flatMap((domain) =>
    paths
      .filter((path) => domain !== null || path !== "/")
      .map((path) => `${name}=; Path=${path}; Max-Age=0${domain === null ? "" : `; Domain=${domain}`}`),
  );
  return protocol === "https:" ? lines.flatMap((line) => [`${line}; Secure`, `${line}; Secure; Partitioned`]) : lines;
}
