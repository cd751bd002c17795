// The wire to the host that shows the board: MCP Apps, revision 2026-01-26, which is JSON-RPC over postMessage. The official
// client for it (`App` of @modelcontextprotocol/ext-apps) brings the whole SDK and its validators along, twice the size of all
// the rest of the board, which is sent anew into every conversation; its types are used here, and the suite `board` holds this
// against the official host side.

import type { McpUiHostCapabilities, McpUiHostContext, McpUiInitializeResult, McpUiToolResultNotification } from "@modelcontextprotocol/ext-apps";

export type CallToolResult = McpUiToolResultNotification["params"];

const PROTOCOL = "2026-01-26";

/** A host may ask its user before it lets a tool be called. */
const TIMEOUT_MS = 60_000;

const METHOD_NOT_FOUND = -32601;

/** No answer came: the host is gone, or nobody said yes or no. */
export class NoAnswer extends Error {}

/** The host, or the server behind it, answered with an error of the protocol. */
export class Refused extends Error {}

type Message = {
  jsonrpc?: string;
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
};

type Waiting = { resolve: (result: unknown) => void; reject: (reason: Error) => void };

/** What the host tells of its own accord. */
export type Listener = {
  /** The result of the call that the board is shown for. */
  toolResult(result: CallToolResult): void;
  /** Theme, styles, safe area: everything that is known by now. */
  context(context: McpUiHostContext): void;
  /** Something that the server offers has changed. */
  changed(): void;
  /** The call that the board is shown for was given up. */
  cancelled(): void;
};

export class Host {
  readonly #listener: Listener;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #context: McpUiHostContext = {};
  #capabilities: McpUiHostCapabilities = {};

  private constructor(listener: Listener) {
    this.#listener = listener;
    // Nobody but the host: what frames there are beside this one, it need not know.
    addEventListener("message", ({ data, source }: MessageEvent<Message>) => {
      if (source === window.parent && data?.jsonrpc === "2.0") this.#receive(data);
    });
  }

  /** Introduces the board. From then on `listener` is told what happens. */
  static async connect(listener: Listener): Promise<Host> {
    const host = new Host(listener);
    const answer = (await host.#request("ui/initialize", {
      protocolVersion: PROTOCOL,
      appInfo: { name: "todo-board", title: "TODO board", version: "1.0.0" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    })) as McpUiInitializeResult;
    host.#capabilities = answer.hostCapabilities;
    host.#tellContext(answer.hostContext);
    host.#notify("ui/notifications/initialized");
    return host;
  }

  /** Whether the host passes calls of tools on. */
  get callsTools(): boolean {
    return this.#capabilities.serverTools !== undefined;
  }

  /** Whether the host says so when something changes on the server. */
  get tellsOfChanges(): boolean {
    return this.#capabilities.serverResources?.listChanged === true;
  }

  /** Calls a tool of the server that the board came from. Fails with {@link NoAnswer} or {@link Refused}. */
  async callServerTool(name: string, args: Record<string, unknown>): Promise<CallToolResult> {
    return (await this.#request("tools/call", { name, arguments: args })) as CallToolResult;
  }

  /** Lets the model know, with the user's next message, in place of what it was let know before; where the host takes that. */
  tellModel(text: string): void {
    if (!this.#capabilities.updateModelContext) return;
    // Nobody's work fails because the model does not hear of it.
    this.#request("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => undefined);
  }

  /** Whether the host opens addresses for its user. */
  get opensLinks(): boolean {
    return this.#capabilities.openLinks !== undefined;
  }

  /** Lets the host open an address, which it may ask its user about. */
  openLink(url: string): void {
    this.#request("ui/open-link", { url }).catch(() => undefined);
  }

  /** How much room the board would like to have. */
  sizeChanged(height: number): void {
    this.#notify("ui/notifications/size-changed", { height });
  }

  #request(method: string, params: object): Promise<unknown> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        this.#notify("notifications/cancelled", { requestId: id, reason: "No answer came in time." });
        reject(new NoAnswer());
      }, TIMEOUT_MS);
      const done = <T>(settle: (value: T) => void) => (value: T) => {
        clearTimeout(timer);
        settle(value);
      };
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      this.#send({ id, method, params });
    });
  }

  #notify(method: string, params: object = {}): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    // A board cannot know the origin of the page it is shown in; nothing it says is meant for the user alone.
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (method === undefined) return this.#settle(id, result, error);
    if (id !== undefined) return this.#answer(id, method);
    switch (method) {
      case "ui/notifications/tool-result":
        return this.#listener.toolResult(params as CallToolResult);
      case "ui/notifications/tool-cancelled":
        return this.#listener.cancelled();
      case "ui/notifications/host-context-changed":
        return this.#tellContext(params as McpUiHostContext);
      case "notifications/resources/list_changed":
      case "notifications/resources/updated":
        return this.#listener.changed();
    }
  }

  #settle(id: Message["id"], result: unknown, error: Message["error"]): void {
    const waiting = this.#waiting.get(Number(id));
    if (!waiting) return;
    this.#waiting.delete(Number(id));
    if (error) waiting.reject(new Refused(error.message));
    else waiting.resolve(result);
  }

  /** What a host may ask a board: whether it is there, and to make ready to be closed, which it always is. */
  #answer(id: number | string, method: string): void {
    if (method === "ping" || method === "ui/resource-teardown") this.#send({ id, result: {} });
    else this.#send({ id, error: { code: METHOD_NOT_FOUND, message: `The board knows no ${method}` } });
  }

  #tellContext(change: McpUiHostContext): void {
    this.#context = { ...this.#context, ...change };
    this.#listener.context(this.#context);
  }
}
