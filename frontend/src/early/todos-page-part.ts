// The list's own part of the scripts, by a name that is known before the page's other parts are here.

export function todosPage() {
  return import("../pages/todos-page.tsx");
}
