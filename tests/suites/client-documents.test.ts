// Clients that are known by the address of a document (CIMD): how far the server goes to fetch one, and what it believes.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { codeGrant, consents, discover, pkce, redeem, REDIRECT_URI } from "../harness/agent.ts";
import { ClientDocuments } from "../harness/client-documents.ts";
import { send, type Answer, type Json } from "../harness/http.ts";
import { ask } from "../harness/mcp.ts";
import { Browser, Person } from "../harness/person.ts";
import { embedded } from "../harness/shared.ts";
import { Worker } from "../harness/worker.ts";

describe("Client id metadata documents", () => {
  let origin: string;
  let server: Json;
  let ada: Person;
  let documents: ClientDocuments;
  before(async () => {
    origin = (await embedded()).origin;
    documents = await ClientDocuments.start();
    ({ server } = await discover(origin));
    ada = await Person.logsIn(origin);
  });
  after(() => documents?.stop());

  const start = (client_id: string, person: Person | Browser = ada, redirect_uri = REDIRECT_URI): Promise<Answer> => {
    const browser = person instanceof Person ? person.browser : person;
    const scopes = ["openid"];
    return browser.sdk("/idp/oauth/authorize/start", { client_id, redirect_uri, scopes, code_challenge: pkce().challenge });
  };

  /** The whole way to a token for a client that never registered. */
  async function connects(client_id: string): Promise<{ code: string; verifier: string; answer: Answer }> {
    const { verifier, challenge } = pkce();
    const { submit } = await consents(ada, { client_id, code_challenge: challenge });
    const code = new URL(submit.json.data.redirect_uri).searchParams.get("code") ?? "";
    return { code, verifier, answer: await redeem(server, codeGrant({ clientId: client_id, code, verifier })) };
  }

  test("the metadata says so, and offers the one way in which such a client can show itself", () => {
    assert.equal(server.client_id_metadata_document_supported, true);
    assert.ok(server.token_endpoint_auth_methods_supported.includes("none"));
  });

  test("a client that never registered connects, refreshes, and is listed and disconnected by its address", async () => {
    const clientId = documents.publish("/whole-way");
    const { answer } = await connects(clientId);
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await ask(origin, answer.json.access_token, "tools/list")).status, 200);
    const form = { grant_type: "refresh_token", client_id: clientId, refresh_token: answer.json.refresh_token };
    const refreshed = await redeem(server, form);
    assert.equal(refreshed.status, 200, refreshed.text);
    const apps = async () => (await ada.browser.sdk("/users/connected_apps", undefined, "GET")).json.data.connected_apps;
    const app = (await apps()).find((app: Json) => app.connected_app_id === clientId);
    assert.equal(app.name, "An agent with an address");
    const gone = await ada.browser.sdk(`/users/connected_apps/${encodeURIComponent(clientId)}/revoke`, {});
    assert.equal(gone.status, 200, gone.text);
    assert.equal((await ask(origin, refreshed.json.access_token, "ping")).status, 401);
  });

  test("a document is fetched once and then believed for a while; no credential goes along", async () => {
    const clientId = documents.publish("/once");
    for (let times = 0; times < 3; times++) assert.equal((await start(clientId)).status, 200);
    assert.equal(documents.timesAsked("/once"), 1);
    const { headers } = documents.asked.find(({ path }) => path === "/once") ?? {};
    for (const name of ["cookie", "authorization"]) assert.equal(headers?.[name], undefined);
  });

  test("nothing is fetched for somebody who is not logged in, nor at any endpoint that needs no login", async () => {
    const clientId = documents.publish("/nobody");
    assert.equal((await start(clientId, await Browser.at(origin))).status, 404);
    const grant = codeGrant({ clientId, code: "code_x", verifier: pkce().verifier });
    assert.equal((await redeem(server, grant)).json.error, "invalid_client");
    for (const endpoint of [server.introspection_endpoint, server.revocation_endpoint]) {
      assert.equal((await send(endpoint, { form: { token: "x", client_id: clientId } })).json.error, "invalid_client");
    }
    assert.equal(documents.timesAsked("/nobody"), 0);
  });

  test("one redirect URI that is of no use here spoils only itself", async () => {
    const uris = ["ftp://app.example.com/cb", "http://app.example.com/cb", 7, null, "https://user@app.example.com/cb", REDIRECT_URI];
    const clientId = documents.publish("/some-of-no-use", { redirect_uris: uris, post_logout_redirect_uris: ["javascript:alert(1)"] });
    assert.equal((await start(clientId)).status, 200);
    assert.equal((await start(clientId, ada, "http://app.example.com/cb")).status, 400);
    assert.equal((await start(clientId, ada, "ftp://app.example.com/cb")).status, 400);
  });

  test("null means absent, and any media type for JSON will do, however it is capitalised", async () => {
    const absent = { client_name: null, scope: null, grant_types: null, token_endpoint_auth_method: null, post_logout_redirect_uris: null };
    const headers = { "content-type": "Application/Client-Metadata+JSON; charset=utf-8" };
    assert.equal((await start(documents.publish("/nulls", { ...absent, jwks: null, jwks_uri: null }, { headers }))).status, 200);
  });

  test("a document that could not be fetched, or was none, is not asked for again at once", async () => {
    for (const [name, answer] of Object.entries({ missing: { status: 404 }, broken: { body: "<html>" } })) {
      const clientId = documents.publish(`/${name}`, {}, answer);
      for (let times = 0; times < 3; times++) {
        const refusal = await start(clientId);
        assert.equal(refusal.json.error_type, "invalid_client_id_metadata", refusal.text);
      }
      assert.equal(documents.timesAsked(`/${name}`), 1, name);
    }
  });

  test("one person has so many documents fetched in a minute and no more; what is known already is not among them", async () => {
    const mallory = await Person.logsIn(origin);
    const known = documents.publish("/known-already");
    assert.equal((await start(known)).status, 200);
    const statuses: number[] = [];
    for (let count = 0; count < 40; count++) statuses.push((await start(documents.publish(`/many-${count}`), mallory)).status);
    assert.deepEqual([200, 429].map((status) => statuses.filter((other) => other === status).length), [20, 20]);
    assert.equal(documents.asked.filter(({ path }) => path.startsWith("/many-")).length, 20);
    const refusal = await start(documents.publish("/one-more"), mallory);
    assert.equal(refusal.json.error_type, "too_many_requests");
    assert.ok(Number(refusal.headers.get("retry-after")) > 0);
    assert.equal((await start(known, mallory)).status, 200);
    assert.equal((await start(documents.publish("/of-somebody-else"))).status, 200);
  });

  test("one host is asked for so much in a minute and no more, whoever wants it; what was good before is not among it", async () => {
    // Another host by its name, so that the others’ documents are not counted.
    const { port } = new URL(documents.origin);
    const at = (path: string): string => {
      const client_id = `http://localhost:${port}${path}`;
      documents.publishJson(path, { client_id, client_name: "Of one host", redirect_uris: [REDIRECT_URI] });
      return client_id;
    };
    const statuses: number[] = [];
    for (const person of await Promise.all([1, 2, 3, 4].map(() => Person.logsIn(origin))))
      for (let count = 0; count < 20; count++) statuses.push((await start(at(`/${person.userId}/${count}`), person)).status);
    assert.deepEqual([200, 429].map((status) => statuses.filter((other) => other === status).length), [60, 20]);
    assert.equal(documents.asked.filter(({ path }) => path.startsWith("/user-")).length, 60);
  });

  test("a redirect URI that the document does not list is refused", async () => {
    const clientId = documents.publish("/redirects", { redirect_uris: ["https://app.example.com/cb", REDIRECT_URI] });
    assert.equal((await start(clientId, ada, "https://app.example.com/cb")).status, 200);
    assert.equal((await start(clientId, ada, "http://127.0.0.1:50123/callback")).status, 200, "any port on loopback");
    for (const uri of ["https://app.example.com/other", "https://evil.example.com/cb", "http://127.0.0.1:33418/other"]) {
      assert.equal((await start(clientId, ada, uri)).status, 400, uri);
    }
  });

  // One person may have only so many documents looked up in a minute.
  let eve: Person;
  before(async () => {
    eve = await Person.logsIn(origin);
  });
  const refused = async (clientId: string): Promise<void> => {
    const answer = await start(clientId, eve);
    assert.equal(answer.status, 400, `${clientId}: ${answer.text}`);
    assert.equal(answer.json.error_type, "invalid_client_id_metadata", answer.text);
  };

  const WRONG: Record<string, [changes: Json, answer?: Json]> = {
    "of another client id": [{ client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata" }],
    "without a client id": [{ client_id: undefined }],
    "with a secret": [{ client_secret: "s" }],
    "with a secret that is null": [{ client_secret: null }],
    "with the end of a secret": [{ client_secret_expires_at: 0 }],
    "with a member twice": [{}, { body: '{"client_id":"x","client_id":"y"}' }],
    "of a client that would use a secret": [{ token_endpoint_auth_method: "client_secret_basic" }],
    "without redirect URIs": [{ redirect_uris: [] }],
    "with a redirect URI that runs a script": [{ redirect_uris: ["javascript:alert(1)"] }],
    "with a name that forges another": [{ client_name: "Claude\u202e" }],
    "longer than 10 KB": [{ padding: "x".repeat(11 * 1024) }],
    "that is not JSON": [{}, { body: "<html>" }],
    "that is a list": [{}, { body: "[]" }],
    "that says it is HTML": [{}, { headers: { "content-type": "text/html" } }],
    "behind a redirect": [{}, { status: 302, headers: { location: "/whole-way" } }],
    "that is not there": [{}, { status: 404 }],
    "of a host that is broken": [{}, { status: 500 }],
  };
  for (const [index, [name, [changes, answer]]] of Object.entries(WRONG).entries()) {
    test(`refused: a document ${name}`, async () => {
      await refused(documents.publish(`/wrong-${index}`, changes, answer));
    });
  }

  test("a redirect is not followed, not even to a good document", async () => {
    const before = documents.timesAsked("/target");
    const target = documents.publish("/target");
    await refused(documents.publish("/moved", {}, { status: 301, headers: { location: target } }));
    assert.equal(documents.timesAsked("/target"), before);
  });

  for (const address of [
    "http://claude.ai/c",
    "https://localhost/c",
    "https://127.0.0.1/c",
    "https://[::1]/c",
    "https://10.0.0.1/c",
    "https://169.254.169.254/latest/meta-data",
    "https://2130706433/c",
    "https://0x7f.1/c",
    "https://metadata.google.internal/c",
    "https://printer.local/c",
    "https://intranet/c",
    "https://kubernetes.default.svc/c",
    "https://vault.service.consul/c",
    "https://a..b/c",
    "https://claude.ai:8443/c",
    "https://user@claude.ai/c",
    "https://claude.ai/c#x",
    "https://claude.ai/",
    "https://claude.ai/a/../c",
    "https://CLAUDE.ai/c",
    "ftp://claude.ai/c",
    "file:///etc/passwd",
  ]) {
    test(`never fetched: ${address}`, () => refused(address));
  }

  test("where the switch is off, this machine is out of reach", async () => {
    const worker = await Worker.start({ name: "no-loopback-clients", variables: { SHOW_LOGIN_CODES: "on" } });
    try {
      const eve = await Person.logsIn(worker.origin);
      const answer = await start(documents.publish("/off"), eve);
      assert.equal(answer.json.error_type, "invalid_client_id_metadata", answer.text);
      assert.equal(documents.timesAsked("/off"), 0);
    } finally {
      await worker.stop();
    }
  });
});
