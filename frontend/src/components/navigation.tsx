// Getting from one page to another without loading anything again. Of wouter, its hook alone: the pages are a handful of fixed
// paths, which need no patterns, no nesting and no parameters.

import { useLayoutEffect, type ComponentProps, type MouseEvent } from "react";
import { navigate } from "wouter/use-browser-location";

export { navigate, usePathname } from "wouter/use-browser-location";

export function Link({ href, onClick, ...rest }: ComponentProps<"a"> & { href: string }) {
  function go(event: MouseEvent<HTMLAnchorElement>): void {
    onClick?.(event);
    // Another tab, a window, a download: the browser's business.
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    navigate(href);
  }

  return <a href={href} onClick={go} {...rest} />;
}

/** Leads on as soon as it is shown; the address before is not one to come back to. */
export function Redirect({ to, state }: { to: string; state?: unknown }) {
  useLayoutEffect(() => navigate(to, { replace: true, state }), [to, state]);
  return null;
}
