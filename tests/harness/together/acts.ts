// What a person or an agent does to one todo, in two halves where the person's hand takes time: others come between.

import type { Agent, World } from "./world.ts";
import type { PersonPage } from "./person-page.ts";

export type ActName = "edit" | "complete" | "delete" | "move" | "undo";
export const ACTS: readonly ActName[] = ["edit", "complete", "delete", "move", "undo"];

/** How a todo must be for an act to mean something. */
export const isCompletedBefore: Record<ActName, boolean> = { edit: false, complete: false, delete: false, move: true, undo: false };

/** Ends what was begun. */
type End = () => Promise<void>;

/** A person's act, begun on a page; what it does may be at the server already, and the page not know. */
export async function begins(act: ActName, world: World, page: PersonPage, id: string): Promise<End> {
  switch (act) {
    case "edit": {
      const text = world.words("edited by hand");
      await page.startEdit(id);
      // The row may have gone by then.
      if (await page.type(id, text)) world.typed(text);
      return () => page.save(id);
    }
    case "complete":
    case "move":
      await page.toggle(id);
      return async () => undefined;
    case "delete":
      await page.remove(id);
      return async () => undefined;
    case "undo":
      await page.undo();
      return async () => undefined;
  }
}

/** The whole of an agent's act. It may come too late, and be refused. */
export async function agentDoes(act: ActName, world: World, agent: Agent, id: string): Promise<void> {
  switch (act) {
    case "edit":
      await agent.call("updateTodo", { todoID: id, todoText: world.words("edited by an agent") });
      return;
    case "complete":
      await agent.call("markTodoComplete", { todoID: id });
      return;
    case "delete":
      await agent.call("deleteTodo", { todoID: id });
      return;
    case "move":
      await agent.call("reopenTodo", { todoID: id });
      return;
    case "undo": {
      const newest = (await world.history()).findLast(({ todo }) => todo?.id === id);
      if (newest) await agent.call("undoChange", { changeNumber: newest.number });
    }
  }
}
