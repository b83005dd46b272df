import { accountKey } from '../../src/domain/address.ts';
import { decodeInvocation } from '../../cards/invocation.ts';
import type { InboundInvoke, InboundLifecycle, InboundMessage } from '../adapter.ts';
import { head } from '../shared/strings.ts';
import type { Piece } from './files-in.ts';
import { lendCode } from './grants.ts';
import type { Clicked, InboundParts } from './parts.ts';
import { placeOf } from './places.ts';
import type { AppEvent } from './schema.ts';

/** How long somebody's name is waited for, ms: nothing is stored before. */
const NAME_MS = 300;
/** How long a form is waited for that what was typed asks for, ms. */
const FORM_BY_MS = 8_000;
/** Characters of a message that a ticket takes. */
const MOST_TEXT = 20_000;

const PIECES: Readonly<Partial<Record<string, Piece['kind']>>> = {
  image: 'picture',
  voice: 'audio',
  video: 'video',
  file: 'file',
};

/** What comes from the app: words and files in somebody's own chat with it, presses, the menu, who may use it. Rejects when it could not be stored. */
export function createHeard(parts: InboundParts & { readonly clicked: Clicked }) {
  const { app, clock, sink, people, files, posting, words, locale, within, clicked } = parts;

  const from = async (id: string, user: string) => {
    const receivedAt = clock.now();
    const profile = await within(people.lookUp(user), NAME_MS, null);
    const sender = { id: user, name: profile?.name ?? '' };
    return { platform: 'wecom', app, id, conversation: placeOf(user), sender, receivedAt };
  };

  const shown = async (user: string, given: InboundMessage | InboundInvoke, stored: () => void): Promise<void> => {
    const { answer } = await sink().accept(given, { answerBy: FORM_BY_MS, only: 'form', stored });
    if (answer?.form != null) await posting.form({ conversation: user, user }, answer.form, `${given.id}:form`);
  };

  return async (event: AppEvent, stored: () => void): Promise<void> => {
    const { id, user } = event;
    switch (event.kind) {
      case 'message': {
        const kind = PIECES[event.sort];
        const pieces = kind === undefined || event.mediaId === null ? [] : [{ kind, mediaId: event.mediaId }];
        const [base, attachments] = await Promise.all([
          from(id, user),
          files.take(pieces, accountKey({ platform: 'wecom', app, user })),
        ]);
        const text = head(event.text.trim(), MOST_TEXT);
        const message: InboundMessage = {
          ...base,
          kind: 'message',
          text,
          attachments,
          addressed: true,
          takesForm: true,
        };
        await shown(user, message, stored);
        return;
      }
      case 'unreadable':
        stored();
        await posting.tell({ conversation: user, user }, words('unsupported', locale), `${id}:unsupported`);
        return;
      case 'menu': {
        const invocation = decodeInvocation(event.key);
        if (invocation === null) return;
        await shown(user, { ...(await from(id, user)), kind: 'invoke', invocation }, stored);
        return;
      }
      case 'click': {
        const { task, key, chosen, code } = event;
        const now = clock.now();
        const lent = code === null ? null : (surface: string) => lendCode(code, now, surface);
        await clicked({ id, user, conversation: user, task, key, chosen, lent }, stored);
        return;
      }
      case 'joined':
        people.forget(user);
        return;
      case 'left': {
        people.forget(user);
        // Nobody says who did it, and whoever is out of sight has no name any more.
        const event: InboundLifecycle = {
          platform: 'wecom',
          app,
          id,
          conversation: { id: 'organisation', kind: 'system' },
          sender: { id: '', name: '' },
          receivedAt: clock.now(),
          kind: 'lifecycle',
          what: 'member_left',
          member: { id: user, name: '' },
        };
        await sink().accept(event, { answerBy: 0 });
        return;
      }
      case 'other':
        return;
    }
  };
}
