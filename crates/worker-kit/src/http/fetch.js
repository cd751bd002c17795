// A fetch in a single call from WebAssembly, from a binding of the environment or, where none is named, from the internet.
export async function fetchFrom(env, binding, url, redirect, accept) {
  return (binding ? env[binding] : globalThis).fetch(url, { redirect, headers: accept ? { accept } : {} });
}
