// The page between a host and an app (MCP Apps 2026-01-26, "Sandbox proxy"), on an origin of its own. It puts the app into a frame
// with an opaque origin and under the policy that the extension prescribes, and passes on what either says.

type Policy = { connectDomains?: string[]; resourceDomains?: string[]; frameDomains?: string[] };

/** "CSP Construction from Metadata"; a document of an opaque origin has no 'self'. */
function policyOf({ connectDomains = [], resourceDomains = [], frameDomains = [] }: Policy): string {
  const or = (sources: string[], none = "'none'") => sources.join(" ") || none;
  return [
    "default-src 'none'",
    `script-src 'unsafe-inline' ${resourceDomains.join(" ")}`,
    `style-src 'unsafe-inline' ${resourceDomains.join(" ")}`,
    `img-src data: ${resourceDomains.join(" ")}`,
    `font-src ${or(resourceDomains)}`,
    `connect-src ${or(connectDomains)}`,
    `frame-src ${or(frameDomains)}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

let app: HTMLIFrameElement | undefined;

addEventListener("message", ({ data, source }) => {
  if (source === window.parent) {
    if (data.method === "ui/notifications/sandbox-resource-ready") show(data.params);
    else app?.contentWindow?.postMessage(data, "*");
  } else if (source === app?.contentWindow) {
    window.parent.postMessage(data, "*");
  }
});

function show({ html, csp = {} }: { html: string; csp?: Policy }): void {
  app = document.createElement("iframe");
  // Nothing that an app could do without: no origin, no forms, no popups.
  app.setAttribute("sandbox", "allow-scripts");
  app.title = "App";
  app.name = "app";
  app.srcdoc = html.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policyOf(csp)}">`);
  document.body.append(app);
}

window.parent.postMessage({ jsonrpc: "2.0", method: "ui/notifications/sandbox-proxy-ready", params: {} }, "*");
