import { SKIP } from "../texts/page.ts";
import "../styles/skip-link.css";

/** Past what every page begins with, to what it is there for. */
export function SkipLink() {
  return (
    <a
      className="skip-link button primary"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        const place = document.querySelector<HTMLElement>('main [data-handle][tabindex="0"], main h1');
        if (place && place.tabIndex < 0) place.tabIndex = -1;
        place?.focus();
      }}
    >
      {SKIP}
    </a>
  );
}
