import type { Person } from '../domain/directory.ts';
import { readFigure, readScope, scopeName, type Scope } from '../domain/figure.ts';
import { periodOf, type Period } from '../domain/period.ts';
import type { Tally } from '../domain/tally.ts';
import { csvOf, jsonlOf } from './export.ts';
import type { FigureReads } from './figures.ts';
import { grant, isLead } from './figures-answer.ts';
import type { Parts } from './parts.ts';

/** How long a link to a file opens. */
export const EXPORT_HOURS = 24;
const HOUR = 3_600_000;

const FORMATS = { csv: csvOf, jsonl: jsonlOf } as const;
export type ExportFormat = keyof typeof FORMATS;

/** What a link says: who asks for which tickets, in which form, until when it opens (ms). The signature proves nothing else. */
export interface ExportLink {
  readonly format: ExportFormat;
  readonly person: string;
  readonly figure: string;
  readonly scope: string;
  readonly period: string;
  readonly timeZone: string;
  readonly until: number;
  readonly ends: number;
  readonly signature: string;
}

const signed = (l: Omit<ExportLink, 'signature'>): string =>
  ['export', l.format, l.person, l.figure, l.scope, l.period, l.timeZone, l.until, l.ends].join('\n');

/** Where somebody finds the tickets behind a number as files. Whoever has an address is taken for that person; rights are looked at when it is opened. */
export function exportLinks(
  parts: Pick<Parts, 'vault' | 'clock' | 'publicUrl'>,
  asked: {
    readonly person: string;
    readonly figure: string;
    readonly scope: Scope;
    readonly period: Period;
    readonly until: Date;
  },
): readonly { readonly name: string; readonly url: string }[] {
  const ends = parts.clock.now().getTime() + EXPORT_HOURS * HOUR;
  const link = (format: ExportFormat): string => {
    const { person, figure, period } = asked;
    const scope = scopeName(asked.scope);
    const said = {
      format,
      person,
      figure,
      scope,
      period: period.key,
      timeZone: period.timeZone,
      until: asked.until.getTime(),
      ends,
    };
    const query = new URLSearchParams({
      p: person,
      f: figure,
      o: scope,
      d: period.key,
      z: period.timeZone,
      u: String(said.until),
      e: String(ends),
      s: parts.vault.sign(signed(said)),
    });
    return `${parts.publicUrl()}/exports/tickets.${format}?${query.toString()}`;
  };
  return (['csv', 'jsonl'] as const).map((format) => ({ name: nameOf(asked.period.key, format), url: link(format) }));
}

const nameOf = (period: string, format: ExportFormat): string =>
  `tickets-${period.replace(/^[a-z]+:/u, '').replaceAll(/[^\w-]+/gu, '_')}.${format}`;

/** `wrong`: the link was changed · `denied`: not for this person, as things stand now. */
export type OpenedExport =
  | { readonly outcome: 'file'; readonly name: string; readonly content: AsyncIterable<string> }
  | { readonly outcome: 'wrong' | 'denied' | 'expired' };

/** Opens a link: its signature, its hour, and whether the person may see these figures now. Who took what is logged. */
export function openExport(
  parts: Pick<Parts, 'vault' | 'clock' | 'directory' | 'log'>,
  figures: Pick<FigureReads, 'each'>,
  link: ExportLink,
): OpenedExport {
  const { signature, ...said } = link;
  if (!parts.vault.isSigned(signed(said), signature)) return { outcome: 'wrong' };
  const now = parts.clock.now();
  if (now.getTime() >= link.ends) return { outcome: 'expired' };
  const [figure, scope, period] = [
    readFigure(link.figure),
    readScope(link.scope),
    periodOf(link.period, link.timeZone),
  ];
  const person = parts.directory().people.get(link.person);
  if (figure === null || scope === null || period === null) return { outcome: 'wrong' };
  if (person === undefined || !mayTake(parts, person, link, now)) return { outcome: 'denied' };
  parts.log.info('figures were exported', {
    person: person.id,
    kind: link.format,
    what: `${link.figure} ${link.scope} ${link.period}`,
  });
  const tickets: AsyncIterable<Tally> = figures.each(figure, scope, { ...period, to: new Date(link.until) });
  return { outcome: 'file', name: nameOf(link.period, link.format), content: FORMATS[link.format](tickets) };
}

/** Leads and managers, and of no more than they may see by now. */
function mayTake(parts: Pick<Parts, 'directory'>, person: Person, link: ExportLink, now: Date): boolean {
  if (!isLead(person)) return false;
  const asked = { scope: link.scope, team: null, shop: null, period: null, until: null };
  const granted = grant(person, asked, parts.directory(), now);
  return granted !== null && 'scope' in granted && scopeName(granted.scope) === link.scope;
}
