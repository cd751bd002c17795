// Stytch's components in the page's own clothes: every colour and measure is one of styles/tokens.css, so both themes
// follow by themselves.

import type { PresentationConfig } from "@stytch/react";

const theme = {
  "font-family": "var(--font)",
  "font-family-mono": "var(--font-mono)",
  "container-width": "100%",
  "container-border": "transparent",
  "container-radius": "0px",
  "rounded-base": "5px",
  background: "transparent",
  foreground: "var(--text)",
  primary: "var(--accent-solid)",
  "primary-foreground": "var(--on-accent)",
  secondary: "var(--raised)",
  "secondary-foreground": "var(--text)",
  muted: "var(--sunken)",
  "muted-foreground": "var(--text-quiet)",
  accent: "var(--accent-soft)",
  "accent-foreground": "var(--text)",
  border: "var(--line)",
  input: "var(--line-strong)",
  ring: "var(--accent)",
  destructive: "var(--danger)",
  "destructive-foreground": "var(--on-accent)",
  warning: "var(--danger)",
  success: "var(--accent)",
  "primary-button-hover": "var(--accent-hover)",
} as const;

export const presentation: PresentationConfig = {
  theme: [
    { ...theme, "color-scheme": "light" },
    { ...theme, "color-scheme": "dark" },
  ],
  options: { hideHeaderText: true },
};
