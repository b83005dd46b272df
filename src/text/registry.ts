import { anomaly } from './anomaly.ts';
import { backlog } from './backlog.ts';
import { backup } from './backup.ts';
import { board } from './board.ts';
import { calendars } from './calendars.ts';
import { card } from './card.ts';
import { digest } from './digest.ts';
import { dingtalk } from './dingtalk.ts';
import { dingtalkDoctor } from './dingtalk-doctor.ts';
import { doctor } from './doctor.ts';
import { duty } from './duty.ts';
import { field } from './field.ts';
import { handover } from './handover.ts';
import { home } from './home.ts';
import { history } from './history.ts';
import { cli } from './cli.ts';
import { command } from './command.ts';
import { file } from './file.ts';
import { figures } from './figures.ts';
import { filing } from './filing.ts';
import { flow } from './flow.ts';
import { hook } from './hook.ts';
import { init } from './init.ts';
import { job } from './job.ts';
import { jobList } from './job-list.ts';
import { link } from './link.ts';
import { letters } from './letters.ts';
import { notice } from './notice.ts';
import { outage } from './outage.ts';
import { email, gateway } from './outside.ts';
import { outsideDoctor } from './outside-doctor.ts';
import { people } from './people.ts';
import { ping } from './ping.ts';
import { policy } from './policy.ts';
import { problem } from './problem.ts';
import { quota } from './quota.ts';
import { refusal } from './refusal.ts';
import { sandbox } from './sandbox.ts';
import { sendTest } from './send-test.ts';
import { setup } from './setup.ts';
import { slack } from './slack.ts';
import { slackDoctor } from './slack-doctor.ts';
import { status } from './status.ts';
import { trace } from './trace.ts';
import { subscription } from './subscription.ts';
import { value } from './value.ts';
import { wecom } from './wecom.ts';
import { wecomDoctor } from './wecom-doctor.ts';
import { wecomPage } from './wecom-page.ts';

/** Every catalogue by area; a key is `area.name`. */
export const catalogues = {
  anomaly,
  backlog,
  backup,
  board,
  calendars,
  card,
  cli,
  command,
  digest,
  dingtalk,
  dingtalk_doctor: dingtalkDoctor,
  doctor,
  duty,
  email,
  field,
  file,
  figures,
  filing,
  flow,
  gateway,
  handover,
  history,
  home,
  hook,
  init,
  job,
  job_list: jobList,
  letters,
  link,
  notice,
  outage,
  outside_doctor: outsideDoctor,
  people,
  ping,
  policy,
  problem,
  quota,
  refusal,
  sandbox,
  send_test: sendTest,
  setup,
  slack,
  slack_doctor: slackDoctor,
  status,
  trace,
  subscription,
  value,
  wecom,
  wecom_doctor: wecomDoctor,
  wecom_page: wecomPage,
} as const;
