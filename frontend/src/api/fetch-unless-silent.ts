// A request that is given up when nothing is heard of its answer for so long, however long the whole of that takes. Once all of it
// is there, giving it up does nothing.

export async function fetchUnlessSilent(path: string, init: RequestInit, silentMs: number): Promise<Response> {
  const control = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), silentMs);
  };
  listen();
  const response = await fetch(path, { ...init, signal: control.signal });
  const heard = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, on) {
      listen();
      on.enqueue(piece);
    },
  });
  listen();
  return new Response(response.body?.pipeThrough(heard), response);
}
