// Makes responses, each in a single call from WebAssembly: each header field that is set by itself is one more.

/** @type {Map<string, Headers>} */
const constant = new Map();

/**
 * A response with the header fields of these lines. Those that are constant are made once: a response copies what it is given.
 *
 * @param {number} status
 * @param {string} fields
 * @param {boolean} areConstant
 * @param {ReadableStream | ArrayBuffer | undefined} body
 */
export function respond(status, fields, areConstant, body) {
  return new Response(body, { status, headers: areConstant ? kept(fields) : headersOf(fields) });
}

/** The same, with bytes that are copied here: they are WebAssembly's memory, and a response keeps what it is given. */
export function respondWithBytes(status, fields, areConstant, bytes) {
  return respond(status, fields, areConstant, bytes.slice().buffer);
}

/** The response 101. */
export function respondWithSocket(fields, webSocket) {
  return new Response(undefined, { status: 101, headers: headersOf(fields), webSocket });
}

function kept(fields) {
  let headers = constant.get(fields);
  if (!headers) constant.set(fields, (headers = headersOf(fields)));
  return headers;
}

function headersOf(fields) {
  const headers = new Headers();
  for (const line of fields.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1));
  }
  return headers;
}
