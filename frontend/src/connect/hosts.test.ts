import assert from "node:assert/strict";
import { test } from "node:test";
import { hostsFor, isPublic, type Step } from "./hosts.ts";

const url = "https://todos.example/mcp";

function linkOf(id: string): string {
  const step = hostsFor(url).find((host) => host.id === id)?.steps.find((step): step is Step & { kind: "open" } => step.kind === "open");
  assert.ok(step);
  return step.href;
}

test("Cursor's link carries the server as base64 JSON", () => {
  const link = new URL(linkOf("cursor"));
  assert.equal(link.protocol, "cursor:");
  assert.deepEqual(JSON.parse(atob(link.searchParams.get("config") ?? "")), { url });
});

test("VS Code's link carries the server as JSON", () => {
  const [start, config] = linkOf("vscode").split("?");
  assert.equal(start, "vscode:mcp/install");
  assert.deepEqual(JSON.parse(decodeURIComponent(config ?? "")), { name: "todo", type: "http", url });
});

test("every host is told the address", () => {
  for (const host of hostsFor(url)) {
    const words = host.steps.map((step) => (step.kind === "copy" ? step.value : "")).join("\n");
    assert.match(words, /https:\/\/todos\.example\/mcp/, host.name);
  }
});

test("an address on this computer, or without https, is not public", () => {
  assert.equal(isPublic("https://todos.example/mcp"), true);
  for (const local of ["http://localhost:3000/mcp", "https://localhost/mcp", "http://127.0.0.1:3000/mcp", "https://[::1]/mcp", "http://app.localhost/mcp", "http://todos.example/mcp"]) {
    assert.equal(isPublic(local), false, local);
  }
});

test("on this computer the hosts that can reach it come first", () => {
  const names = (address: string) => hostsFor(address).map(({ name }) => name);
  assert.equal(names(url)[0], "Claude");
  assert.deepEqual(names("http://localhost:3000/mcp").slice(-2), ["Claude", "ChatGPT"]);
});
