const SHAPES = {
  send: 'M4 12l16-8-5 16-3-7z',
  clip: 'M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7',
  back: 'M15 5l-7 7 7 7',
  quote: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6',
  recall: 'M4 8v5h5M5 12a8 8 0 1 1 2 6',
  close: 'M6 6l12 12M18 6L6 18',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  split: 'M4 5h16v14H4zM12 5v14',
  play: 'M8 5l11 7-11 7z',
  again: 'M20 8v-4M20 8h-4M19.5 8A8 8 0 1 0 20 14',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  cards: 'M4 7h12v12H4zM8 7V4h12v12h-4',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
} as const;

export type IconName = keyof typeof SHAPES;

/** A line icon that means nothing to a screen reader. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** A button with only an icon; its label is read and shown on hover. */
export function IconButton({
  name,
  label,
  onClick,
  className = '',
}: {
  readonly name: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly className?: string;
}) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}
