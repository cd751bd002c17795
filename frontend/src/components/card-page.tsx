// The frame of every page that is about one thing: logging in, a consent, a set-up that is not done. One family.

import { useEffect, type ReactNode } from "react";
import { pageTitle } from "../texts/page.ts";
import { Mark } from "./mark.tsx";
import "../styles/card.css";

type Props = {
  title: string;
  /** Only for those who do not see: what is in the card has a visible title of its own. */
  quietTitle?: boolean;
  lead?: ReactNode;
  children?: ReactNode;
  foot?: ReactNode;
};

export function CardPage({ title, quietTitle = false, lead, children, foot }: Props) {
  useEffect(() => {
    document.title = pageTitle(title);
  }, [title]);
  return (
    <main className="card-page">
      <div className="card">
        <Mark size={44} />
        <h1 className={quietTitle ? "visually-hidden" : undefined}>{title}</h1>
        {lead && <p className="card-lead">{lead}</p>}
        {children}
      </div>
      {foot && <div className="card-foot">{foot}</div>}
    </main>
  );
}
