import { LIMITS, type PolicyChange, type Scope } from '../src/domain/overrides.ts';
import type { Args, Command } from './command.ts';

/** A change that is about everything is one of all of the scope's promises. */
function changeOf({ tickets, promise, limit }: Args): PolicyChange | null {
  const scope = (tickets ?? null) as Scope | null;
  if (promise === undefined || promise === 'reset')
    return promise === undefined ? null : { scope, limit: null, ms: null };
  const ms = limit === undefined || limit === 'file' ? null : Number(limit);
  return { scope: scope ?? 'all', limit: LIMITS.find((name) => name === promise) ?? null, ms };
}

export const policy: Command = {
  name: 'policy',
  zh: '时限策略',
  initials: 'sxcl',
  aliases: ['sla'],
  summary: 'command.summary_policy',
  subject: 'none',
  params: [
    { name: 'tickets', type: 'tickets', required: false, label: 'command.label_tickets' },
    { name: 'promise', type: 'promise', required: false, label: 'command.label_promise' },
    { name: 'limit', type: 'limit', required: false, label: 'command.label_limit' },
    { name: 'edit', type: 'sure', required: false, way: 'button', label: 'command.label_edit' },
    { name: 'seen', type: 'line', required: false, way: 'button', label: 'command.label_seen' },
    { name: 'sure', type: 'sure', required: false, way: 'button', label: 'command.label_sure' },
  ],
  permission: 'lead',
  opens: (args) => args['edit'] === 'yes',
  run: async (args) => {
    const { tickets, promise, limit, seen = '' } = args;
    if (promise === undefined && (tickets !== undefined || limit !== undefined))
      return { kind: 'wrong', fields: [{ param: 'promise', why: { key: 'policy.which', params: null } }] };
    if (promise !== undefined && promise !== 'reset' && limit === undefined)
      return { kind: 'wrong', fields: [{ param: 'limit', why: { key: 'policy.how_long', params: null } }] };
    if (promise === 'reset' && limit !== undefined && limit !== 'file')
      return { kind: 'wrong', fields: [{ param: 'limit', why: { key: 'policy.no_length', params: null } }] };
    return { kind: 'policy', change: changeOf(args), seen, sure: args['sure'] === 'yes' };
  },
};
