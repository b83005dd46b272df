import { createContext, Fragment, useContext, useEffect, useId, useRef, useState, type ReactNode } from 'react';
import type { Action, Block, Card, ListItem } from '../../cards/card.ts';
import { fileUrl, type FileUrl } from './api.ts';
import { Icon } from './icon.tsx';
import { useLeaving } from './leaving.ts';
import { useWords } from './words.tsx';

/** What can be done with a card where it stands. */
export interface CardHands {
  /** Presses an action; resolves when it is known what came of it. */
  readonly press: (action: Action) => Promise<void>;
  /** Opens a ticket by its number; null: nobody here may. */
  readonly open: ((number: number) => void) | null;
}

/** Where pictures on cards come from. */
export const PictureSource = createContext<FileUrl>(fileUrl);

/** Any card, from the model alone: nothing here knows what kinds of cards there are. */
export function CardView({ card, hands }: { readonly card: Card; readonly hands: CardHands | null }) {
  const [busy, setBusy] = useState<string | null>(null);
  const element = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  const press = async (action: Action): Promise<void> => {
    if (hands === null || busy !== null) return;
    setBusy(keyOf(action));
    pressed.current = true;
    await hands.press(action);
    setBusy(null);
  };
  // A pressed button may be gone with the next state: whoever works by keyboard stays at the card.
  useEffect(() => {
    if (!pressed.current || busy !== null) return;
    pressed.current = false;
    if (document.activeElement === null || document.activeElement === document.body) element.current?.focus();
  }, [busy, card]);
  const buttons = card.actions.filter(({ placement }) => placement === 'button');
  const menu = card.actions.filter(({ placement }) => placement === 'menu');
  const one = (action: Action): ReactNode => (
    <ActionButton key={keyOf(action)} action={action} busy={busy} press={hands === null ? null : press} />
  );
  return (
    <div className={`card tone-${card.tone}`} ref={element} tabIndex={-1} lang={card.locale}>
      {card.title !== '' && (
        <h3 className="card-title">
          <Linked text={card.title} open={hands?.open ?? null} />
        </h3>
      )}
      {card.status !== undefined && <p className="card-status">{card.status}</p>}
      <Blocks blocks={card.blocks} one={one} open={hands?.open ?? null} />
      {card.actions.length > 0 && (
        <div className="card-actions">
          {buttons.map(one)}
          {menu.length > 0 && <Menu actions={menu} press={hands === null ? null : press} />}
        </div>
      )}
      {card.footer !== undefined && <p className="card-footer">{card.footer}</p>}
    </div>
  );
}

const keyOf = ({ invoke, label }: Action): string => `${invoke.command}?${new URLSearchParams(invoke.args)}#${label}`;

function ActionButton({
  action,
  busy,
  press,
}: {
  readonly action: Action;
  readonly busy: string | null;
  readonly press: ((action: Action) => Promise<void>) | null;
}) {
  const key = keyOf(action);
  return (
    <button
      type="button"
      className={`button ${action.style}`}
      title={action.typed}
      aria-busy={busy === key}
      aria-disabled={busy !== null || press === null}
      onClick={() => void press?.(action)}
    >
      {action.label}
    </button>
  );
}

function Menu({
  actions,
  press,
}: {
  readonly actions: readonly Action[];
  readonly press: ((action: Action) => Promise<void>) | null;
}) {
  const words = useWords();
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  /** In the top layer, below its button or, where there is no room, above it. */
  const place = (): void => {
    const from = trigger.current?.getBoundingClientRect();
    const menu = list.current;
    if (from === undefined || menu === null) return;
    const { offsetHeight: height, offsetWidth: width } = menu;
    const below = from.bottom + 4 + height <= innerHeight;
    menu.style.top = `${Math.max(8, below ? from.bottom + 4 : from.top - 4 - height)}px`;
    menu.style.left = `${Math.max(8, Math.min(from.left, innerWidth - width - 8))}px`;
  };
  return (
    <>
      <button
        type="button"
        ref={trigger}
        className="button default menu-button"
        popoverTarget={id}
        aria-label={words.say('more')}
        title={words.say('more')}
      >
        <Icon name="more" />
      </button>
      <div
        id={id}
        ref={list}
        popover="auto"
        className="menu"
        role="group"
        aria-label={words.say('more')}
        onToggle={(event) => {
          if (event.newState !== 'open') return;
          place();
          list.current?.querySelector('button')?.focus();
        }}
        onKeyDown={(event) => {
          const all = [...(list.current?.querySelectorAll('button') ?? [])];
          const at = all.findIndex((button) => button === document.activeElement);
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step === 0) return;
          event.preventDefault();
          all.at((at + step + all.length) % all.length)?.focus();
        }}
      >
        {actions.map((action) => (
          <button
            key={keyOf(action)}
            type="button"
            className={`menu-item ${action.style}`}
            title={action.typed}
            onClick={() => {
              list.current?.hidePopover();
              trigger.current?.focus();
              void press?.(action);
            }}
          >
            {action.label}
          </button>
        ))}
      </div>
    </>
  );
}

function Blocks({
  blocks,
  one,
  open,
}: {
  readonly blocks: readonly Block[];
  readonly one: (action: Action) => ReactNode;
  readonly open: CardHands['open'];
}) {
  const parts: ReactNode[] = [];
  let pictures: Extract<Block, { type: 'image' }>[] = [];
  const flush = (at: number): void => {
    if (pictures.length > 0) parts.push(<Pictures key={`p${at}`} pictures={pictures} />);
    pictures = [];
  };
  for (const [at, block] of blocks.entries()) {
    // Pictures that follow each other stand in one row.
    if (block.type === 'image') {
      pictures.push(block);
      continue;
    }
    flush(at);
    parts.push(<BlockView key={at} block={block} one={one} open={open} />);
  }
  flush(blocks.length);
  return parts;
}

function Pictures({ pictures }: { readonly pictures: readonly Extract<Block, { type: 'image' }>[] }) {
  const source = useContext(PictureSource);
  return (
    <div className="thumbnails">
      {pictures.map(({ file, alt, url, wide }) => (
        <a
          key={file}
          className={wide === true ? 'thumbnail wide' : 'thumbnail'}
          href={url ?? source(file)}
          target="_blank"
          rel="noopener"
        >
          <img className="picture" src={source(file)} alt={alt} loading="lazy" />
        </a>
      ))}
    </div>
  );
}

function BlockView({
  block,
  one,
  open,
}: {
  readonly block: Exclude<Block, { type: 'image' }>;
  readonly one: (action: Action) => ReactNode;
  readonly open: CardHands['open'];
}) {
  switch (block.type) {
    case 'text':
      if (block.style === 'copy') return <Copy text={block.text} />;
      return (
        <p className={block.style === 'quote' ? 'card-quote' : 'card-text'}>
          <Linked text={block.text} open={open} />
        </p>
      );
    case 'note':
      return (
        <p className="card-note">
          <Linked text={block.text} open={open} />
        </p>
      );
    case 'fields':
      return (
        <dl className="card-fields">
          {block.fields.map(({ label, value }, i) => (
            <div key={i}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      );
    case 'list':
      return <List items={block.items} one={one} open={open} />;
    case 'file':
      return (
        <p className="card-file">
          <Icon name="file" />
          {block.url === undefined ? (
            block.text
          ) : (
            <a href={block.url} target="_blank" rel="noopener">
              {block.text}
            </a>
          )}
        </p>
      );
    case 'divider':
      return <hr />;
  }
}

const rowKey = ({ text, action }: ListItem): string =>
  action === undefined ? (/T-\d+/.exec(text)?.[0] ?? text) : keyOf({ ...action, label: '' });

function List({
  items,
  one,
  open,
}: {
  readonly items: readonly ListItem[];
  readonly one: (action: Action) => ReactNode;
  readonly open: CardHands['open'];
}) {
  const rows = useLeaving(items, rowKey);
  return (
    <ul className="card-list">
      {rows.map(({ item, key, leaving }) => (
        <li key={key} className={leaving ? 'leaving' : ''} inert={leaving}>
          <span className="card-item">
            <span>
              <Linked text={item.text} open={open} />
            </span>
            {item.detail !== undefined && <small>{item.detail}</small>}
          </span>
          {item.action !== undefined && one(item.action)}
          {item.also !== undefined && one(item.also)}
        </li>
      ))}
    </ul>
  );
}

function Copy({ text }: { readonly text: string }) {
  const words = useWords();
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    // The text selects itself whole where a page may not reach the clipboard.
    if ('clipboard' in navigator) await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => {
      setDone(false);
    }, 1_500);
  };
  return (
    <div className="card-copy">
      <pre tabIndex={0}>{text}</pre>
      <button type="button" className="button default" onClick={() => void copy()}>
        {words.say(done ? 'copied' : 'copy')}
      </button>
    </div>
  );
}

/** Text in which every ticket's number opens that ticket; never markup. */
export function Linked({ text, open }: { readonly text: string; readonly open: CardHands['open'] }) {
  const words = useWords();
  if (open === null) return text;
  return text.split(/(T-\d{1,9})(?!\d)/).map((part, i) =>
    i % 2 === 0 ? (
      <Fragment key={i}>{part}</Fragment>
    ) : (
      <button
        key={i}
        type="button"
        className="number"
        title={words.say('open_ticket', { no: part })}
        onClick={() => {
          open(Number(part.slice(2)));
        }}
      >
        {part}
      </button>
    ),
  );
}
