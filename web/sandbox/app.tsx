import { useCallback, useEffect, useRef, useState } from 'react';
import { getVocabulary, getWorld, postRestart } from './api.ts';
import { Drafts } from './drafts.ts';
import { Icon, type IconName } from './icon.tsx';
import { MachineStrip } from './machine-strip.tsx';
import type { Locale, Verb, World } from './model.ts';
import { Pane, placeOf, type Place } from './pane.tsx';
import type { Stream } from './stream.ts';
import { isFirstVisit, Tour } from './tour.tsx';
import { canTour, firstPlaces } from './tour-steps.ts';
import { loadWords, rememberLocale, WordsProvider, type Words } from './words.tsx';

type Side = 'left' | 'right';
const WIDE = '(min-width: 1080px)';
const kept = (key: string): string | null => sessionStorage.getItem(`gongdan.${key}`);
const keep = (key: string, value: string): void => {
  sessionStorage.setItem(`gongdan.${key}`, value);
};

/** Who sat there last in this tab, or the first with that role. */
function startingPlace(world: World, side: Side): Place {
  const known = (id: string | null): boolean => world.people.some((person) => person.id === id);
  const before = kept(side);
  const user =
    before !== null && known(before)
      ? before
      : known(firstPlaces[side].user)
        ? firstPlaces[side].user
        : (world.people.find(({ role }) => (role === 'customer') === (side === 'left')) ?? world.people[0])?.id;
  const place = placeOf(world, user ?? '');
  const chat = kept(`${side}.chat`);
  const isThere = world.conversations.some(({ id, members }) => id === chat && members.includes(place.user));
  return isThere ? { ...place, chat } : place;
}

export function App({
  stream,
  world: first,
  words: firstWords,
}: {
  readonly stream: Stream;
  readonly world: World;
  readonly words: Words;
}) {
  const [world, setWorld] = useState(first);
  const [words, setWords] = useState(firstWords);
  const [verbs, setVerbs] = useState<readonly Verb[]>([]);
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  const [split, setSplit] = useState(() => kept('split') !== 'no');
  const [places, setPlaces] = useState(() => ({
    left: startingPlace(first, 'left'),
    right: narrow(startingPlace(first, 'right')),
  }));
  const [drafts] = useState(() => new Drafts());
  const [online, setOnline] = useState(true);
  const [unread, setUnread] = useState(0);
  /** The guided visit that is shown, and which one it is: each begins anew. */
  const [tour, setTour] = useState<{ readonly begun: boolean; readonly nth: number } | null>(() =>
    isFirstVisit() && canTour(first) ? { begun: false, nth: 0 } : null,
  );
  const offer = useCallback((begun: boolean): void => {
    setTour((before) => ({ begun, nth: (before?.nth ?? 0) + 1 }));
  }, []);
  const [restarting, setRestarting] = useState(false);

  const reload = useCallback(async (): Promise<void> => {
    const next = await getWorld();
    setWorld(next);
    // Who is there no more, as after starting over, makes room for somebody who is.
    const seated = (place: Place, side: Side): Place =>
      next.people.some(({ id }) => id === place.user) ? place : startingPlace(next, side);
    setPlaces(({ left, right }) => ({ left: seated(left, 'left'), right: seated(right, 'right') }));
  }, []);
  /** How often the world has changed since it was last asked for. */
  const changes = useRef(0);
  const changed = useCallback((): void => {
    changes.current += 1;
    if (changes.current > 1) return;
    const ask = async (): Promise<void> => {
      const known = changes.current;
      await reload().catch(() => undefined);
      changes.current -= known;
      if (changes.current > 0) await ask();
    };
    void ask();
  }, [reload]);

  useEffect(() => {
    const media = matchMedia(WIDE);
    const follow = (): void => {
      setWide(media.matches);
    };
    media.addEventListener('change', follow);
    return () => {
      media.removeEventListener('change', follow);
    };
  }, []);

  const lost = useRef(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = stream.hear((said) => {
      if (said.kind === 'open') {
        clearTimeout(timer);
        timer = undefined;
        setOnline(true);
        // People and chats that came while the stream was lost are told by nothing else.
        if (lost.current || said.epoch !== world.epoch) changed();
        lost.current = false;
      } else if (said.kind === 'lost') {
        lost.current = true;
        // A break that is over in a moment concerns nobody.
        timer ??= setTimeout(() => {
          timer = undefined;
          setOnline(false);
          changed();
        }, 1_200);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [stream, world.epoch, changed]);

  useEffect(() => {
    document.documentElement.lang = words.locale;
    document.title = unread > 0 ? `(${unread}) ${words.say('title')}` : words.say('title');
  }, [words, unread]);

  useEffect(() => {
    getVocabulary(words.locale).then(setVerbs, () => undefined);
  }, [words.locale, world.epoch]);

  const go = useCallback((side: Side, place: Place): void => {
    keep(side, place.user);
    keep(`${side}.chat`, place.chat ?? '');
    setPlaces((now) => ({ ...now, [side]: place }));
  }, []);
  const goLeft = useCallback(
    (place: Place) => {
      go('left', place);
    },
    [go],
  );
  const goRight = useCallback(
    (place: Place) => {
      go('right', place);
    },
    [go],
  );
  const both = wide && split;
  // The visit goes on while somebody turns their phone.
  const room = useRef(both);
  useEffect(() => {
    room.current = both;
  }, [both]);
  const show = useCallback(
    (left: Place, right: Place, one: Side): void => {
      if (room.current) go('left', left);
      go('right', room.current || one === 'right' ? right : left);
    },
    [go],
  );

  const speak = async (locale: Locale): Promise<void> => {
    rememberLocale(locale);
    setWords(await loadWords(locale));
  };
  const restart = async (): Promise<void> => {
    setRestarting(true);
    try {
      await postRestart();
      await reload();
      if (canTour(world)) offer(false);
    } catch {
      // The page says that the connection is lost; the button can be pressed again.
    }
    setRestarting(false);
  };

  const ignore = useCallback(() => undefined, []);
  return (
    <WordsProvider value={words}>
      <header className="top">
        <h1>{words.say('title')}</h1>
        <p className={`offline${online || restarting ? '' : ' shown'}`} role="status">
          {online || restarting ? '' : words.say('offline')}
        </p>
        {canTour(world) && (
          <Tool
            icon="play"
            label={words.say('tour')}
            onClick={() => {
              offer(true);
            }}
          />
        )}
        {world.demo && (
          <Tool icon="again" label={words.say('restart')} busy={restarting} onClick={() => void restart()} />
        )}
        {wide && (
          <Tool
            icon="split"
            label={words.say(split ? 'single' : 'split')}
            onClick={() => {
              keep('split', split ? 'no' : 'yes');
              setSplit(!split);
            }}
          />
        )}
        <a className="button default tool" href="/sandbox/gallery.html" title={words.say('gallery')}>
          <Icon name="cards" />
          <span>{words.say('gallery')}</span>
        </a>
        <Tool
          icon="globe"
          label={words.say('language')}
          onClick={() => void speak(words.locale === 'en' ? 'zh-CN' : 'en')}
        />
      </header>
      {tour !== null && (
        <Tour
          key={tour.nth}
          begun={tour.begun}
          show={show}
          reload={reload}
          leave={() => {
            setTour(null);
          }}
        />
      )}
      <main className={both ? 'split' : 'single'}>
        {both && (
          <Pane
            key={`left ${world.epoch} ${places.left.user}`}
            world={world}
            stream={stream}
            verbs={verbs}
            drafts={drafts}
            place={places.left}
            label={words.say('pane_left')}
            go={goLeft}
            changed={changed}
            unread={ignore}
          />
        )}
        <Pane
          key={`right ${world.epoch} ${places.right.user}`}
          world={world}
          stream={stream}
          verbs={verbs}
          drafts={drafts}
          place={places.right}
          label={words.say('pane_right')}
          go={goRight}
          changed={changed}
          unread={setUnread}
        />
      </main>
      <MachineStrip />
    </WordsProvider>
  );
}

/** Where there is room for one of the two only, a person with several chats begins at their list. */
const narrow = (place: Place): Place => (matchMedia('(max-width: 639px)').matches ? { ...place, chat: null } : place);

function Tool({
  icon,
  label,
  busy = false,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly busy?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="button default tool"
      title={label}
      aria-busy={busy}
      disabled={busy}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}
