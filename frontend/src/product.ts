// What this product is called. The twin of `src/product.rs`; a fork rewrites it (docs/ARCHITECTURE.md, "What a fork replaces").

export const NAME = "Todos";

/** What an agent calls this server until it has asked it for its own name. One word, in lower case. */
export const SERVER_NAME = "todo";
