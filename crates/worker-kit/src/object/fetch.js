// Calls of objects. Whatever one takes on the way, it is a single call from WebAssembly.

// Every address does: the platform requires one, and the object ignores it.
const ADDRESS = "http://object/";

// The body of a good answer; of any other the status, the `Retry-After` (0 where there is none) and the body. Nothing where there is
// no answer after so many milliseconds.
export async function ask(env, binding, name, question, limit) {
  let timer;
  const isLate = new Promise((resolve) => (timer = setTimeout(resolve, limit)));
  try {
    return await Promise.race([answerOf(send(env, binding, name, question)), isLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(sent) {
  const answer = await sent;
  const body = await answer.text();
  return answer.status === 200 ? body : [answer.status, Number(answer.headers.get("retry-after")), body];
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
