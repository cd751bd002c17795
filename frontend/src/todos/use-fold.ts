import { useState } from "react";

/** Whether a section is folded away, remembered in this browser under `name`. */
export function useFold(name: string): [boolean, (folded: boolean) => void] {
  const [folded, setFolded] = useState(() => {
    try {
      return localStorage.getItem(name) === "yes";
    } catch {
      return false;
    }
  });
  return [
    folded,
    (next) => {
      setFolded(next);
      try {
        localStorage.setItem(name, next ? "yes" : "no");
      } catch {
        // Storage may be switched off; the fold then lasts as long as the page.
      }
    },
  ];
}
