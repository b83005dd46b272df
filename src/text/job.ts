import { entry, type Entry } from './entry.ts';

const does = (zh: string, en: string): Entry<null> =>
  entry({ note: 'terminal, gongdan jobs: what a job does', sample: null, zh: () => zh, en: () => en });

/** What each job does, by its name. */
export const job = {
  anomaly: does('看有没有什么突然变多或变慢', 'looks whether there is more of something than ever'),
  archive: does('把早已关闭的工单移到归档', 'moves tickets closed long ago to the archive'),
  backup: does('每天备份一次', 'makes the daily backup'),
  'deadline-audit': does('核对每张没做完的工单会按时被看到', 'checks that open tickets are looked at in time'),
  digest: does('到时间发日报、周报、月报', 'sends the digests that are due'),
  handover: does('快下班的人交班', 'asks whose shift ends what becomes of their tickets'),
  ledger: does('核对每张工单在群里的位置', 'checks where tickets stand in groups'),
  retention: does('清除早已处理完的记录', 'forgets what was worked long ago'),
  retime: does('时限改了以后更新没做完的工单', 'brings open tickets under changed promises'),
  tally: does('核对统计用的数字', 'checks what figures count of tickets'),
  wake: does('叫醒到时间的工单', 'wakes tickets that are due'),
};

/** Every job there may be: one without words is no job. */
export type JobName = keyof typeof job;
