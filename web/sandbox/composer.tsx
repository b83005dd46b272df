import { useEffect, useId, useRef, useState, useSyncExternalStore, type Ref } from 'react';
import { CompletionList } from './completion-list.tsx';
import { isSlashed, readLine, withChoice, withVerb } from './completion.ts';
import type { Drafts } from './drafts.ts';
import { Icon, IconButton } from './icon.tsx';
import type { Verb } from './model.ts';
import type { Draft } from './viewer.ts';
import { previewOf, useWords } from './words.tsx';

/** Lines one person has sent, newest last; the arrow up brings them back. */
const KEPT_LINES = 50;
const historyKey = (user: string): string => `gongdan.lines.${user}`;
const linesOf = (user: string): string[] => JSON.parse(sessionStorage.getItem(historyKey(user)) ?? '[]') as string[];

/** Where one writes: Enter sends, Shift+Enter breaks the line, files come by paste and drop, verbs complete themselves. */
export function Composer({
  user,
  kind,
  verbs,
  drafts,
  draft,
  send,
  input,
}: {
  readonly user: string;
  readonly kind: 'customer' | 'group' | 'direct';
  readonly verbs: readonly Verb[];
  readonly drafts: Drafts;
  /** The key of what is written here. */
  readonly draft: string;
  readonly send: (draft: Draft) => void;
  readonly input: Ref<HTMLTextAreaElement>;
}) {
  const words = useWords();
  const { text, files, quoted } = useSyncExternalStore(drafts.subscribe, () => drafts.of(draft));
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState(false);
  const [recalled, setRecalled] = useState<number | null>(null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const listId = useId();

  useEffect(() => {
    setActive(0);
  }, [text]);

  const writing =
    closed || kind === 'customer' || recalled !== null || text.includes('\n')
      ? null
      : readLine(text, verbs, kind === 'direct');
  const options = writing === null ? [] : writing.kind === 'verbs' ? writing.verbs : writing.choices;
  const slashed = isSlashed(text);

  const add = (given: Iterable<File>): void => void drafts.add(draft, user, given);
  const unquote = (): void => {
    drafts.quote(draft, null);
  };
  const write = (next: string): void => {
    drafts.write(draft, next);
    setClosed(false);
    setRecalled(null);
  };
  const take = (at: number): void => {
    if (writing?.kind === 'verbs') {
      const verb = writing.verbs[at];
      if (verb !== undefined) write(withVerb(text, verb));
    } else if (writing?.kind === 'params') {
      const choice = writing.choices[at];
      if (choice !== undefined) write(withChoice(text, writing.from, choice.label));
    }
  };
  const submit = (): void => {
    // What cannot be sent is taken away by hand, so that nobody believes it went along.
    if (files.some(({ kept }) => kept === null)) return;
    const attachments = files.flatMap(({ kept }) => (kept === null ? [] : [kept]));
    if (text.trim() === '' && attachments.length === 0) return;
    if (text.trim() !== '') {
      const lines = [...linesOf(user).filter((line) => line !== text), text].slice(-KEPT_LINES);
      sessionStorage.setItem(historyKey(user), JSON.stringify(lines));
    }
    send({ text, attachments, quote: quoted?.id ?? null });
    write('');
    drafts.clear(draft);
  };
  const bringBack = (step: -1 | 1): boolean => {
    if (text !== '' && recalled === null) return false;
    const lines = linesOf(user);
    const at = (recalled ?? lines.length) + step;
    if (at < 0 || lines.length === 0) return recalled !== null;
    drafts.write(draft, lines[at] ?? '');
    setRecalled(at >= lines.length ? null : at);
    return true;
  };

  const onKey = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    const open = options.length > 0;
    if (open && (key === 'ArrowDown' || key === 'ArrowUp')) {
      setActive((at) => (at + (key === 'ArrowDown' ? 1 : -1) + options.length) % options.length);
    } else if (open && key === 'Tab' && !event.shiftKey) take(active);
    else if (writing !== null && key === 'Escape') setClosed(true);
    else if (key === 'Enter' && !event.shiftKey) {
      // A verb that is only begun is completed; one that stands there whole is sent.
      if (writing?.kind === 'verbs' && slashed && !writing.exact) take(active);
      else submit();
    } else if (key === 'ArrowUp' && bringBack(-1)) event.preventDefault();
    else if (key === 'ArrowDown' && bringBack(1)) event.preventDefault();
    else return;
    event.preventDefault();
  };

  const hint = words.say(kind === 'group' ? 'write_group' : kind === 'direct' ? 'write_direct' : 'write');
  return (
    <form
      className={`composer${over ? ' over' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        add(event.dataTransfer.files);
      }}
    >
      {writing !== null && (
        <CompletionList id={listId} writing={writing} active={active} take={take} slashed={slashed} />
      )}
      {(quoted !== null || files.length > 0) && (
        <div className="chips">
          {quoted !== null && (
            <Chip
              text={`${words.say('quoted')}${words.locale === 'en' ? ': ' : '：'}${previewOf(quoted, words)}`}
              state=""
              remove={unquote}
            />
          )}
          {files.map((file) => (
            <Chip
              key={file.key}
              text={file.error === null ? file.name : `${file.name} · ${words.say(file.error)}`}
              state={file.error !== null ? 'bad' : file.kept === null ? 'busy' : ''}
              {...(file.picture !== null && { picture: file.picture })}
              remove={() => {
                drafts.remove(draft, file.key);
              }}
            />
          ))}
        </div>
      )}
      <div className="composer-row">
        <IconButton name="clip" label={words.say('attach')} onClick={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          onChange={({ currentTarget }) => {
            add(currentTarget.files ?? []);
            currentTarget.value = '';
          }}
        />
        <textarea
          ref={input}
          rows={1}
          value={text}
          maxLength={20_000}
          enterKeyHint="send"
          placeholder={hint}
          aria-label={hint}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={options.length > 0}
          aria-controls={listId}
          {...(options.length > 0 && { 'aria-activedescendant': `${listId}-${active}` })}
          onChange={({ currentTarget }) => {
            write(currentTarget.value);
          }}
          onKeyDown={onKey}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            add(event.clipboardData.files);
          }}
        />
        <button type="submit" className="button primary send" aria-label={words.say('send')} title={words.say('send')}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function Chip({
  text,
  state,
  picture,
  remove,
}: {
  readonly text: string;
  readonly state: '' | 'bad' | 'busy';
  readonly picture?: string;
  readonly remove: () => void;
}) {
  const words = useWords();
  return (
    <span className={`chip ${state}`} aria-busy={state === 'busy'}>
      {picture !== undefined && <img src={picture} alt="" />}
      <span>{text}</span>
      <IconButton name="close" label={words.say('remove')} onClick={remove} />
    </span>
  );
}
