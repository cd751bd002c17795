// The keyboard on the list. Rows are reached through their checkboxes, so Tab, Space and a screen reader work as they do
// anywhere; what is added here saves keystrokes. Keys that print something act in the list alone, and can be switched off
// (WCAG 2.2, 2.1.4); the others are arrows, Enter, Delete, and Ctrl-Z. The table of them is texts/keys.ts.

import { useEffect, type RefObject } from "react";
import type { ListStore } from "../list/list-store.ts";
import { singleKeys } from "./single-keys.ts";

const ROW = "[data-row]";
const HANDLE = "[data-handle]";
const COMPLETED = "[data-completed]";
const COMPOSER = "[data-composer]";

/** What there is beyond the list: the history, and the table of the keys. */
export type ListKeys = { store: ListStore; onHistory?: () => void; onKeys?: () => void };

export function useListKeys(list: RefObject<HTMLElement | null>, { store, onHistory, onKeys }: ListKeys): void {
  useEffect(() => {
    const { undoLast, redoLast } = store.undoing;
    function onKeyDown(event: KeyboardEvent): void {
      const root = list.current;
      if (!root || event.defaultPrevented || event.altKey || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.ctrlKey || event.metaKey) {
        // In a field, Ctrl-Z is about what was typed.
        const inField = event.target instanceof HTMLElement && event.target.matches("textarea, input:not([type=checkbox])");
        if (event.key.toLowerCase() !== "z" || inField) return;
        event.preventDefault();
        return event.shiftKey ? redoLast() : undoLast();
      }
      const target = event.target instanceof HTMLElement ? event.target : document.body;
      const composer = root.querySelector<HTMLTextAreaElement>(COMPOSER);
      const inComposer = target === composer;
      if (!inComposer && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;

      const handles = [...root.querySelectorAll<HTMLElement>(HANDLE)];
      const row = target.closest<HTMLElement>(ROW);
      const at = handles.findIndex((handle) => row?.contains(handle));

      if (inComposer) {
        // Up out of an empty field; a field with text keeps its arrows.
        if (event.key === "ArrowUp" && composer?.value === "") focus(openBefore(root, handles), event);
        // Out of the field, to the todo above, or where there is none to the heading. What is in the field stays.
        else if (event.key === "Escape") focus(openBefore(root, handles) ?? handles[0] ?? headingOf(root), event);
        return;
      }
      const isBeforeList = target === document.body || target.matches("h1");
      const isPrinted = event.key.length === 1 && event.key !== " ";
      if (isPrinted && (row === null || !singleKeys.get())) return;
      switch (event.key) {
        case "?":
          event.preventDefault();
          onKeys?.();
          break;
        case "n":
        case "/":
          focus(composer, event);
          break;
        case "ArrowDown":
        case "j":
          if (at < 0 && !isBeforeList) return;
          focus(handles[at + 1] ?? composer, event);
          break;
        case "ArrowUp":
        case "k":
          if (at < 0 && !isBeforeList) return;
          focus(at < 0 ? handles.at(-1) : handles[at - 1], event);
          break;
        case "x":
        case " ": {
          const box = row?.querySelector<HTMLElement>("[data-complete]");
          if (!box || (event.key === " " && target !== box)) return;
          // The ticked row is about to leave for the completed ones; the hand stays among the open.
          const next = row?.matches(COMPLETED) ? box : (openNear(handles, at) ?? composer);
          press(box, event);
          next?.focus();
          break;
        }
        case "e":
        case "Enter":
          if (at < 0 || (event.key === "Enter" && !target.matches("[data-complete]"))) return;
          press(row?.querySelector<HTMLElement>("[data-edit]"), event);
          break;
        case "z":
          event.preventDefault();
          undoLast();
          break;
        case "Z":
          event.preventDefault();
          redoLast();
          break;
        case "h":
          event.preventDefault();
          onHistory?.();
          break;
        case "Delete":
        case "Backspace":
          if (at < 0) return;
          // The neighbour is next; the row itself is about to go.
          press(row?.querySelector<HTMLElement>("[data-delete]"), event);
          (handles[at + 1] ?? handles[at - 1] ?? composer)?.focus();
          break;
      }
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [list, store, onHistory, onKeys]);
}

/** The last open row: the one that stands above the field. */
function openBefore(root: HTMLElement, handles: HTMLElement[]): HTMLElement | undefined {
  const composer = root.querySelector(COMPOSER);
  return handles.findLast(
    (handle) => composer && handle.compareDocumentPosition(composer) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
}

/** A heading is no control: it can have the focus, and is not on the way of Tab. */
function headingOf(root: HTMLElement): HTMLElement | null {
  const heading = root.querySelector("h1");
  if (heading && heading.tabIndex < 0) heading.tabIndex = -1;
  return heading;
}

/** The next open row, or else the one before. */
function openNear(handles: HTMLElement[], at: number): HTMLElement | undefined {
  const isOpen = (handle: HTMLElement) => handle.closest(COMPLETED) === null;
  return handles.slice(at + 1).find(isOpen) ?? handles.slice(0, at).findLast(isOpen);
}

function focus(element: HTMLElement | null | undefined, event: KeyboardEvent): void {
  if (!element) return;
  event.preventDefault();
  element.focus();
}

function press(element: HTMLElement | null | undefined, event: KeyboardEvent): void {
  if (!element) return;
  event.preventDefault();
  element.click();
}
