import type { TodoList } from "../api/schema.ts";
import type { Saved } from "../list/delta.ts";
import { beginningIn } from "./beginning-in.ts";

/** A list on its way. */
export type Arriving = {
  /** The first todos of a long one, as soon as they are there. Null: it is a short one, or has broken off before. */
  beginning: Promise<Saved | null>;
  /** Fails when it broke off, or is none. A long one is made of its text when it is asked for: that takes a while. */
  whole(): Promise<Saved>;
};

/** The list in an answer of `GET /api/todos`, whose version is its `ETag`. */
export function arrivingIn(response: Response): Arriving {
  const version = Number(response.headers.get("ETag")?.replaceAll('"', ""));
  const { body } = response.clone();
  const text = response.text();
  // Whoever asks for it hears of it.
  text.catch(() => undefined);
  return {
    beginning: body ? beginningIn(body).then((todos) => todos && { version, todos }) : Promise.resolve(null),
    whole: async () => ({ version, todos: (JSON.parse(await text) as TodoList).todos }),
  };
}
