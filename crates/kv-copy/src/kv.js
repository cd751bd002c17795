// Operations on a KV namespace, each a single call from WebAssembly. What has members passes as JSON.

export async function kvPut(env, binding, key, json, isMetadata) {
  await env[binding].put(key, json, isMetadata ? { metadata: JSON.parse(json) } : {});
}

export async function kvDelete(env, binding, key) {
  await env[binding].delete(key);
}

export async function kvList(env, binding, prefix, cursor) {
  return JSON.stringify(await env[binding].list({ prefix, cursor }));
}

// The texts by key; null for one that is missing.
export async function kvRead(env, binding, keys) {
  return JSON.stringify(Object.fromEntries(await env[binding].get(JSON.parse(keys))));
}
