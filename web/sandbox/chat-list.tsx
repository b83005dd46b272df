import type { Conversation } from './model.ts';
import type { Chat } from './chat.ts';
import { previewOf, useWords } from './words.tsx';

const KINDS = [
  ['customer', 'customers'],
  ['group', 'groups'],
  ['direct', 'directs'],
] as const;

/** The chats one person is in, with what was said last and what is unread. */
export function ChatList({
  conversations,
  chats,
  current,
  enter,
}: {
  readonly conversations: readonly Conversation[];
  readonly chats: ReadonlyMap<string, Chat>;
  readonly current: string | null;
  readonly enter: (id: string) => void;
}) {
  const words = useWords();
  return (
    <nav className="chats" aria-label={words.say('conversations')}>
      {KINDS.map(([kind, heading]) => {
        const some = conversations.filter((c) => c.kind === kind);
        return some.length === 0 ? null : (
          <section key={kind}>
            <h3>{words.say(heading)}</h3>
            {some.map(({ id, title }) => (
              <Entry
                key={id}
                title={title}
                chat={chats.get(id) ?? null}
                current={id === current}
                enter={() => {
                  enter(id);
                }}
              />
            ))}
          </section>
        );
      })}
    </nav>
  );
}

function Entry({
  title,
  chat,
  current,
  enter,
}: {
  readonly title: string;
  readonly chat: Chat | null;
  readonly current: boolean;
  readonly enter: () => void;
}) {
  const words = useWords();
  const latest = chat?.messages.at(-1);
  const unread = chat?.unread ?? 0;
  return (
    <button type="button" className="entry" aria-current={current} onClick={enter}>
      <span className="entry-title">{title}</span>
      <time>{latest === undefined ? '' : words.time(latest.at)}</time>
      <span className="entry-preview">{latest === undefined ? ' ' : previewOf(latest, words)}</span>
      {unread > 0 && (
        <span className="unread">
          <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
          <span className="unseen">{words.say('unread', { n: unread })}</span>
        </span>
      )}
    </button>
  );
}
