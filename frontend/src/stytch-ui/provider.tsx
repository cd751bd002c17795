// Stytch's own React provider, around its components only. It is given the client the page already has.

import { StytchProvider } from "@stytch/react";
import type { ReactNode } from "react";
import { useStytch } from "../session/session.tsx";
import "../styles/stytch.css";

export function StytchUi({ children }: { children: ReactNode }) {
  const stytch = useStytch();
  return (
    <StytchProvider stytch={stytch}>
      <div className="stytch">{children}</div>
    </StytchProvider>
  );
}
