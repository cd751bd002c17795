// Stytch's components in the page's own clothes: every colour and measure is one of styles/tokens.css, so both themes
// follow by themselves. The wording is made plain where Stytch's does not fit a TODO list.

import type { PresentationConfig } from "@stytch/react";
import { isolated } from "./isolated.ts";

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

export const loginWords = {
  "formField.email.placeholder": "you@example.com",
  "button.emailLogin": "Continue with e-mail",
  "passcode.title": "Enter the code",
  "passcode.sentConfirmation": `We sent six digits to <bold>${isolated("{destination}")}</bold>.`,
};

export const consentWords = {
  "idpConsent.customScopes.title": `${isolated("{clientName}")} asks to use your todos`,
  "idpConsent.signIn.title": `${isolated("{clientName}")} asks to use your todos`,
  "idpConsent.button.allow": "Allow",
  "idpConsent.button.deny": "Don’t allow",
};

export const logoutWords = {
  "idpLogout.confirmMessage": "An app asks that you log out of your todos in this browser. Connected agents stay connected.",
  "idpLogout.yes": "Log out",
  "idpLogout.no": "Stay logged in",
};
