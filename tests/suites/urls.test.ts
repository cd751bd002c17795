// URLs are read by the platform's parser in a Worker, and by a crate in the tests of crates/oauth. Both are held to the same samples: here the
// Worker by what it registers, which must be written as a parser writes it, and the parser that Node.js and workerd share.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { send } from "../harness/http.ts";
import { root } from "../harness/paths.ts";
import { embedded } from "../harness/shared.ts";

/** A text, and how a URL of it is written; `null` if it is none. */
type Sample = [text: string, written: string | null];
const samples: Sample[] = JSON.parse(readFileSync(join(root, "crates", "whatwg-url", "tests", "samples.json"), "utf8"));

/** Two differences are none (RFC 3986 section 6.2.3): an empty path, and a port that is the scheme's own. */
const REGISTERED = new Set([
  "https://example.com",
  "https://example.com/",
  "https://example.com:8443/a%2fb?",
  "https://xn--bcher-kva.example/",
  "https://a..b/",
  "https://example.com./",
  "http://localhost:80/cb",
  "com.example.app:/oauth",
  "com.example.app://callback/a?b",
  "cursor://anysphere.cursor-mcp/oauth/callback",
  "app:///cb",
  "app://Host/cb",
]);

describe("URLs", () => {
  let origin: string;
  before(async () => {
    origin = (await embedded()).origin;
  });

  for (const [text, written] of samples) {
    test(`${JSON.stringify(text)} is ${written === null ? "none" : `written ${written}`}`, async () => {
      // A browser writes a host beyond ASCII in Punycode; here it is none.
      if (written !== null || !/[^\x00-\x7f]/.test(text)) assert.equal(URL.canParse(text) ? new URL(text).href : null, written);
      const answer = await send(`${origin}/v1/oauth2/register`, { method: "POST", json: { client_name: "Samples", redirect_uris: [text] } });
      assert.equal(answer.status, REGISTERED.has(text) ? 201 : 400, `${text}: ${answer.text}`);
      if (answer.status === 400) assert.equal(answer.json.error, "invalid_redirect_uri");
    });
  }
});
