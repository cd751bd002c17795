import "../styles/mark.css";

/** The app's mark: a ring that a tick is about to leave. Decorative; the name stands next to it. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
      <rect width="64" height="64" rx="17" className="mark-ground" />
      <circle cx="32" cy="32" r="17" className="mark-ring" />
      <path d="M23.5 32.5l6.4 6.4L45.5 22" className="mark-tick" />
    </svg>
  );
}
