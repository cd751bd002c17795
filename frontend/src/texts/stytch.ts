// The words of Stytch's components, made plain where Stytch's own do not fit a TODO list. By the names that they have there.

import { isolated } from "../stytch-ui/isolated.ts";
import { ASKED_BY_APP, LOG_OUT } from "./logging-out.ts";

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
  "idpLogout.confirmMessage": ASKED_BY_APP,
  "idpLogout.yes": LOG_OUT,
  "idpLogout.no": "Stay logged in",
};
