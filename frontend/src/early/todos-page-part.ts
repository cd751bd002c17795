// The list's own part of the scripts, by a name that is known before the page's other parts are here.

type Part = typeof import("../pages/todos-page.tsx");

let part: Part | null = null;

export async function todosPage(): Promise<Part> {
  part = await import("../pages/todos-page.tsx");
  return part;
}

/** The page itself, if it is here: React shows what it has to wait for at least 300 ms later, however short the wait is. */
export function todosPageIfHere(): Part["default"] | null {
  return part?.default ?? null;
}
