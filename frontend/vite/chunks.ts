// Which of a build's files a browser loads when it loads one of them.
import type { Rollup } from "vite";

export type Bundle = Readonly<Record<string, Rollup.OutputChunk | Rollup.OutputAsset>>;

/** The chunks that some modules need before they run, each once. Modules are named by the end of their path. */
export function chunksOf(bundle: Bundle, modules: readonly string[]): Rollup.OutputChunk[] {
  const found = new Map<string, Rollup.OutputChunk>();
  const collect = (file: Bundle[string] | undefined) => {
    if (file?.type !== "chunk" || found.has(file.fileName)) return;
    found.set(file.fileName, file);
    for (const name of file.imports) collect(bundle[name]);
  };
  for (const module of modules) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    // What is imported by and by may have a file of its own that leads to where the module is.
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module)) ?? chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(module)));
    if (!chunk) throw new Error(`no chunk has ${module}`);
    collect(chunk);
  }
  return [...found.values()];
}
