// What this product is called, and what its scopes permit. The twin of `src/product.rs` and `src/permissions.rs`; a fork
// rewrites it (docs/ARCHITECTURE.md, "What a fork replaces").

export const NAME = "Todos";

/** What the server may require a scope for, in words for the person who decides, in the order in which they are shown. */
export const SCOPES: Record<string, string> = {
  "todos:write": "See, add, complete and delete your todos",
  "todos:read": "See your todos",
};

/** Scopes that come with another one: whoever may write may read. */
export const PART_OF: Record<string, string> = { "todos:read": "todos:write" };
