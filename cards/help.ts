import { say, text, type Reader, type Sentence, type TextKey } from '../src/text/text.ts';
import type { Block, Card } from './card.ts';

/** A command as help explains it. */
export interface HelpEntry {
  readonly name: string;
  readonly zh: string;
  readonly initials: string;
  readonly aliases: readonly string[];
  readonly summary: TextKey;
  /** How it is typed, in the reader's language. */
  readonly usage: string;
}

export interface HelpCardInput {
  readonly commands: readonly HelpEntry[];
  /** The name of the one that was asked about; null: all. */
  readonly command: string | null;
}

/** The vocabulary, or one verb of it in detail. */
export function drawHelp({ commands, command }: HelpCardInput, reader: Reader): Card {
  const one = commands.find((c) => c.name === command);
  const title = one === undefined ? text(reader, 'card.help_title', null) : nameOf(one, reader);
  return {
    kind: 'help',
    locale: reader.locale,
    tone: 'grey',
    title,
    summary: title,
    blocks: one === undefined ? vocabulary(commands, reader) : detail(one, reader),
    actions: [],
  };
}

const nameOf = (c: HelpEntry, reader: Reader): string => (reader.locale === 'zh-CN' ? c.zh : c.name);
// Summaries take no values: the registry's tests hold every command to that.
const summaryOf = (c: HelpEntry, reader: Reader): string => say({ key: c.summary, params: null } as Sentence, reader);

function vocabulary(commands: readonly HelpEntry[], reader: Reader): readonly Block[] {
  const items = commands.map((c) => ({
    text: `${c.usage} (${c.initials})`,
    detail: summaryOf(c, reader),
  }));
  return [
    { type: 'text', style: 'plain', text: text(reader, 'card.help_intro', null) },
    { type: 'list', items },
  ];
}

function detail(c: HelpEntry, reader: Reader): readonly Block[] {
  const name = nameOf(c, reader);
  const words = [...new Set([c.zh, c.name, c.initials, ...c.aliases])].filter((w) => w !== name);
  return [
    { type: 'text', style: 'plain', text: summaryOf(c, reader) },
    {
      type: 'fields',
      fields: [
        { label: text(reader, 'card.help_usage', null), value: c.usage },
        { label: text(reader, 'card.help_words', null), value: words.join(' · ') },
      ],
    },
  ];
}
