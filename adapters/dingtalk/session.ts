import * as z from 'zod';
import { DeliveryError } from '../../src/errors.ts';
import { exchange, readOld } from './exchange.ts';
import { spoken } from './lines.ts';

const PATH = '/robot/sendBySession';

/** Words as a webhook takes them: as text, in which nothing means anything; with an @ of `named`, a user id, for whom they are. */
export function wordsBody(words: string, named: string | null): Readonly<Record<string, unknown>> {
  // Both are needed to reach somebody: the name in the words, and the list.
  const said = spoken(words);
  const content = named === null ? said : `@${named} ${said}`;
  const at = { atUserIds: named === null ? [] : [named], atMobiles: [], isAtAll: false };
  return { msgtype: 'text', text: { content }, at };
}

/**
 * Answers by the webhook that came with a message (fact sheet, 3.4). One that does not lie where DingTalk's API does is none of
 * DingTalk's. @throws DeliveryError; `gone` when the session is over.
 */
export async function answerSession(
  url: string,
  oapiUrl: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (!URL.canParse(url) || new URL(url).origin !== new URL(oapiUrl).origin)
    throw new DeliveryError('gone', `${PATH}: not an address of DingTalk's`);
  readOld(PATH, z.unknown(), await exchange({ path: PATH, url: new URL(url), body }));
}
