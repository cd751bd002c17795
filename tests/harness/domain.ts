// The names of what the suites are about: one table, which a fork rewrites. The tools are in tools.ts.

/** The Worker's name (wrangler.toml). Its objects are stored under it. */
export const WORKER = "todo-service";

/** What the MCP server calls itself (src/product.rs). */
export const SERVER_NAME = "TODO Service";

/** The scopes of the application (src/permissions.rs). */
export const READ = "todos:read";
export const WRITE = "todos:write";

/** The page's interface. */
export const LIST = "/api/todos";
export const LIVE = `${LIST}/live`;

/** Workers KV: the binding, and what the keys of one user begin with. */
export const KV_BINDING = "TODOS";
export const keysOf = (userId: string): string => `todos:${userId}:`;
