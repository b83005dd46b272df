import type { adapters } from '../adapters/registry.ts';
import { sandboxCard } from '../adapters/sandbox/limits.ts';
import { dingtalkRung } from '../adapters/dingtalk/render.ts';
import { emailRung } from '../adapters/email/letter.ts';
import { gatewayRung } from '../adapters/gateway/words.ts';
import { slackRung } from '../adapters/slack/render.ts';
import { wecomRung } from '../adapters/wecom/rung.ts';
import type { Card } from '../cards/card.ts';
import { fallback } from '../cards/fallback.ts';
import { fit, type CardLimits } from '../cards/fit.ts';
import { catalogues } from '../src/text/registry.ts';
import type { Entry } from '../src/text/entry.ts';
import { formatFor } from '../src/text/format.ts';
import type { GalleryCard, GallerySentence, Rung } from '../src/view.ts';
import { everyCard } from '../test/support/every-card.ts';

/** As little as any platform takes: no picture, one button, four more behind a menu, six facts. */
const NARROW: CardLimits = {
  title: 40,
  summary: 60,
  line: 60,
  text: 200,
  fieldLabel: 10,
  fieldValue: 40,
  label: 10,
  blocks: 6,
  images: 0,
  fields: 6,
  rows: 5,
  rowActions: 0,
  buttons: 1,
  menu: 4,
  characters: 900,
};

/** How each platform renders a card, by its name in the adapters' registry: a platform without an entry does not compile. */
const RENDERED: Readonly<Record<keyof typeof adapters, (card: Card) => Omit<Rung, 'name'>>> = {
  sandbox: (card) => fitted(card, sandboxCard),
  slack: slackRung,
  dingtalk: dingtalkRung,
  wecom: wecomRung,
  email: emailRung,
  gateway: gatewayRung,
};

function fitted(card: Card, limits: CardLimits): Omit<Rung, 'name'> {
  const { card: shown, cut } = fit(card, limits);
  return { card: shown, cut: cut.map(({ what, count }) => `${what} ${count}`) };
}

/** Every card in every state and language, as drawn, as each platform renders it, at its narrowest, and as plain text. */
export const galleryCards = (): readonly GalleryCard[] =>
  everyCard.map(({ name, card }) => ({
    name,
    rungs: [
      ...Object.entries(RENDERED).map(([platform, render]) => ({ name: platform, ...render(card) })),
      { name: 'narrow', ...fitted(card, NARROW) },
      { name: 'text', text: fallback(card), cut: [] },
    ],
  }));

/** Every sentence of the catalogues in both languages, at the moment of the samples. */
export function gallerySentences(): readonly GallerySentence[] {
  const now = new Date('2026-11-11T06:31:00Z');
  const zh = formatFor({ locale: 'zh-CN', timeZone: 'Asia/Shanghai', now });
  const en = formatFor({ locale: 'en', timeZone: 'Asia/Shanghai', now });
  return Object.entries(catalogues).flatMap(([area, entries]) =>
    Object.entries(entries as Readonly<Record<string, Entry<unknown>>>).map(([name, entry]) => ({
      key: `${area}.${name}`,
      note: entry.note,
      zh: entry.zh(entry.sample, zh),
      en: entry.en(entry.sample, en),
    })),
  );
}
