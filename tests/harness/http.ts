// Requests as a client sends them, and answers with everything a test may want to look at.

import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";

/** What a server sends could be anything; a test says what it should be. */
export type Json = any;

export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  get json(): Json {
    try {
      return JSON.parse(this.text);
    } catch (error) {
      throw new Error(`not JSON, with ${this.status}: ${this.text.slice(0, 500)}`, { cause: error });
    }
  }

  get mediaType(): string | undefined {
    return this.headers.get("content-type")?.split(";")[0]?.trim();
  }
}

type Sent = {
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  /** Sent as a JSON body. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string> | URLSearchParams;
};

export async function send(url: string, { method, headers = {}, body, json, form }: Sent = {}): Promise<Answer> {
  const content = json === undefined ? (form === undefined ? body : new URLSearchParams(form)) : JSON.stringify(json);
  const response = await fetch(url, {
    method: method ?? (content === undefined ? "GET" : "POST"),
    headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(content === undefined ? {} : { body: content }),
    redirect: "manual",
  });
  return new Answer(response.status, response.headers, await response.text());
}

/** A GET with a `Host` that is not the one connected to, which `fetch` will not send: what DNS rebinding looks like. */
export async function getAsHost(url: string, host: string): Promise<Answer> {
  const outgoing = request(url, { headers: { host } }).end();
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Answer(incoming.statusCode ?? 0, new Headers(headers), await readText(incoming));
}
