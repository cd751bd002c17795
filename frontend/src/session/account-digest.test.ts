import assert from "node:assert/strict";
import { test } from "node:test";
import { accountDigest } from "./account-digest.ts";

test("it is SHA-256 in base64url", async () => {
  assert.equal(await accountDigest(""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
});
