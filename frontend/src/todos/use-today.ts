import { useEffect, useState } from "react";
import { today } from "../list/due.ts";

/** The day that it is here; it turns over at midnight, and when a computer wakes up on another day. */
export function useToday(): string {
  const [day, setDay] = useState(() => today());

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      clearTimeout(timer);
      setDay(today());
      const now = new Date();
      const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
      timer = setTimeout(look, midnight.valueOf() - now.valueOf() + 50);
    };
    look();
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("focus", look);
    };
  }, []);

  return day;
}
