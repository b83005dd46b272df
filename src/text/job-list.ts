import { entry } from './entry.ts';
import type { Format } from './format.ts';

const UNITS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  second: ['秒', 'second'],
  minute: ['分钟', 'minute'],
  hour: ['小时', 'hour'],
  day: ['天', 'day'],
  week: ['周', 'week'],
};

/** `10 minutes` as people say it; a cron line stays as it is. */
function every(schedule: string, zh: boolean): string {
  const [, count = '', word = ''] = /^(\d+) (\w+?)s?$/u.exec(schedule) ?? [];
  const unit = UNITS[word];
  if (unit === undefined) return schedule;
  if (zh) return count === '1' && word === 'day' ? '每天' : `每 ${count} ${unit[0]}`;
  return count === '1' ? `every ${unit[1]}` : `every ${count} ${unit[1]}s`;
}

/** The last run that is over. `cut`: its process went away with it. */
export interface LastRun {
  readonly at: Date;
  readonly outcome: 'done' | 'failed' | 'cut';
  /** Null: not known. */
  readonly tookMs: number | null;
  /** Number of the failure. */
  readonly error: string | null;
}

interface JobLine {
  /** What it does, in the reader's words. */
  readonly what: string;
  readonly every: string;
  /** Null: it never ran. */
  readonly last: LastRun | null;
  readonly next: Date | null;
  /** Null: it does not run now. */
  readonly running: { readonly since: Date; readonly process: string | null } | null;
  /** How late it is, where that is too much, ms. */
  readonly lateMs: number | null;
  readonly failures: number;
}

/** What `gongdan jobs` says. */
export const jobList = {
  none: entry({
    note: 'terminal, gongdan jobs before the bot was ever started',
    sample: null,
    zh: () => '还没有定时任务：启动一次就有了',
    en: () => 'No jobs yet: they are made when the bot starts',
  }),
  job: entry<JobLine>({
    note: 'terminal, gongdan jobs: after the name of a job',
    sample: {
      what: '叫醒到时间的工单',
      every: '10 minutes',
      last: { at: new Date('2026-11-11T06:30:00Z'), outcome: 'failed', tookMs: 1_200, error: 'E-7F3K2M' },
      next: new Date('2026-11-11T06:40:00Z'),
      running: { since: new Date('2026-11-11T06:30:30Z'), process: '3f2a' },
      lateMs: 720_000,
      failures: 3,
    },
    zh: (p, f) =>
      [
        p.what,
        every(p.every, true),
        p.last === null ? '还没运行过' : `上次 ${f.clock(p.last.at)} ${lastZh(p.last, f)}`,
        ...(p.failures > 0 ? [`共失败 ${p.failures} 次`] : []),
        ...(p.running === null
          ? []
          : [
              `正在运行，从 ${f.clock(p.running.since)} 起${p.running.process === null ? '' : `，进程 ${p.running.process}`}`,
            ]),
        ...(p.next === null ? [] : [`下次 ${f.clock(p.next)}`]),
        ...(p.lateMs === null ? [] : [`晚了 ${f.duration(p.lateMs)}`]),
      ].join(' · '),
    en: (p, f) =>
      [
        p.what,
        every(p.every, false),
        p.last === null ? 'never ran' : `last ${f.clock(p.last.at)} ${lastEn(p.last, f)}`,
        ...(p.failures > 0 ? [`failures: ${p.failures}`] : []),
        ...(p.running === null
          ? []
          : [
              `running since ${f.clock(p.running.since)}${p.running.process === null ? '' : ` in process ${p.running.process}`}`,
            ]),
        ...(p.next === null ? [] : [`next ${f.clock(p.next)}`]),
        ...(p.lateMs === null ? [] : [`${f.duration(p.lateMs)} late`]),
      ].join(' · '),
  }),
};

function lastZh({ outcome, tookMs, error }: LastRun, f: Format): string {
  if (outcome === 'cut') return '没做完';
  const took = tookMs === null ? '' : `，用了 ${f.duration(tookMs)}`;
  if (outcome === 'done') return `完成${took}`;
  return error === null ? `失败${took}` : `失败${took}，编号 ${error}（gongdan trace ${error}）`;
}

function lastEn({ outcome, tookMs, error }: LastRun, f: Format): string {
  if (outcome === 'cut') return 'cut short';
  const took = tookMs === null ? '' : ` in ${f.duration(tookMs)}`;
  if (outcome === 'done') return `done${took}`;
  return error === null ? `failed${took}` : `failed${took} as ${error} (gongdan trace ${error})`;
}
