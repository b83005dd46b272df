import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Action, Form } from '../../cards/card.ts';
import { recallMessage } from './api.ts';
import type { CardHands } from './card.tsx';
import { ChatList } from './chat-list.tsx';
import { Composer } from './composer.tsx';
import type { Drafts } from './drafts.ts';
import { Drawer } from './drawer.tsx';
import { FormDialog } from './form.tsx';
import { IconButton } from './icon.tsx';
import { Log } from './log.tsx';
import { nameOf, type MessageHands } from './message.tsx';
import type { Message, Person, Verb, World } from './model.ts';
import type { Stream } from './stream.ts';
import { asksFirst, Viewer } from './viewer.ts';
import { previewOf, useWords } from './words.tsx';

/** Whom a half of the page shows, and which chat of theirs; null: the list of chats, where there is room for one of the two only. */
export interface Place {
  readonly user: string;
  readonly chat: string | null;
}

/** A form that is open, and where its values are said: where it was asked for. */
interface Asking {
  readonly form: Form;
  readonly conversation: string;
  readonly message: Message | null;
}

/** How long (ms) what went wrong is said. */
const SAID_MS = 6_000;

/** One person's messenger: who one is, the chats, one chat, and a ticket when one is opened. */
export function Pane({
  world,
  stream,
  verbs,
  drafts,
  place,
  label,
  go,
  changed,
  unread,
}: {
  readonly world: World;
  readonly stream: Stream;
  readonly verbs: readonly Verb[];
  readonly drafts: Drafts;
  readonly place: Place;
  readonly label: string;
  readonly go: (place: Place) => void;
  /** Somebody wrote where the page knows no chat. */
  readonly changed: () => void;
  /** Told how much is unread here. */
  readonly unread: (count: number) => void;
}) {
  const words = useWords();
  const { user } = place;
  const [viewer] = useState(() => new Viewer(stream, user, world.conversations, changed));
  const [ticket, setTicket] = useState<number | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [heard, setHeard] = useState('');
  const input = useRef<HTMLTextAreaElement>(null);

  const mine = useMemo(() => world.conversations.filter((c) => c.members.includes(user)), [world, user]);
  const people = useMemo(() => new Map(world.people.map((person): [string, Person] => [person.id, person])), [world]);
  const staff = people.get(user)?.role !== 'customer';
  const chats = useSyncExternalStore(viewer.subscribe, viewer.chats);
  const solo = mine.length < 2;
  // Whoever has a single chat is in it: there is no list to choose from.
  const here = mine.find(({ id }) => id === place.chat) ?? (solo ? (mine[0] ?? null) : null);
  const chat = here === null ? null : (chats.get(here.id) ?? null);
  const group = here?.kind === 'group';

  // A pane is made anew for another person or another world: the viewer lives as long as it does.
  useEffect(() => {
    viewer.start();
    return () => {
      viewer.stop();
    };
  }, [viewer]);
  useEffect(() => {
    viewer.know(world.conversations);
  }, [viewer, world]);

  const current = here?.id ?? null;
  const draft = `${world.epoch} ${user} ${current ?? ''}`;
  useEffect(() => {
    viewer.look(current);
    const seen = (): void => {
      if (!document.hidden) viewer.look(current);
    };
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
    };
  }, [viewer, current]);

  useEffect(
    () =>
      viewer.onArrival((id, message) => {
        if (id === current) setHeard(`${nameOf(people, message.from, words)}: ${previewOf(message, words)}`);
      }),
    [viewer, current, people, words],
  );

  const total = [...chats.values()].reduce((sum, { unread: n }) => sum + n, 0);
  useEffect(() => {
    unread(total);
  }, [total, unread]);

  useEffect(() => {
    if (problem === null) return undefined;
    const timer = setTimeout(() => {
      setProblem(null);
    }, SAID_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [problem]);

  const hands = useMemo((): MessageHands => {
    const open = staff ? setTicket : null;
    const press = async (message: Message, action: Action): Promise<void> => {
      const at = { conversation: current ?? '', message };
      try {
        if (action.form !== undefined && !asksFirst(action)) {
          setAsking({ form: action.form, ...at });
          return;
        }
        const form = await viewer.press(at, action.invoke, null);
        const next = form ?? (asksFirst(action) ? action.form : undefined);
        if (next !== undefined) setAsking({ form: next, ...at });
      } catch {
        setProblem(words.say('failed'));
      }
    };
    // One pair of hands per message, so that a message that did not change is not drawn again.
    const perMessage = new WeakMap<Message, CardHands>();
    return {
      open,
      cardHands(message) {
        const known = perMessage.get(message);
        if (known !== undefined) return known;
        const made: CardHands = { open, press: (action) => press(message, action) };
        perMessage.set(message, made);
        return made;
      },
      quote(message) {
        drafts.quote(draft, message);
        input.current?.focus();
      },
      recall(message) {
        recallMessage(message.id, user).catch(() => {
          setProblem(words.say('failed'));
        });
      },
      retry: (outgoing) => void viewer.retry(outgoing),
      discard: (outgoing) => {
        viewer.discard(outgoing);
      },
    };
  }, [viewer, current, staff, user, words, drafts, draft]);

  const home = mine.find(({ kind }) => kind === 'direct')?.id ?? current;
  const drawerHands = useMemo(
    (): CardHands => ({
      open: setTicket,
      async press(action) {
        if (home === null) return;
        // The answer comes where the person is alone with the bot.
        const at = { conversation: home, message: null };
        try {
          if (action.form !== undefined) {
            setAsking({ form: action.form, ...at });
            return;
          }
          const form = await viewer.press(at, action.invoke, null);
          if (form !== null) setAsking({ form, ...at });
        } catch {
          setProblem(words.say('failed'));
        }
      },
    }),
    [viewer, home, words],
  );
  const older = useMemo(() => () => (current === null ? Promise.resolve() : viewer.older(current)), [viewer, current]);
  const enter = (id: string): void => {
    go({ user, chat: id });
    if (matchMedia('(hover: hover)').matches) requestAnimationFrame(() => input.current?.focus());
  };
  const become = (id: string): void => {
    go(placeOf(world, id));
  };

  return (
    <section
      className={`pane${solo ? ' solo' : ''}${here === null ? '' : ' in-chat'}${ticket === null ? '' : ' with-ticket'}`}
      aria-label={label}
    >
      <div className="side">
        <Who world={world} user={user} become={become} />
        {!solo && <ChatList conversations={mine} chats={chats} current={current} enter={enter} />}
      </div>
      <div className="chat">
        <header className="chat-head">
          {!solo && (
            <IconButton
              name="back"
              className="back"
              label={words.say('back')}
              onClick={() => {
                go({ user, chat: null });
              }}
            />
          )}
          <h2>{here?.title ?? words.say('nowhere')}</h2>
          {here !== null && here.kind === 'group' && (
            <span className="members">{words.say('members', { n: here.members.length })}</span>
          )}
          {!solo && <Who world={world} user={user} become={become} bare />}
        </header>
        {chat !== null && here !== null && (
          <>
            <Log
              key={`${viewer.user} ${here.id}`}
              chat={chat}
              user={user}
              people={people}
              group={group}
              hands={hands}
              older={older}
            />
            {problem !== null && (
              <p className="toast" role="alert">
                {problem}
              </p>
            )}
            <Composer
              key={`composer ${user} ${here.id}`}
              user={user}
              kind={here.kind}
              verbs={verbs}
              drafts={drafts}
              draft={draft}
              send={(draft) => void viewer.send(here.id, draft)}
              input={input}
            />
          </>
        )}
      </div>
      {ticket !== null && staff && (
        <Drawer
          key={ticket}
          number={ticket}
          user={user}
          stream={stream}
          hands={drawerHands}
          close={() => {
            setTicket(null);
            input.current?.focus();
          }}
        />
      )}
      {asking !== null && (
        <FormDialog
          form={asking.form}
          submit={(invoke, nonce) => viewer.press(asking, invoke, nonce)}
          close={() => {
            setAsking(null);
          }}
        />
      )}
      <p className="unseen" aria-live="polite">
        {heard}
      </p>
    </section>
  );
}

/** Where somebody begins: their team's group, or the only chat they have. */
export function placeOf(world: World, user: string): Place {
  const mine = world.conversations.filter((c) => c.members.includes(user));
  return { user, chat: (mine.find(({ kind }) => kind === 'group') ?? mine[0])?.id ?? null };
}

function Who({
  world,
  user,
  become,
  bare = false,
}: {
  readonly world: World;
  readonly user: string;
  readonly become: (id: string) => void;
  /** Its label is read aloud only. */
  readonly bare?: boolean;
}) {
  const words = useWords();
  const groups = [
    ['customers', world.people.filter(({ role }) => role === 'customer')],
    ['colleagues', world.people.filter(({ role }) => role !== 'customer')],
  ] as const;
  return (
    <label className="who">
      <span className={bare ? 'unseen' : ''}>{words.say('who')}</span>
      <select
        value={user}
        onChange={({ currentTarget }) => {
          become(currentTarget.value);
        }}
      >
        {groups.map(([name, people]) => (
          <optgroup key={name} label={words.say(name)}>
            {people.map(({ id, name: shown, role }) => (
              <option key={id} value={id}>
                {shown} · {words.say(role)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
