import { refuse, text, type Call, type Methods } from './api-method.ts';
import type { Json } from './block-kit-rules.ts';
import { enterpriseJson } from './shapes.ts';
import { APP, teamOf, type State } from './state.ts';

const TEN_MINUTES = 600_000;

/** Where the page on which somebody allows the app sends the browser; null: the app or its page is wrong. */
export function authorize(state: State, query: URLSearchParams): string | null {
  const target = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== APP.clientId || !URL.canParse(target)) return null;
  const back = new URL(target);
  back.searchParams.set('state', query.get('state') ?? '');
  const team = query.get('team') ?? [...state.teams.keys()][0];
  if (team === undefined || query.has('deny')) {
    back.searchParams.set('error', 'access_denied');
    return back.href;
  }
  teamOf(state, team);
  const code = state.next('code.');
  const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope !== '');
  const expiresAt = state.clock.now().getTime() + TEN_MINUTES;
  state.codes.set(code, { team, redirectUri: target, scopes, expiresAt });
  back.searchParams.set('code', code);
  return back.href;
}

function access({ slack, args }: Call): Json {
  const { state } = slack;
  if (text(args, 'client_id') !== APP.clientId) refuse('invalid_client_id');
  if (text(args, 'client_secret') !== APP.clientSecret) refuse('bad_client_secret');
  const code = state.codes.get(text(args, 'code'));
  state.codes.delete(text(args, 'code'));
  if (code === undefined || code.expiresAt <= state.clock.now().getTime()) return refuse('invalid_code');
  const redirect = text(args, 'redirect_uri');
  if (redirect !== '' && redirect !== code.redirectUri) refuse('bad_redirect_uri');
  const known = teamOf(state, code.team);
  // Scopes add up over installations, and a token that was worthless is good again.
  const team = { ...known, scopes: [...new Set([...known.scopes, ...code.scopes])] };
  state.teams.set(team.id, team);
  state.revoked.delete(team.id);
  const installer = [...state.users.values()].find((u) => u.seenIn === team.id && !u.isBot);
  return {
    app_id: APP.id,
    authed_user: { id: installer?.id ?? team.botUser },
    scope: team.scopes.join(','),
    token_type: 'bot',
    access_token: team.botToken,
    bot_user_id: team.botUser,
    team: team.orgWide ? null : { id: team.id, name: team.name },
    enterprise: enterpriseJson(team),
    is_enterprise_install: team.orgWide,
  };
}

export const OAUTH: Methods = {
  'oauth.v2.access': { token: 'none', required: ['code'], run: access },
};
