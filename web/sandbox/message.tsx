import { memo, useState } from 'react';
import { Attachments } from './attachments.tsx';
import { CardView, Linked, type CardHands } from './card.tsx';
import { IconButton } from './icon.tsx';
import type { Message, Outgoing, Person } from './model.ts';
import { previewOf, useWords, type Words } from './words.tsx';

/** What one can do with the messages of a chat. */
export interface MessageHands {
  readonly cardHands: (message: Message) => CardHands;
  readonly open: CardHands['open'];
  readonly quote: (message: Message) => void;
  readonly recall: (message: Message) => void;
  readonly retry: (outgoing: Outgoing) => void;
  readonly discard: (outgoing: Outgoing) => void;
}

export const nameOf = (people: ReadonlyMap<string, Person>, id: string, words: Words): string =>
  id === 'bot' ? words.say('bot') : (people.get(id)?.name ?? id);

/** A colour of one's own, the same for the same person. */
const hueOf = (id: string): number =>
  Array.from(id).reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 6, 0);

export function Avatar({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <span className={`avatar ${id === 'bot' ? 'bot' : `hue-${hueOf(id)}`}`} aria-hidden="true">
      {Array.from(name)[0]}
    </span>
  );
}

/** One message. `follows`: the one above is by the same person, a moment before. */
export const MessageView = memo(function MessageView(props: {
  readonly message: Message;
  readonly user: string;
  readonly people: ReadonlyMap<string, Person>;
  readonly group: boolean;
  readonly follows: boolean;
  readonly redrawn: number;
  readonly quoted: Message | null;
  readonly hands: MessageHands;
}) {
  const { message, user, people, group, follows, redrawn, quoted, hands } = props;
  const words = useWords();
  const [first] = useState(redrawn);
  const own = message.from === user;
  const alone = message.private === true && group;
  const name = nameOf(people, message.from, words);
  // The two highlights are alike: another name begins the movement anew.
  const lit = redrawn > first ? ` redrawn-${redrawn % 2}` : '';
  return (
    <article
      className={`message${message.card === undefined ? '' : ' with-card'}${own ? ' own' : ''}${alone ? ' private' : ''}${follows ? ' follows' : ''}${lit}`}
      data-id={message.id}
    >
      {follows ? <span className="avatar-space" /> : <Avatar id={message.from} name={name} />}
      <div className="message-body">
        <header className={follows ? 'unseen' : ''}>
          <span className="name">{name}</span>
          <time dateTime={message.at}>{words.time(message.at)}</time>
        </header>
        {alone && <span className="badge">{words.say('private')}</span>}
        {quoted !== null && (
          <p className="quoted">
            {nameOf(people, quoted.from, words)}
            {words.locale === 'en' ? ': ' : '：'}
            {previewOf(quoted, words)}
          </p>
        )}
        <div className="message-row">
          <div className="message-content">
            {message.card !== undefined && <CardView card={message.card} hands={hands.cardHands(message)} />}
            {message.text !== undefined && (
              <p className="bubble">
                <Linked text={message.text} open={hands.open} />
              </p>
            )}
            {message.attachments !== undefined && <Attachments files={message.attachments} />}
            {message.recalled === true && <p className="recalled">{words.say('recalled')}</p>}
          </div>
          {message.recalled !== true && (
            <span className="message-tools">
              <IconButton
                name="quote"
                label={words.say('quote')}
                onClick={() => {
                  hands.quote(message);
                }}
              />
              {own && (
                <IconButton
                  name="recall"
                  label={words.say('recall')}
                  onClick={() => {
                    hands.recall(message);
                  }}
                />
              )}
            </span>
          )}
        </div>
      </div>
    </article>
  );
});

/** A message that is on its way, or did not get there. */
export function OutgoingView({ outgoing, hands }: { readonly outgoing: Outgoing; readonly hands: MessageHands }) {
  const words = useWords();
  const { state, text, attachments } = outgoing;
  return (
    <article className={`message own outgoing ${state}`}>
      <span className="avatar-space" />
      <div className="message-body">
        <div className="message-row">
          <div className="message-content">
            {text !== '' && <p className="bubble">{text}</p>}
            {attachments.length > 0 && <Attachments files={attachments} />}
          </div>
        </div>
        {state === 'failed' ? (
          <p className="not-sent" role="status">
            <span>{words.say('not_sent')}</span>
            <button
              type="button"
              className="link"
              onClick={() => {
                hands.retry(outgoing);
              }}
            >
              {words.say('retry')}
            </button>
            <button
              type="button"
              className="link"
              onClick={() => {
                hands.discard(outgoing);
              }}
            >
              {words.say('discard')}
            </button>
          </p>
        ) : (
          <p className="on-its-way">{words.say('sending')}</p>
        )}
      </div>
    </article>
  );
}
