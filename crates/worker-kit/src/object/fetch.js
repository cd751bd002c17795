// Calls of objects. Whatever one takes on the way, it is a single call from WebAssembly.

// Every address does: the platform requires one, and the object ignores it.
const ADDRESS = "http://object/";

// The status, the `Retry-After` (0 where there is none) and the body of what the object answers.
export async function ask(env, binding, name, question) {
  const answer = await send(env, binding, name, question);
  return [answer.status, Number(answer.headers.get("retry-after")), await answer.text()];
}

// The response itself.
export async function send(env, binding, name, question) {
  return env[binding].getByName(name).fetch(ADDRESS, { method: "POST", body: question });
}

// An upgrade has no body: the question is in the address, where `wire.rs` looks for it.
export async function upgrade(env, binding, name, question) {
  const address = `${ADDRESS}?${new URLSearchParams({ question })}`;
  return env[binding].getByName(name).fetch(address, { headers: { upgrade: "websocket" } });
}
