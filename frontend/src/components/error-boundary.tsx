// A mistake in the page must not leave a white one. What was typed is kept (kept/), so that loading the page again is no loss.

import { Component, type ReactNode } from "react";
import * as words from "../texts/broken.ts";
import { CardPage } from "./card-page.tsx";

type State = { error: unknown };

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <CardPage title={words.BROKEN} lead={words.BROKEN_LEAD}>
        <button type="button" className="button primary wide" onClick={() => location.reload()}>
          {words.LOAD_AGAIN}
        </button>
      </CardPage>
    );
  }
}
