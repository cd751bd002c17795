import { SKIP } from "../texts/page.ts";
import "../styles/skip-link.css";

/** To the first todo, or where there is none to the heading. */
const PLACES = ['main [data-handle][tabindex="0"]', "main h1"];

/** Past what every page begins with, to what it is there for. */
export function SkipLink() {
  return (
    <a
      className="skip-link button primary"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        const place = PLACES.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null);
        if (place && place.tabIndex < 0) place.tabIndex = -1;
        place?.focus();
      }}
    >
      {SKIP}
    </a>
  );
}
