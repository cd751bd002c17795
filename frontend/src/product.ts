// What this product is called. The twin of `src/product.rs`; a fork rewrites it (docs/ARCHITECTURE.md, "What a fork replaces").

export const NAME = "Todos";
