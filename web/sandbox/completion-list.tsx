import { Fragment, useEffect, useRef } from 'react';
import type { Writing } from './completion.ts';
import { useWords } from './words.tsx';

/** What a line may become, above where it is written: verbs, or how the chosen verb goes on. */
export function CompletionList({
  id,
  writing,
  active,
  take,
  slashed,
}: {
  readonly id: string;
  readonly writing: Writing;
  readonly active: number;
  readonly take: (at: number) => void;
  /** The line began with a slash: Enter takes what is begun. */
  readonly slashed: boolean;
}) {
  const words = useWords();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, writing]);
  const options =
    writing.kind === 'verbs'
      ? writing.verbs.map(({ name, usage, initials, summary }) => ({
          key: name,
          text: usage,
          initials,
          detail: summary,
        }))
      : writing.choices.map(({ label }) => ({ key: label, text: label, initials: '', detail: '' }));
  return (
    <div className="completion">
      {writing.kind === 'params' && (
        <p className="usage">
          <b>{writing.verb.word}</b>
          {writing.verb.params.map(({ label, required }, i) => (
            <Fragment key={i}>
              {' '}
              <span className={i === writing.at ? 'current' : ''}>{required ? `<${label}>` : `[${label}]`}</span>
            </Fragment>
          ))}
          <span className="usage-summary">{writing.verb.summary}</span>
        </p>
      )}
      <div id={id} role="listbox" aria-label={words.say('completion')} ref={list} className="options">
        {options.map(({ key, text, initials, detail }, at) => (
          <div
            key={key}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            className="option"
            onPointerDown={(event) => {
              event.preventDefault();
              take(at);
            }}
          >
            <span className="option-text">{text}</span>
            {initials !== '' && <kbd>{initials}</kbd>}
            {detail !== '' && <span className="option-detail">{detail}</span>}
          </div>
        ))}
      </div>
      {options.length > 0 && <p className="keys">{words.say(slashed ? 'keys_slash' : 'keys_bare')}</p>}
    </div>
  );
}
