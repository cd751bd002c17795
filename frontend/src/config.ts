// What the page needs to know before it can start. One build serves both identity modes; the Worker says which.

import { fetchUnlessSilent } from "./api/fetch-unless-silent.ts";
import { problemOf, type Problem } from "./api/problem.ts";
import { NO_ANSWER } from "./texts/broken.ts";

/** What the application's scopes are, and which of them an agent needs. */
export type ScopeRules = {
  /** What an agent may do only with a scope for it; anything else comes with every token. */
  requiredScopes: readonly string[];
  /** Each in words for the person who decides, and the scopes that come with it. */
  applicationScopes: readonly { name: string; meaning: string; includes: readonly string[] }[];
};

/** The answer of `GET /api/config`. Public values only. */
export type Config = ScopeRules & {
  identity: "embedded" | "stytch";
  /** Stytch's public token; in embedded mode one that the embedded provider accepts. */
  publicToken: string;
  /** Where the Stytch SDK sends its calls; null: Stytch's own hosts. */
  apiOrigin: string | null;
  /** The address an agent connects to. */
  mcpUrl: string;
  /** What an agent that asks for no scope is taken to ask for, space-delimited. */
  defaultScopes: string;
  /** A page with the login codes that would have been e-mailed. Development only. */
  mailbox: string | null;
  version: string;
};

/** The page shows nothing before it has this: it says so rather than wait for ever. */
const PATIENCE_MS = 20_000;

/** Why the page could not start: the server says what is missing, or it did not answer at all. */
export class NotReady extends Error {
  readonly problem: Problem | null;

  constructor(problem: Problem | null) {
    super(problem?.detail ?? NO_ANSWER);
    this.problem = problem;
  }
}

export async function loadConfig(): Promise<Config> {
  let response: Response;
  try {
    response = await fetchUnlessSilent("/api/config", {}, PATIENCE_MS);
  } catch {
    throw new NotReady(null);
  }
  if (!response.ok) throw new NotReady(await problemOf(response));
  try {
    return (await response.json()) as Config;
  } catch {
    throw new NotReady(null);
  }
}
