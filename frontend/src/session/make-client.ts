// Stytch's headless SDK, the same in both identity modes. It keeps the session: the cookies `stytch_session` and
// `stytch_session_jwt`, their renewal every three minutes, and what other tabs of this page do to them.

import { createStytchClient } from "@stytch/react/headless";
import type { Config } from "../config.ts";
import type { StytchClient } from "./client.ts";

type StytchClientOptions = NonNullable<Parameters<typeof createStytchClient>[1]>;

/**
 * `endpoints` is how the SDK (20.1.0: packages/web/src/utils/config) is told where Stytch is. It is not in its types; the
 * public `customBaseUrl` will not do, since it drops the port and insists on https, which a development server lacks.
 */
type Endpoints = {
  endpoints: {
    testAPIURL: string;
    liveAPIURL: string;
    dfpBackendURL: string;
    clientsideServicesIframeURL: string;
  };
};

export function createClient(config: Config): StytchClient {
  const options: StytchClientOptions & Partial<Endpoints> = { keepSessionAlive: true };
  if (config.apiOrigin !== null) {
    options.endpoints = {
      testAPIURL: config.apiOrigin,
      liveAPIURL: config.apiOrigin,
      dfpBackendURL: config.apiOrigin,
      clientsideServicesIframeURL: config.apiOrigin,
    };
  }
  return createStytchClient(config.publicToken, options);
}
