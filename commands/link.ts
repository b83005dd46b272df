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
    const glued = args['to'] === undefined && code !== undefined ? codeIn(code) : null;
    if (glued !== null) return { kind: 'code', ...glued };
    const { to } = args;
    if (to === 'admin' || to === 'account') return { kind: 'code', of: to, code: code ?? '' };
    if (code !== undefined) {
      const possible = [...context.directory.teams.values()].map((t) => ({ 'zh-CN': t.name, en: t.name }));
      return to === undefined
        ? { kind: 'refused', refusal: { code: 'unknown_value', what: 'team', given: head(code, 20), possible } }
        : { kind: 'refused', refusal: { code: 'unexpected', verb: 'link', given: head(code, 20) } };
    }
    return { kind: 'link', team: to?.replace(/^team:/u, '') ?? null, sure: args['sure'] === 'yes' };
  },
};

const ADMIN = /^(?:管理员|admin)[\s:]*/iu;
/** Words that are short or begin others end where a code may begin. */
const ACCOUNT = /^(?:[账帐][号户]|我(?=[\s:a-z\d]|$)|(?:account|me)(?=[\s:]|$))[\s:]*/iu;

/** The code in what stands behind the verb when somebody sends one, or asks for theirs (an empty one); null: they ask for something else. */
export function codeIn(line: string): { readonly of: 'admin' | 'account'; readonly code: string } | null {
  const plain = line.normalize('NFKC').trim();
  if (ADMIN.test(plain)) return { of: 'admin', code: plain.replace(ADMIN, '') };
  return ACCOUNT.test(plain) ? { of: 'account', code: plain.replace(ACCOUNT, '') } : null;
}
