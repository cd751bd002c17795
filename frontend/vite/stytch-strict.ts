// Modules of Stytch's SDK that this page does not need, swapped by the build. Two do what a strict Content-Security-Policy
// refuses (public/_headers); the others are products that no page here offers, which the headless client would bring into the
// first download all the same. Written against @stytch/react 20.1.0, which package.json pins: if an update moves one of them, the
// build stops rather than ship a login that does not work.
import type { Plugin } from "vite";

/** The components' CSS goes into a constructable stylesheet instead of an inline <style>. */
const STYLES = `
const sheet = new CSSStyleSheet();
let css = "";
export function collectCss(text) {
  css += text + "\\n";
  sheet.replaceSync(css);
}
export function injectGlobalStyle() {
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}
export function injectCssIntoNode() {
  throw new Error("The shadow DOM option of Stytch's components is not in use here.");
}
`;

/** A frame from js.stytch.com formats phone numbers and runs Google One Tap; neither is used, yet the code screen asks it. */
const FRAME = `
const unused = () => Promise.reject(new Error("Stytch's frame for phone numbers and One Tap is not in use here."));
export class ClientsideServicesProvider {
  oneTapStart = unused;
  oneTapSubmit = unused;
  parsedPhoneNumber = unused;
  getExamplePhoneNumber = unused;
}
`;

/** Ways to log in that are not offered (pages/login-page.tsx). Whoever offers one takes it out of here. */
const NOT_OFFERED = ["CryptoWallet", "TOTP", "WebAuthn", "Password", "Impersonation", "RBAC"].map(
  (product) => [`/core/src/HeadlessClients/Headless${product}Client.mjs`, `export class Headless${product}Client {}\n`] as const,
);

/** Login links by mail are not offered either; their class has another name than its file. */
const MAGIC_LINKS = "export class HeadlessMagicLinksClient {}\n";

/** Google One Tap, which asks for the frame above. */
const ONE_TAP = `
export class OneTapProvider {}
export const loadGoogleOneTapClient = () => Promise.reject(new Error("Google One Tap is not in use here."));
`;

/** The client for logins by other providers adds One Tap to one that has none. */
const WITHOUT_ONE_TAP = `export { HeadlessOAuthClient } from "../../core/src/HeadlessClients/HeadlessOAuthClient.mjs";\n`;

/** The part of the errors' module that names those of Stytch's SDKs for phones, each of which it would keep: no page can have them. */
const ERRORS_OF_PHONES = { path: "/core/src/public/SDKErrors.mjs", part: /(?<=function errorToStytchError\(error\) \{\n.*\n)    switch\(error\.message\)\{[^]*?\n    \}\n(?=\})/g, code: "    return new InternalError(error);\n" };

/** Providers to log in with that are not offered (pages/login-page.tsx), each of which has a field of its own. */
const PROVIDERS_NOT_OFFERED = { path: "/core/src/HeadlessClients/HeadlessOAuthClient.mjs", part: /    (?!google)\w+ = \{\n        start: this\.startOAuthFlow\(OAuthProviders\.\w+\)\n    \};\n/g, code: "" };

/** What is left out of a module, or put in place of a part of it. */
const PARTS = [ERRORS_OF_PHONES, PROVIDERS_NOT_OFFERED];

/** For browsers without `crypto.randomUUID`, which the page itself needs. */
const UUID = "export default () => crypto.randomUUID();\n";

/** That it runs in a browser, with a token that looks like one: the Worker says which (GET /api/config). */
const CHECKS = "export const checkNotSSR = () => {};\nexport const checkB2BNotSSR = checkNotSSR;\nexport const checkPublicToken = checkNotSSR;\n";

/** What stands in for the client on a server, where this page is never drawn. */
const ON_SERVERS = `
export const isStytchSSRProxy = () => false;
export const ssrSafeClientFactory = (Client) => (...options) => new Client(...options);
`;

const REPLACEMENTS = new Map([
  ["/web/src/ui/react/bindings/StytchSSRProxy.mjs", ON_SERVERS],
  ["/core/src/utils/checks.mjs", CHECKS],
  ["/uuid/dist/esm-browser/v4.mjs", UUID],
  ["/web/src/oneTap/OneTapProvider.mjs", ONE_TAP],
  ["/web/src/HeadlessOAuthClient.mjs", WITHOUT_ONE_TAP],
  ["/style-injector/src/index.mjs", STYLES],
  ["/web/src/ClientsideServicesProvider.mjs", FRAME],
  ["/core/src/HeadlessClients/HeadlessMagicLinkClient.mjs", MAGIC_LINKS],
  ...NOT_OFFERED,
]);

export function stytchStrict(): Plugin {
  const missing = new Set([...REPLACEMENTS.keys(), ...PARTS.map(({ path }) => path)]);
  return {
    name: "stytch-strict",
    apply: "build",
    enforce: "pre",
    load(id) {
      if (!id.includes("/@stytch/react/")) return null;
      for (const [path, code] of REPLACEMENTS) {
        if (!id.endsWith(path)) continue;
        missing.delete(path);
        return { code, moduleSideEffects: true };
      }
      return null;
    },
    transform(code, id) {
      if (!id.includes("/@stytch/react/")) return null;
      const changes = PARTS.find(({ path }) => id.endsWith(path));
      const changed = changes && code.replaceAll(changes.part, changes.code);
      if (changed === undefined || changed === code) return null;
      missing.delete(changes!.path);
      return { code: changed, map: null };
    },
    buildEnd(error) {
      if (!error && missing.size > 0) this.error(`@stytch/react no longer has ${[...missing].join(", ")}; see vite/stytch-strict.ts`);
    },
  };
}
