// How each common host is connected to this server. Plain data: adding a host is adding an entry.

import { SERVER_NAME as NAME } from "../product.ts";

export type Step =
  /** A sentence; text between ` marks is code. */
  | { kind: "say"; text: string }
  /** Something to copy, word for word. */
  | { kind: "copy"; label: string; value: string }
  /** A link that opens the host with everything filled in. */
  | { kind: "open"; label: string; href: string };

export type Host = {
  id: string;
  name: string;
  /** Its servers, not this computer, connect to the address: it has to be public and https. */
  connectsFromOutside: boolean;
  steps: Step[];
};

/** Those that can reach the address come first. */
export function hostsFor(mcpUrl: string): Host[] {
  const hosts = allHosts(mcpUrl);
  if (isPublic(mcpUrl)) return hosts;
  return [...hosts.filter(({ connectsFromOutside }) => !connectsFromOutside), ...hosts.filter(({ connectsFromOutside }) => connectsFromOutside)];
}

function allHosts(mcpUrl: string): Host[] {
  return [
    {
      id: "claude",
      name: "Claude",
      connectsFromOutside: true,
      steps: [
        { kind: "say", text: "On claude.ai or in the desktop app, open Settings, then Connectors, and choose “Add custom connector”." },
        { kind: "copy", label: "Paste this address", value: mcpUrl },
        { kind: "say", text: "Choose “Connect”, log in here and allow it. Then ask: “What is on my list?”" },
      ],
    },
    {
      id: "claude-code",
      name: "Claude Code",
      connectsFromOutside: false,
      steps: [
        { kind: "copy", label: "Run in a terminal", value: `claude mcp add --transport http ${NAME} ${mcpUrl}` },
        { kind: "say", text: "Start `claude`, type `/mcp`, pick `todo` and authenticate in the browser." },
      ],
    },
    {
      id: "chatgpt",
      name: "ChatGPT",
      connectsFromOutside: true,
      steps: [
        { kind: "say", text: "On the web, open Settings, then Apps & Connectors, and switch on Developer mode under Advanced settings." },
        { kind: "say", text: "Back in Connectors choose “Create”. Authentication is OAuth; the address of the server is:" },
        { kind: "copy", label: "MCP server URL", value: mcpUrl },
        { kind: "say", text: "In a new chat pick it from the tools, under Developer mode." },
      ],
    },
    {
      id: "cursor",
      name: "Cursor",
      connectsFromOutside: false,
      steps: [
        { kind: "open", label: "Add to Cursor", href: cursorLink(mcpUrl) },
        { kind: "say", text: "Confirm in Cursor, then choose “Needs login” next to `todo`. Or put this into `~/.cursor/mcp.json`:" },
        { kind: "copy", label: "mcp.json", value: JSON.stringify({ mcpServers: { [NAME]: { url: mcpUrl } } }, null, 2) },
      ],
    },
    {
      id: "vscode",
      name: "VS Code",
      connectsFromOutside: false,
      steps: [
        { kind: "open", label: "Add to VS Code", href: vscodeLink(mcpUrl) },
        { kind: "say", text: "Confirm in VS Code and allow it in the browser. Or run in a terminal:" },
        { kind: "copy", label: "Terminal", value: `code --add-mcp '${JSON.stringify({ name: NAME, type: "http", url: mcpUrl })}'` },
      ],
    },
    {
      id: "inspector",
      name: "Inspector",
      connectsFromOutside: false,
      steps: [
        { kind: "copy", label: "Run in a terminal", value: "npx @modelcontextprotocol/inspector@2.12.0" },
        { kind: "say", text: "Add a server with transport Streamable HTTP and this address, then connect:" },
        { kind: "copy", label: "Address", value: mcpUrl },
      ],
    },
  ];
}

/** Whether a machine elsewhere could connect to this address. */
export function isPublic(mcpUrl: string): boolean {
  const { protocol, hostname } = new URL(mcpUrl);
  const here =
    hostname === "localhost" || hostname.endsWith(".localhost") || hostname.startsWith("127.") || hostname === "[::1]";
  return protocol === "https:" && !here;
}

function cursorLink(mcpUrl: string): string {
  const query = new URLSearchParams({ name: NAME, config: btoa(JSON.stringify({ url: mcpUrl })) });
  return `cursor://anysphere.cursor-deeplink/mcp/install?${query}`;
}

function vscodeLink(mcpUrl: string): string {
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: NAME, type: "http", url: mcpUrl }))}`;
}
