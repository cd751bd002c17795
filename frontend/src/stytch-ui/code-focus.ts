// Stytch's field for the login code (@stytch/react 20.1.0, OtpInput) waits for a click. A person who was just sent a code wants
// to type it, so the field has the focus as soon as it is there, and again when a wrong code was refused: that one is selected,
// since the field would put each further digit in the place of its last.

/** Whatever it is made of: the platform's own mark of a field for a code (HTML, autofill field names). */
const CODE_FIELD = 'input[autocomplete="one-time-code"]';

/** For a `ref` on what is around Stytch's component. */
export function focusCode(place: HTMLElement | null): (() => void) | undefined {
  if (!place) return undefined;
  let known: Element | null = null;
  let wasDisabled = false;
  const look = () => {
    const field = place.querySelector<HTMLInputElement>(CODE_FIELD);
    // While a code is being checked the field is disabled, which takes the focus from it: at once or with the next picture, so that
    // an answer may come before.
    const isBack = wasDisabled || document.activeElement === document.body;
    if (field !== null && !field.disabled && (field !== known || isBack)) {
      field.focus();
      field.select();
    }
    known = field;
    wasDisabled = field?.disabled === true;
  };
  const observer = new MutationObserver(look);
  observer.observe(place, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  look();
  return () => observer.disconnect();
}
