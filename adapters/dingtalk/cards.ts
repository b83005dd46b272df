import * as z from 'zod';
import type { OutMessage } from '../adapter.ts';
import { cut } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import type { Client } from './client.ts';
import { codeOf, undelivered } from './failures.ts';
import { dingtalkCard } from './limits.ts';
import type { Media } from './media.ts';
import { publicTextVariables, publicVariables } from './public-card.ts';
import { cardVariables, textVariables } from './render.ts';
import type { Rung } from './rungs.ts';

/** Where a card goes: one person's chat with the bot, or a group, and there perhaps to one member only. */
export type Target = { readonly user: string } | { readonly group: string; readonly only: string | null };

type CardRung = Exclude<Rung, 'links'>;
type Values = Readonly<Record<string, string>>;

/** Interactive cards (fact sheet, 4.1 and 4.2). All reject with `DeliveryError`. */
export interface Cards {
  /** Posts a card; the id of its message, null where DingTalk did not say or it stands already. */
  deliver(
    target: Target,
    card: { readonly id: string; readonly template: string; readonly rung: CardRung; readonly message: OutMessage },
  ): Promise<string | null>;
  /** Posts a card that is a form and nothing else. */
  ask(
    target: Target,
    card: { readonly id: string; readonly template: string; readonly title: string; readonly values: Values },
  ): Promise<string | null>;
  /** Changes what everybody sees; `own`: and what these people alone see. */
  change(
    id: string,
    to: { readonly rung: CardRung; readonly message: OutMessage; readonly own: ReadonlyMap<string, Values> },
  ): Promise<void>;
  /** Changes what one person sees. */
  show(id: string, user: string, values: Values): Promise<void>;
}

const CREATE = '/v1.0/card/instances/createAndDeliver';
const DELIVER = '/v1.0/card/instances/deliver';
const CARDS = '/v1.0/card/instances';
/** Our id is taken: it was posted before. */
const STANDS = 'param.cardAlreadyExist';

const results = z
  .array(z.object({ success: z.boolean(), carrierId: z.string().nullish(), errorMsg: z.string().nullish() }))
  .default([]);
const delivered = z.object({ result: z.object({ deliverResults: results }) });
const deliveredOnly = z.object({ result: results });
type Delivered = z.output<typeof results>[number];

/** Cards remembered here that were made and not delivered. */
const MOST_UNSEEN = 10_000;

const spaceOf = (target: Target): string =>
  'user' in target ? `dtv1.card//IM_ROBOT.${target.user}` : `dtv1.card//IM_GROUP.${target.group}`;

export function createCards(deps: {
  readonly client: Client;
  readonly robotCode: string;
  readonly media: Media;
  /** How presses come back. */
  readonly callback:
    | { readonly callbackType: 'STREAM' }
    | { readonly callbackType: 'HTTP'; readonly callbackRouteKey: string };
}): Cards {
  const { client, robotCode, media, callback } = deps;
  /** Cards that DingTalk made and delivered to nobody: making them again would say that they stand. */
  const unseen = new Set<string>();

  const post = async (
    target: Target,
    card: { id: string; template: string; summary: string; values: Values; own?: ReadonlyMap<string, Values> },
  ): Promise<string | null> => {
    const { id, template, summary, values, own = new Map() } = card;
    const space = {
      supportForward: false,
      lastMessageI18n: { ZH_CN: summary },
      searchSupport: { searchIcon: '', searchTypeName: '', searchDesc: cut(summary, 200) },
      notification: { alertContent: summary, notificationOff: false },
    };
    const where =
      'user' in target
        ? {
            imRobotOpenSpaceModel: space,
            imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
          }
        : {
            imGroupOpenSpaceModel: space,
            imGroupOpenDeliverModel: {
              robotCode,
              ...(target.only !== null && { recipients: [target.only], atUserIds: { [target.only]: target.only } }),
            },
          };
    const place = { outTrackId: id, openSpaceId: spaceOf(target), userIdType: 1, ...where };
    const body = {
      cardTemplateId: template,
      ...callback,
      cardData: { cardParamMap: values },
      ...privately(own),
      ...place,
    };
    try {
      if (unseen.has(id)) return seenIn(id, DELIVER, (await client.api('POST', DELIVER, deliveredOnly, place)).result);
      return seenIn(id, CREATE, (await client.api('POST', CREATE, delivered, body)).result.deliverResults);
    } catch (error) {
      if (codeOf(error) === STANDS) return null;
      throw error;
    }
  };

  /** The id of the message; HTTP 200 does not say that anybody sees the card. */
  const seenIn = (id: string, path: string, results: readonly Delivered[]): string | null => {
    const failed = results.find(({ success }) => !success);
    if (failed === undefined) {
      unseen.delete(id);
      return results[0]?.carrierId ?? null;
    }
    unseen.add(id);
    const [oldest] = unseen;
    if (unseen.size > MOST_UNSEEN && oldest !== undefined) unseen.delete(oldest);
    throw undelivered(path, failed.errorMsg ?? null);
  };

  const valuesOf = async (rung: CardRung, message: OutMessage): Promise<Values> => {
    if (message.type === 'text')
      return rung === 'own' ? textVariables(message.text) : publicTextVariables(message.text);
    const { card, version } = message;
    if (rung === 'public') return publicVariables(card, version);
    const files = card.blocks.flatMap((b) => (b.type === 'image' ? [b.file] : []));
    const pictures = await Promise.all(files.map(async (file) => [file, await media.mediaIdOf(file)] as const));
    return cardVariables(card, version, new Map(pictures.flatMap(([file, id]) => (id === null ? [] : [[file, id]]))));
  };

  const put = (id: string, body: Readonly<Record<string, unknown>>): Promise<unknown> =>
    client.api('PUT', CARDS, z.unknown(), {
      outTrackId: id,
      ...body,
      userIdType: 1,
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
    });

  const privately = (own: ReadonlyMap<string, Values>) =>
    own.size === 0
      ? {}
      : { privateData: Object.fromEntries(Array.from(own, ([user, cardParamMap]) => [user, { cardParamMap }])) };

  return {
    async deliver(target, { id, template, rung, message }) {
      const summary = summaryOf(message);
      return post(target, { id, template, summary, values: await valuesOf(rung, message) });
    },
    ask: (target, { id, template, title, values }) => {
      // What somebody alone sees can be taken from them again; what everybody does stays behind it.
      const user = 'user' in target ? target.user : (target.only ?? '');
      const shared = { ...textVariables(''), title };
      return post(target, { id, template, summary: title, values: shared, own: new Map([[user, values]]) });
    },
    async change(id, { rung, message, own }) {
      await put(id, { cardData: { cardParamMap: await valuesOf(rung, message) }, ...privately(own) });
    },
    async show(id, user, values) {
      await put(id, privately(new Map([[user, values]])));
    },
  };
}

/** The line for notifications and the list of chats. */
function summaryOf(message: OutMessage): string {
  const line = neutralLine(message.type === 'card' ? message.card.summary : message.text);
  return cut(line, dingtalkCard.own.summary) || '…';
}
