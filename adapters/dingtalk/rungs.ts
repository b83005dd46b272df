import type { Clock } from '../../src/clock.ts';
import type { Log } from '../../src/log.ts';

/** How a card is shown: by the merchant's own template, by DingTalk's public one, or as links that send words. */
export type Rung = 'own' | 'public' | 'links';

/** DingTalk's public template with buttons that call back (fact sheet, 4.5). */
export const PUBLIC_TEMPLATE = '382e4302-551d-4880-bf29-a30acfab2e71.schema';

/** What says that no card of this template can be had now (fact sheet, 4.1). */
const NOT_TO_BE_HAD: ReadonlySet<string> = new Set([
  'param.templateNotExist',
  'param.templateUnpublished',
  'param.cardTemplateIdEmpty',
  'template.stopped',
  'Forbidden.AccessDenied.AccessTokenPermissionDenied',
]);

/** How long a rung that gave way is not tried, ms: somebody may be putting it right. */
const AGAIN_MS = 10 * 60_000;

/** The best rung that is to be had now. */
export interface Rungs {
  now(): Rung;
  /** The template a rung sends; of links there is none. */
  templateOf(rung: Exclude<Rung, 'links'>): string;
  /** Whether this answer means that the rung cannot be had: then the next one counts for a while. */
  gaveWay(rung: Exclude<Rung, 'links'>, code: string | null): boolean;
  /** DingTalk's word for why a better rung is not to be had; null: the best that was asked for is. */
  why(): string | null;
}

/** `template`: a template's id, `public` or `none`. */
export function createRungs(template: string, clock: Clock, log: Pick<Log, 'warn'>): Rungs {
  const best: Rung = template === 'none' ? 'links' : template === 'public' ? 'public' : 'own';
  const away = new Map<Rung, { readonly until: number; readonly code: string }>();
  const isAway = (rung: Rung): boolean => (away.get(rung)?.until ?? 0) > clock.monotonic();
  const now = (): Rung => {
    if (best === 'links') return 'links';
    if (best === 'own' && !isAway('own')) return 'own';
    return isAway('public') ? 'links' : 'public';
  };
  return {
    now,
    templateOf: (rung) => (rung === 'own' ? template : PUBLIC_TEMPLATE),
    gaveWay(rung, code) {
      if (code === null || !NOT_TO_BE_HAD.has(code)) return false;
      if (!isAway(rung))
        log.warn('cards of this template cannot be had at DingTalk: simpler ones are sent for a while', {
          platform: 'dingtalk',
          what: `${rung}: ${code}`,
        });
      away.set(rung, { until: clock.monotonic() + AGAIN_MS, code });
      return true;
    },
    why: () => (now() === best ? null : (away.get(best)?.code ?? null)),
  };
}
