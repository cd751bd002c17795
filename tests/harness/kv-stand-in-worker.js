// In the Worker: the object that stands in place of the KV binding, and the classes of the Worker with it in their environment. It
// does what workerd's binding does with the options that are used here; what it is asked for else, it refuses.

/** What the Worker exports, the class of an object or its entry point, with an environment that has the stand-in at `url` as `TODOS`. */
export function around(exported, url) {
  const within = (env) => Object.assign(Object.create(null), env, { TODOS: binding(url) });
  if (typeof exported !== "function") return { fetch: (request, env, context) => exported.fetch(request, within(env), context) };
  return class extends exported {
    constructor(state, env) {
      super(state, within(env));
    }
  };
}

function binding(url) {
  const ask = async (operation, asked) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify({ operation, ...asked }) });
    // The words of workerd (`workerd/api/kv.c++`).
    if (!response.ok) throw new Error(`KV ${WORDS[operation]} failed: ${response.status} ${response.statusText}`);
    return response.json();
  };
  const getWithMetadata = async (key, options) => {
    const type = typeof options === "string" ? options : (options?.type ?? "text");
    if (type !== "text" && type !== "json") throw new TypeError(`The stand-in has no ${type}`);
    const read = (entry) => ({
      value: entry === null ? null : type === "json" ? JSON.parse(entry.value) : entry.value,
      metadata: entry?.metadata ?? null,
      cacheStatus: null,
    });
    if (!Array.isArray(key)) return read(await ask("get", { key }));
    return new Map((await ask("bulk", { keys: key })).map(([name, entry]) => [name, entry && read(entry)]));
  };
  return {
    getWithMetadata,
    async get(key, options) {
      const found = await getWithMetadata(key, options);
      if (!Array.isArray(key)) return found.value;
      return new Map([...found].map(([name, entry]) => [name, entry && entry.value]));
    },
    async put(key, value, options) {
      if (typeof value !== "string") throw new TypeError("The stand-in keeps text");
      if (options?.expiration || options?.expirationTtl) throw new TypeError("The stand-in forgets nothing");
      await ask("put", { key, value, metadata: options?.metadata ?? null });
    },
    async delete(key) {
      await ask("delete", { key });
    },
    list: ({ prefix, limit, cursor } = {}) => ask("list", { prefix: prefix ?? undefined, limit: limit ?? undefined, cursor: cursor ?? undefined }),
  };
}

const WORDS = { get: "GET", bulk: "GET_BULK", put: "PUT", delete: "DELETE", list: "GET" };
