import { entry } from './entry.ts';

const STAGE = {
  in: ['来件', 'in'],
  decided: ['判定', 'decided'],
  sent: ['发出', 'sent'],
  answered: ['回应', 'answered'],
  failed: ['出错', 'failed'],
} as const;

const GONE = {
  inbox: ['处理完的来件', 'worked events'],
  outbox: ['送达的发件', 'delivered messages and cards'],
  errors: ['错误', 'errors'],
} as const;

const isError = (number: string): boolean => /^E-/iu.test(number);

/** What `gongdan trace` says around its lines. */
export const trace = {
  stage: entry<{ stage: keyof typeof STAGE }>({
    note: 'terminal, first word of a line of a trace; all of one width',
    sample: { stage: 'decided' },
    zh: (p) => STAGE[p.stage][0],
    en: (p) => STAGE[p.stage][1].padEnd(8),
  }),
  gone: entry<{ what: keyof typeof GONE; days: number }>({
    note: 'terminal, above a trace of something that is older than what is kept',
    sample: { what: 'inbox', days: 7 },
    zh: (p) => `（${GONE[p.what][0]}只保留 ${p.days} 天，更早的已清除）`,
    en: (p) => `(${GONE[p.what][1]} older than ${p.days} days are gone)`,
  }),
  which: entry({
    note: 'terminal, trace without a number',
    sample: null,
    zh: () => '请写上编号，例如 gongdan trace T-4821 或 gongdan trace E-7F3K2M',
    en: () => 'Name a number, such as gongdan trace T-4821 or gongdan trace E-7F3K2M',
  }),
  unknown: entry<{ number: string }>({
    note: 'terminal, trace of a number that the store does not know; errors are kept for 30 days',
    sample: { number: 'E-7F3K2M' },
    zh: (p) =>
      isError(p.number)
        ? `这里没有 ${p.number}（错误编号只保留 30 天；出错时连不上存储的，只在日志里）`
        : `没有 ${p.number} 这张工单`,
    en: (p) =>
      isError(p.number)
        ? `${p.number} is not known here (errors are kept for 30 days; one that met a store that was away stands in the log alone)`
        : `There is no ticket ${p.number}`,
  }),
};
