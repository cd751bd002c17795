import assert from "node:assert/strict";
import { test } from "node:test";
import { Notices } from "./notices.ts";

const said = (notices: Notices) => notices.shown.get()?.words.join("") ?? null;

test("a failure is not replaced, and goes when it is none any more", () => {
  const notices = new Notices();
  notices.fail(["not saved"], undefined, "row");
  notices.fail(["not saved either"], undefined, "other");
  notices.say(["undone"]);
  assert.equal(said(notices), "not saved");
  notices.settle("other");
  notices.settle("row");
  assert.equal(said(notices), "undone");
  notices.settle("row");
  assert.equal(said(notices), "undone");
});

test("what the person has in hand does not go from under it", () => {
  const notices = new Notices();
  notices.fail(["not saved"], undefined, "row");
  notices.hold("focus");
  notices.settle("row");
  assert.equal(said(notices), "not saved");
});
