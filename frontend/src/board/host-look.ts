// The board dressed as its host: light or dark, the host's colours and fonts, the room it must leave at the edges.

import type { McpUiHostContext, McpUiStyleVariableKey } from "@modelcontextprotocol/ext-apps";

/** Where a host's variables go: onto the board's own (styles/tokens.css). */
const COLOURS: Partial<Record<McpUiStyleVariableKey, string>> = {
  "--color-background-primary": "--paper",
  "--color-background-secondary": "--hover",
  "--color-text-primary": "--text",
  "--color-text-secondary": "--text-quiet",
  "--color-text-danger": "--danger",
};

const SHAPES: Partial<Record<McpUiStyleVariableKey, string>> = {
  "--font-sans": "--font",
  "--border-radius-md": "--radius",
};

const EDGES = ["top", "right", "bottom", "left"] as const;

export function dress({ theme, styles, safeAreaInsets }: McpUiHostContext): void {
  const root = document.documentElement;
  // The board's colours, and those that a host gives, are made with light-dark().
  if (theme) root.style.colorScheme = theme;
  const variables = styles?.variables;
  // Half of a host's colours with half of the board's could be unreadable.
  const whole = variables?.["--color-background-primary"] && variables["--color-text-primary"];
  for (const [theirs, ours] of Object.entries({ ...(whole ? COLOURS : {}), ...SHAPES })) {
    const value = variables?.[theirs as McpUiStyleVariableKey];
    if (value) root.style.setProperty(ours, value);
  }
  if (styles?.css?.fonts) load(styles.css.fonts);
  for (const edge of EDGES) root.style.setProperty(`--safe-${edge}`, `${safeAreaInsets?.[edge] ?? 0}px`);
}

function load(fonts: string): void {
  const style = document.querySelector("style[data-host-fonts]") ?? document.createElement("style");
  if (style.textContent === fonts) return;
  style.setAttribute("data-host-fonts", "");
  style.textContent = fonts;
  document.head.append(style);
}
