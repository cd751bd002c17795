// A host of MCP Apps, in a browser: the official client connects to the server, the official bridge shows an app in a frame.
// What this adds is what every host must bring along: frames, a place for them, and a say in what passes.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { AppBridge, getToolUiResourceUri, PostMessageTransport, RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/app-bridge";

import type { Json } from "../http.ts";

export type Options = {
  mcpUrl: string;
  token: string;
  /** Where the page is that keeps the app's frame: another origin than this one. */
  sandbox: string;
  mode: "legacy" | { pin: "2026-07-28" };
  tool: string;
  arguments: Json;
  capabilities: Json;
  context: Json;
};

export type HostPage = {
  /** Calls the tool and shows its app; what the server told of both. */
  open(options: Options): Promise<{ tool: Json; resource: Json; contents: Json; extensions: Json }>;
  /** Changes what the app knows of its host. */
  context(context: Json): void;
  /** Lets the calls that an app makes of a tool fail from now on, with these words; without any, lets them pass again. */
  refuse(tool: string, words?: string): void;
  /** The tools that the app has called. */
  calls: string[];
  /** What the app wants the model to know. */
  told: string[];
  /** The addresses that the app wants opened. */
  opened: string[];
  /** Asks the app to make ready to go. */
  teardown(): Promise<Json>;
};

declare global {
  interface Window {
    host: HostPage;
  }
}

let bridge: AppBridge;
const refused = new Map<string, string>();
const calls: string[] = [];
const told: string[] = [];
const opened: string[] = [];

async function open({ mcpUrl, token, sandbox, mode, tool, arguments: args, capabilities, context }: Options) {
  const client = new Client(
    { name: "A chat", version: "1.0.0" },
    {
      versionNegotiation: { mode },
      capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [RESOURCE_MIME_TYPE] } } },
    },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  const declared = (await client.listTools()).tools.find(({ name }) => name === tool);
  const uri = declared && getToolUiResourceUri(declared);
  if (!declared || !uri) throw new Error(`${tool} has no app`);
  const resource = (await client.listResources()).resources.find((entry) => entry.uri === uri);
  const contents: Json = (await client.readResource({ uri })).contents[0];

  // The client is of another copy of the same package than the bridge's.
  bridge = new AppBridge(client as never, { name: "A chat", version: "1.0.0" }, capabilities, { hostContext: context });
  const frame = document.createElement("iframe");
  const ready = new Promise<void>((resolve) => bridge.addEventListener("sandboxready", () => resolve()));
  const initialized = new Promise<void>((resolve) => bridge.addEventListener("initialized", () => resolve()));
  bridge.addEventListener("sizechange", ({ height }) => {
    if (height !== undefined) frame.style.height = `${height}px`;
  });
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  frame.title = "App";
  document.querySelector("main")!.append(frame);
  await bridge.connect(new PostMessageTransport(frame.contentWindow!, frame.contentWindow!));
  const pass = bridge.oncalltool!;
  bridge.oncalltool = undefined;
  bridge.oncalltool = async (params, extra) => {
    calls.push(params.name);
    const words = refused.get(params.name);
    if (words !== undefined) throw new Error(words);
    return pass(params, extra);
  };
  bridge.onupdatemodelcontext = async ({ content }) => {
    told.splice(0, told.length, ...(content ?? []).map((block) => (block.type === "text" ? block.text : block.type)));
    return {};
  };
  bridge.onopenlink = async ({ url }) => {
    opened.push(url);
    return {};
  };
  frame.src = sandbox;
  await ready;
  await bridge.sendSandboxResourceReady({ html: contents.text, csp: contents._meta?.ui?.csp });
  await initialized;
  if (capabilities.serverResources?.listChanged && client.getProtocolEra() === "modern") await client.listen({ resourcesListChanged: true });
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult((await client.callTool({ name: tool, arguments: args })) as never);
  return { tool: declared, resource, contents, extensions: (client.getServerCapabilities() as Json).extensions };
}

window.host = {
  open,
  context: (context) => bridge.setHostContext(context),
  refuse: (tool, words) => void (words === undefined ? refused.delete(tool) : refused.set(tool, words)),
  calls,
  told,
  opened,
  teardown: () => bridge.teardownResource({}),
};
