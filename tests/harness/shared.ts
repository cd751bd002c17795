// Instances that several suites share: started by the first that asks, stopped after the last test of the process. Suites
// keep out of each other's way by being different people.

import { after } from "node:test";

import { StytchStandIn } from "./stytch-stand-in.ts";
import { Worker } from "./worker.ts";

function shared<T extends { stop(): Promise<void> }>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  after(async () => {
    await (await started?.catch(() => undefined))?.stop();
  });
  return () => (started ??= start());
}

/** Of which part of the suites the log is, where they are run in parts (run.mjs). */
const part = process.env["SUITES"] === undefined ? "" : `-${process.env["SUITES"]}`;

/** The Worker with the embedded identity provider, showing the login codes it would have mailed. */
export const embedded = shared(() => Worker.start({ name: `embedded${part}`, variables: { SHOW_LOGIN_CODES: "on", LOOPBACK_CLIENTS: "on" } }));

/** A stand-in for Stytch that signs whatever token a test wants. */
export const stytch = shared(() => StytchStandIn.start());

/** The Worker with that stand-in as its identity provider. */
export const withStytch = shared(async () => Worker.start({ name: `with-stytch${part}`, variables: (await stytch()).variables }));
