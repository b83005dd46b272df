import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Problem } from '../../adapters/shared/problem.ts';
import { urlHost, type Config } from '../config.ts';
import { foresee, type Foreseen } from '../flow/foresee.ts';
import { hookEvent } from '../flow/hook-event.ts';
import { hookSecretsOf } from '../flow/hook-secrets.ts';
import { MOST_BYTES, parseJson } from '../http/api/json.ts';
import { systemIds as ids } from '../ids.ts';
import { storeFolder } from '../place.ts';
import { loadSecrets } from '../secret.ts';
import { DEMO_HOOK, DEMO_HOOK_SECRET, provideDemo } from '../shop/demo.ts';
import { loadShop } from '../shop/shop.ts';
import { suggest } from '../shop/suggestion.ts';
import type { TerminalSentence } from '../text/text.ts';
import { createVault } from '../vault.ts';
import { mapEvent, type Mapped, type MappingFault } from '../webhooks/mapping.ts';
import { SIGNATURE_HEADER, signatureOf } from '../webhooks/signature.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

export const hookTest: CliVerb = {
  usage: 'hook test SOURCE FILE [--send]',
  summary: 'hook.test',
  run: async (context) => {
    const { config, args, tell, print } = context;
    const [source, file] = args.filter((word) => word !== '--send');
    if (source === undefined || file === undefined) throw refusal(config, { key: 'hook.which', params: null });
    const mapped = mapEvent(await sourceOf(config, source), (await read(config, file)).json);
    if (mapped.kind === 'fault') throw refusal(config, sentenceOf(mapped.fault));
    if (mapped.kind === 'ignored') tell({ key: 'hook.skipped', params: { rule: mapped.rule } });
    else await show(context, source, mapped);
    if (args.includes('--send')) {
      await send(context, source, file);
      return;
    }
    tell({ key: 'hook.by_hand', params: null });
    for (const line of byHand(config, source, file)) print(line);
  },
};

async function sourceOf(config: Config, source: string) {
  const path = config.shopFile ?? (await provideDemo(config.data, config.locale)).shop;
  const { hooks } = await loadShop(path, config.locale);
  const found = hooks.get(source);
  if (found !== undefined) return found;
  const params = { source, file: basename(path), suggestion: suggest(source, hooks.keys()) };
  throw refusal(config, { key: 'hook.no_source', params });
}

async function read(config: Config, file: string): Promise<{ readonly bytes: Buffer; readonly json: unknown }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    throw refusal(config, { key: 'hook.unreadable', params: { file } });
  }
  if (bytes.length > MOST_BYTES) throw refusal(config, { key: 'hook.too_large', params: { file, most: MOST_BYTES } });
  try {
    return { bytes, json: parseJson(bytes) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw refusal(config, { key: 'hook.not_json', params: { file, detail: error.message } });
  }
}

function sentenceOf(fault: MappingFault): TerminalSentence {
  switch (fault.code) {
    case 'no_rule':
      return { key: 'hook.no_rule', params: { paths: fault.paths } };
    case 'missing':
    case 'not_text':
      return { key: `hook.${fault.code}`, params: { rule: fault.rule, path: fault.path } };
    case 'too_long':
      return { key: 'hook.too_long', params: { rule: fault.rule, field: fault.field, most: fault.most } };
    case 'no_moment':
    case 'unknown_shop':
      return { key: `hook.${fault.code}`, params: { rule: fault.rule } };
  }
}

async function show(
  { config, clock, tell, print }: CliContext,
  source: string,
  { rule, id, report }: Extract<Mapped, { kind: 'report' }>,
): Promise<void> {
  const { digest: _digest, facts, customer, tags, updates, deadline, ...plain } = report;
  tell({ key: 'hook.rule', params: { rule } });
  const fields = {
    id,
    ...plain,
    update: updates,
    tags: tags.join(', '),
    deadline: deadline?.toISOString() ?? null,
    ...facts,
    ...(customer !== null && { customer: [customer.name, customer.place, customer.handle].join(' · ') }),
  };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== '' && value !== false)
      print(`  ${name.padEnd(9)} ${String(value).replaceAll('\n', `\n${' '.repeat(12)}`)}`);
  }
  // A look must not make a store where none is.
  if (config.mongodbUri === null && !existsSync(storeFolder(config))) {
    tell({ key: 'hook.by_itself', params: { updates } });
    return;
  }
  const event = hookEvent(source, id, report, clock.now());
  tell(foreseenSentence(await withStore(config, (store) => foresee({ store }, event))));
}

const foreseenSentence = (foreseen: Foreseen): TerminalSentence =>
  foreseen.kind === 'tells'
    ? { key: 'hook.tells', params: { no: foreseen.ticket.number } }
    : { key: `hook.${foreseen.kind}`, params: null };

/** Where the bot listens, seen from this machine. */
function urlOf({ publicUrl, host, port }: Config, source: string): string {
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${publicUrl ?? `http://${urlHost(here)}:${port}`}/hooks/${source}`;
}

const quoted = (word: string): string =>
  /^[\w./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The commands that send a file, as docs/webhooks.md has them. */
function byHand(config: Config, source: string, file: string): readonly string[] {
  const secret = config.shopFile === null && source === DEMO_HOOK ? DEMO_HOOK_SECRET : '...';
  return [
    `secret=${secret} file=${quoted(file)} t=$(date +%s)`,
    `v1=$({ printf '%s.' "$t"; cat "$file"; } | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')`,
    `curl -sS ${urlOf(config, source)} -H 'Content-Type: application/json' -H "${SIGNATURE_HEADER}: t=$t,v1=$v1" --data-binary "@$file"`,
  ];
}

async function send({ config, clock, tell, print }: CliContext, source: string, file: string): Promise<void> {
  const { bytes } = await read(config, file);
  const vault = createVault(loadSecrets(config.secret, ids, config.locale), ids);
  const [secret] = await withStore(config, (store) => hookSecretsOf({ store, vault }, `in:${source}`));
  if (secret === undefined) throw refusal(config, { key: 'hook.no_secret', params: { source } });
  const url = urlOf(config, source);
  let response: Response;
  try {
    const headers = {
      'Content-Type': 'application/json',
      [SIGNATURE_HEADER]: signatureOf([secret], clock.now(), bytes),
    };
    response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes), redirect: 'manual' });
  } catch {
    throw refusal(config, { key: 'hook.unreachable', params: { url } });
  }
  tell({ key: 'hook.sent', params: { url, status: response.status } });
  print(await response.text());
}
