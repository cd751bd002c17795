// Cloudflare's `McpAgent`: an object for each session, the handshake era. It runs version 1 of the official SDK.

import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpAgent } from "agents/mcp";

import { List, declare } from "../todos.js";
import { claimsOf } from "../token.js";

export class TodoAgent extends McpAgent {
  server = new McpServer({ name: "TODO Service", version: "1.0.0" });

  async init() {
    declare(this.server, ResourceTemplate, new List(this.env.TODOS, this.props.claims.sub), this.env.ORIGIN);
  }
}

const serve = TodoAgent.serve("/mcp");

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/mcp") return new Response("ok");
    const [, token] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    try {
      ctx.props = { claims: await claimsOf(token, env) };
    } catch {
      const metadata = `${env.ORIGIN}/.well-known/oauth-protected-resource/mcp`;
      const headers = { "www-authenticate": `Bearer error="invalid_token", resource_metadata="${metadata}"` };
      return new Response("Unauthenticated", { status: 401, headers });
    }
    return serve.fetch(request, env, ctx);
  },
};
