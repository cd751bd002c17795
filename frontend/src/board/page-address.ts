/** Where the page is, which shows the whole list: the server writes it into the document (src/mcp_endpoint/board.rs). */
export function pageAddress(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="todos-page"]')?.content ?? null;
}
