import type { CustomerMessage } from '../storage/messages.ts';
import { oneLine, type Source } from './trace.ts';

/** The messages with the customer: where each stands, and under which id the platform knows it. */
export const messagesOf: Source = async (_store, { messages }) =>
  messages.map((message) => ({
    at: message.at,
    stage: message.direction === 'in' ? 'in' : 'sent',
    what: message.direction === 'elsewhere' ? 'told-elsewhere' : 'text',
    fields: {
      message: message._id,
      ...lengthOf(message),
      state: message.state,
      ref: message.platformId === null ? undefined : oneLine(message.platformId),
      corrects: message.corrects,
    },
  }));

const lengthOf = ({ body }: CustomerMessage): Record<string, string | number> =>
  'text' in body ? { chars: body.text.length, files: body.attachments.length } : { sentence: body.sentence.key };
