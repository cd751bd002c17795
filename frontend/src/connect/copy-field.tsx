// A piece of text made to be copied. The button says that it worked; where the clipboard is refused, the text is selected
// for the person to copy.

import { useEffect, useRef, useState } from "react";
import * as words from "../texts/connecting.ts";

export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      if (code.current) getSelection()?.selectAllChildren(code.current);
    }
  }

  return (
    <div className="copy">
      <span className="copy-label">{label}</span>
      <div className="copy-box">
        <code ref={code}>{value}</code>
        <button type="button" className="button small" onClick={() => void copy()} aria-label={words.copyOf(label)}>
          {copied ? words.COPIED : words.COPY}
        </button>
      </div>
      <span className="visually-hidden" role="status">
        {copied ? words.COPIED : ""}
      </span>
    </div>
  );
}
