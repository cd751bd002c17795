import { useEffect, useState } from "react";
import { useCell } from "../components/use-cell.ts";
import { isByAgent } from "../list/activity.ts";
import type { ListStore } from "../list/list-store.ts";
import { title } from "../texts/page.ts";

/** The page's title: how much agents have changed since it was last looked at. */
export function useTitle(store: ListStore): void {
  const activity = useCell(store.watching.activity);
  const [seen, setSeen] = useState<number | null>(null);

  useEffect(() => {
    const look = () => setSeen(document.visibilityState === "visible" ? null : (store.version.get() ?? 0));
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [store]);

  useEffect(() => {
    const news = seen === null ? 0 : activity.log.filter((entry) => isByAgent(entry) && entry.number > seen).length;
    document.title = title(news);
  }, [activity, seen]);
}
