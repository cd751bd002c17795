/** Drawn on a field of 20 by 20, in the colour of the text around. */
function Icon({ path }: { path: string }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const EditIcon = () => (
  <Icon path="M4.5 15.5l.6-3 7.7-7.7a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2L7.5 14.9z M11.5 6.1l2.4 2.4" />
);

export const DeleteIcon = () => <Icon path="M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 10.5h7.6l.7-10.5M8.5 8.5v5M11.5 8.5v5" />;
