import type { TodoList } from "../api/schema.ts";
import type { Saved } from "../list/delta.ts";

/** The list in an answer of `GET /api/todos`, whose version is its `ETag`. */
export async function savedIn(response: Response): Promise<Saved> {
  const { todos } = (await response.json()) as TodoList;
  return { version: Number(response.headers.get("ETag")?.replaceAll('"', "")), todos };
}
