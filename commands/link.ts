import type { Command } from './command.ts';
import { head } from './fold.ts';

export const link: Command = {
  name: 'link',
  zh: '绑定',
  initials: 'bd',
  aliases: ['改绑', 'bind'],
  summary: 'command.summary_link',
  subject: 'none',
  params: [
    { name: 'to', type: 'link', required: false, label: 'command.label_link' },
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
    { name: 'code', type: 'rest', required: false, label: 'command.label_code', max: 40 },
  ],
  permission: 'member',
  run: async (args, context) => {
    const { code } = args;
    // `绑定管理员ABCD2345`: a code may stick to the word before it.
    const glued = args['to'] === undefined && code !== undefined ? adminCode(code) : null;
    if (glued !== null) return { kind: 'admin', code: glued };
    const { to } = args;
    if (code !== undefined && to !== 'admin') {
      const possible = [...context.directory.teams.values()].map((t) => ({ 'zh-CN': t.name, en: t.name }));
      return to === undefined
        ? { kind: 'refused', refusal: { code: 'unknown_value', what: 'team', given: head(code, 20), possible } }
        : { kind: 'refused', refusal: { code: 'unexpected', verb: 'link', given: head(code, 20) } };
    }
    if (to === 'admin') return { kind: 'admin', code: code ?? '' };
    return { kind: 'link', team: to?.replace(/^team:/u, '') ?? null, sure: args['sure'] === 'yes' };
  },
};

const ADMIN = /^(?:管理员|admin)[\s:：]*/iu;

/** The code in what stands behind the verb when somebody asks to be the first admin; null: they ask for something else. */
export const adminCode = (line: string): string | null => (ADMIN.test(line) ? line.replace(ADMIN, '').trim() : null);
