/**
 * The bytes of a body: all of them, or more than `limit`, as many as had come by then. The rest is cancelled.
 *
 * @param {ReadableStream<Uint8Array> | undefined} body
 * @param {number} limit
 */
export async function read(body, limit) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
