// The tools there are, in alphabetical order.

export const TOOLS = [
  "clearCompleted",
  "createTodo",
  "deleteTodo",
  "listHistory",
  "listTodos",
  "markTodoComplete",
  "reopenTodo",
  "showBoard",
  "undoChange",
  "updateTodo",
];
