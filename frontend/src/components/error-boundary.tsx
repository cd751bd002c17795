// A mistake in the page must not leave a white one. What was typed is kept (kept/), so that loading the page again is no loss.

import { Component, type ReactNode } from "react";
import * as words from "../texts/broken.ts";
import { CardPage } from "./card-page.tsx";

type State = { error: unknown };

type Props = {
  children: ReactNode;
  /** What is in it is a part of a page, whose other parts stay. */
  isPart?: boolean;
  /** What stands in its place instead, where the page can do without it. */
  instead?: ReactNode;
};

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    if (this.props.instead !== undefined) return this.props.instead;
    const again = (
      <button type="button" className="button primary wide" onClick={() => location.reload()}>
        {words.LOAD_AGAIN}
      </button>
    );
    if (this.props.isPart) {
      return (
        <div className="broken-part" role="alert">
          <p>{words.BROKEN_LEAD}</p>
          {again}
        </div>
      );
    }
    return (
      <CardPage title={words.BROKEN} lead={words.BROKEN_LEAD}>
        {again}
      </CardPage>
    );
  }
}
