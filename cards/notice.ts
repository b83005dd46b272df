import { say, type Reader, type Sentence } from '../src/text/text.ts';
import type { Action, Block, Card } from './card.ts';
import type { Invocation } from './invocation.ts';
import { typedOf } from './verb.ts';

export interface NoticeCardInput {
  readonly sentence: Sentence;
  readonly offers: readonly { readonly label: Sentence; readonly invoke: Invocation }[];
  /** Texts to be copied elsewhere, below the sentence. */
  readonly copy?: readonly string[];
  /** Grey unless it says otherwise. */
  readonly tone?: Card['tone'];
}

const MAX_BUTTONS = 4;

/** A private sentence with what can be done next; the first offer is the primary one. A notice has no title of its own. */
export function drawNotice({ sentence, offers, copy = [], tone = 'grey' }: NoticeCardInput, reader: Reader): Card {
  const said = say(sentence, reader);
  const actions = offers.map(({ label, invoke }, i): Action => ({
    label: say(label, reader),
    style: i === 0 ? 'primary' : 'default',
    placement: i < MAX_BUTTONS ? 'button' : 'menu',
    invoke,
    typed: typedOf(invoke, reader.locale),
  }));
  return {
    kind: 'notice',
    locale: reader.locale,
    tone,
    title: '',
    summary: said,
    blocks: [
      { type: 'text', style: 'plain', text: said },
      ...copy.filter((c) => c !== '').map((c): Block => ({ type: 'text', style: 'copy', text: c })),
    ],
    actions,
  };
}
