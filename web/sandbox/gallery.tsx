import { memo, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { GalleryCard, GallerySentence } from '../../src/view.ts';
import { patiently } from './api.ts';
import { CardView, PictureSource } from './card.tsx';
import { preferredLocale, useWords, wordsFrom, WordsProvider } from './words.tsx';

/** A list that was written when the pages were built. */
const read = <T,>(file: string): Promise<readonly T[]> =>
  patiently(async () => {
    const answer = await fetch(`/sandbox/${file}`);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    return (await answer.json()) as readonly T[];
  });

type Tab = 'cards' | 'sentences';
const tabOf = (): Tab => (location.hash === '#sentences' ? 'sentences' : 'cards');

/** Every card in every state and rung, every sentence in both languages. */
function Gallery({ sentences }: { readonly sentences: readonly GallerySentence[] }) {
  const words = useWords();
  const [tab, setTab] = useState(tabOf);
  const [wanted, setWanted] = useState('');
  const [cards, setCards] = useState<readonly GalleryCard[] | null>(null);
  const filter = useDeferredValue(wanted.trim().toLowerCase());

  useEffect(() => {
    void read<GalleryCard>('gallery-cards.json').then(setCards);
    const follow = (): void => {
      setTab(tabOf());
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  useEffect(() => {
    document.documentElement.lang = words.locale;
    document.title = words.say('gallery');
  }, [words]);

  const someCards = useMemo(
    () => (cards ?? []).filter(({ name, rungs }) => matches(filter, [name, rungs[0]?.card?.title ?? ''])),
    [cards, filter],
  );
  const someSentences = useMemo(
    () => sentences.filter(({ key, note, zh, en }) => matches(filter, [key, note, zh, en])),
    [sentences, filter],
  );
  const loaded = tab === 'cards' ? cards : sentences;
  const count = tab === 'cards' ? someCards.length : someSentences.length;
  return (
    <>
      <header className="gallery-head">
        <h1>{words.say('gallery')}</h1>
        <nav aria-label={words.say('gallery')}>
          <a href="#cards" aria-current={tab === 'cards' ? 'page' : undefined}>
            {words.say('gallery_cards')}
          </a>
          <a href="#sentences" aria-current={tab === 'sentences' ? 'page' : undefined}>
            {words.say('gallery_sentences')}
          </a>
          <a href="/">{words.say('gallery_back')}</a>
        </nav>
        <label className="gallery-filter">
          <span>{words.say('gallery_filter')}</span>
          <input
            type="search"
            value={wanted}
            onChange={({ currentTarget }) => {
              setWanted(currentTarget.value);
            }}
          />
        </label>
        <span role="status">{loaded === null ? '' : words.say('gallery_count', { n: count })}</span>
      </header>
      <main className="gallery">
        {tab === 'cards' ? (
          someCards.map((one) => <Rungs key={one.name} one={one} />)
        ) : (
          <Sentences sentences={someSentences} />
        )}
      </main>
    </>
  );
}

const matches = (filter: string, texts: readonly string[]): boolean =>
  filter === '' || texts.some((text) => text.toLowerCase().includes(filter));

const Rungs = memo(function Rungs({ one }: { readonly one: GalleryCard }) {
  return (
    <section className="sample">
      <h2>{one.name}</h2>
      <div className="rungs">
        {one.rungs.map(({ name, card, text, cut }) => (
          <div key={name} className="rung">
            <p className="rung-name">
              {name}
              {cut.length > 0 && <span> · {cut.join(', ')}</span>}
            </p>
            {card !== undefined && <CardView card={card} hands={null} />}
            {text !== undefined && <pre tabIndex={0}>{text}</pre>}
          </div>
        ))}
      </div>
    </section>
  );
});

const Sentences = memo(function Sentences({ sentences }: { readonly sentences: readonly GallerySentence[] }) {
  return (
    <table className="sentences">
      <thead>
        <tr>
          <th scope="col">key</th>
          <th scope="col">zh-CN</th>
          <th scope="col">en</th>
        </tr>
      </thead>
      <tbody>
        {sentences.map(({ key, note, zh, en }) => (
          <tr key={key}>
            <th scope="row">
              <code>{key}</code>
              <small>{note}</small>
            </th>
            <td lang="zh-CN">{zh}</td>
            <td lang="en">{en}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
});

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for its content');
const sentences = await read<GallerySentence>('gallery-sentences.json');
const locale = preferredLocale();
const own = sentences.filter(({ key }) => key.startsWith('sandbox.'));
const words = wordsFrom(
  locale,
  Object.fromEntries(own.map(({ key, zh, en }) => [key.slice('sandbox.'.length), locale === 'en' ? en : zh])),
);
/** The samples' files are nowhere: every picture is this one. */
const sample = new URL('./cup.jpg', import.meta.url).href;
createRoot(place).render(
  <WordsProvider value={words}>
    <PictureSource value={() => sample}>
      <Gallery sentences={sentences} />
    </PictureSource>
  </WordsProvider>,
);
