import assert from "node:assert/strict";
import { test } from "node:test";
import { cardsOf, lookedAt, marksOf, news, NO_ACTIVITY, putAway, toldOf, undoneIn, type Activity, type Agent } from "./activity.ts";
import type { HistoryEntry } from "./delta.ts";

const claude: Agent = { kind: "app", id: "claude", name: "Claude" };
const chat: Agent = { kind: "app", id: "chat", name: "ChatGPT" };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const entry = (number: number, by: HistoryEntry["by"], fields: Partial<HistoryEntry> = {}): HistoryEntry => ({
  number,
  at: at(number),
  by,
  deed: "completed",
  todos: 1,
  undoable: true,
  todo: { id: `t${number}`, text: "", completed: true, createdAt: "" },
  ...fields,
});
const since = (version: number, ...entries: HistoryEntry[]): Activity => toldOf(lookedAt(NO_ACTIVITY, version), entries);

test("what agents did since the person looked is news, what the person did is not", () => {
  const activity = since(1, entry(1, claude), entry(2, { kind: "browser" }), entry(3, chat), entry(4, claude));
  assert.deepEqual(news(activity).map(({ number }) => number), [3, 4]);
  assert.deepEqual([...marksOf(activity).keys()], ["t3", "t4"]);
  assert.deepEqual(news({ ...activity, since: null }), []);
});

test("each agent has a card, the latest first, and what was asked for in one go is a burst", () => {
  const activity = since(0, entry(1, claude), entry(2, chat), entry(3, claude, { at: at(3) }), entry(60, claude, { at: at(60) }));
  const cards = cardsOf(activity).map(({ agent, bursts }) => [agent.name, bursts.map((burst) => burst.map(({ number }) => number))]);
  assert.deepEqual(cards, [["Claude", [[60], [3, 1]]], ["ChatGPT", [[2]]]]);
});

test("a card that was put away comes back with what is new", () => {
  const activity = putAway(since(0, entry(1, claude)), claude);
  assert.deepEqual(cardsOf(activity), []);
  assert.equal(cardsOf(toldOf(activity, [entry(2, claude)]))[0]?.bursts.flat().length, 1);
});

test("being told twice of a change is being told once", () => {
  assert.equal(since(0, entry(1, claude), entry(1, claude)).log.length, 1);
});

test("what was undone is known, and what was done again after it as well", () => {
  const undone = (number: number, of: number) => entry(number, { kind: "browser" }, { deed: "undone", undoes: { number: of, deed: "completed" } });
  assert.deepEqual([...undoneIn(since(0, entry(1, claude), undone(2, 1)))], [1]);
  assert.deepEqual([...undoneIn(since(0, entry(1, claude), undone(2, 1), undone(3, 2)))], [2]);
  assert.deepEqual([...undoneIn(since(0, entry(1, claude), undone(2, 1), undone(3, 2), undone(4, 3)))].sort(), [1, 3]);
});
