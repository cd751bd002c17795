// The official TypeScript SDK, version 2, on a Worker: stateless, both eras, a server for each request.

import { McpServer, OAuthError, OAuthErrorCode, ResourceTemplate, createMcpHandler, requireBearerAuth } from "@modelcontextprotocol/server";
import { env } from "cloudflare:workers";

import { List, declare } from "../todos.js";
import { claimsOf } from "../token.js";

const gate = requireBearerAuth({
  verifier: {
    async verifyAccessToken(token) {
      try {
        const { sub, client_id, scope, exp } = await claimsOf(token, env);
        return { token, clientId: client_id, scopes: scope.split(" "), expiresAt: exp, extra: { userId: sub } };
      } catch (error) {
        throw new OAuthError(OAuthErrorCode.InvalidToken, error.message);
      }
    },
  },
  requiredScopes: ["openid"],
  resourceMetadataUrl: `${env.ORIGIN}/.well-known/oauth-protected-resource/mcp`,
});

const handler = createMcpHandler(({ authInfo }) => {
  const server = new McpServer({ name: "TODO Service", version: "1.0.0" });
  declare(server, ResourceTemplate, new List(env.TODOS, authInfo.extra.userId), env.ORIGIN);
  return server;
});

export default {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/mcp") return new Response("ok");
    const auth = await gate(request);
    if (auth instanceof Response) return auth;
    return handler.fetch(request, { authInfo: auth });
  },
};
