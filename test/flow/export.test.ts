import { expect, it } from 'vitest';
import { tallyOf, type Tally } from '../../src/domain/tally.ts';
import { csvOf, jsonlOf } from '../../src/flow/export.ts';
import { aTicket, minutes } from '../support/tickets.ts';

async function* these(...tallies: readonly Tally[]): AsyncGenerator<Tally> {
  yield* tallies;
}
async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
const tally = tallyOf(aTicket({ respondedAt: minutes(4), took: { firstResponse: 200_000 }, reopens: [minutes(9)] }));

it('a table is what programs for tables read: with a mark of its encoding, quoted, and harmless', async () => {
  const hostile: Tally = {
    ...tally,
    category: '=HYPERLINK("http://evil","x")',
    shop: '+1',
    team: '-a',
    source: '@x',
    region: '\tx',
  };
  const csv = await whole(csvOf(these(tally, { ...hostile, resolver: 'a,b\r\n"c"' })));
  expect(csv.startsWith('\uFEFFticket,status,team,')).toBe(true);
  const [head = '', first = '', ...rest] = csv.slice(1).split('\r\n');
  expect(first.split(',')).toHaveLength(head.split(',').length);
  const cells = new Map(head.split(',').map((name, i) => [name, first.split(',')[i]]));
  expect(Object.fromEntries(cells)).toMatchObject({
    ticket: 'T-4821',
    opened_at: '2026-11-11T06:29:00.000Z',
    first_response_working_ms: '200000',
    first_response_ms: '300000',
    resolved_at: '',
    reopened: '1',
    merged: 'false',
  });
  expect(rest.join('\r\n')).toBe(
    `T-4821,new,'-a,'+1,"'=HYPERLINK(""http://evil"",""x"")",'@x,normal,,"a,b\r\n""c""",2026-11-11T06:29:00.000Z,2026-11-11T06:34:00.000Z,,,200000,300000,,,,,1,0,0,false,'\tx\r\n`,
  );
});

it('lines of JSON have the same, and neither tells what a customer wrote', async () => {
  const jsonl = await whole(jsonlOf(these(tally, tally)));
  const lines = jsonl.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ticket: 'T-4821', first_response_ms: 300_000, resolved_at: null });
  const { subject, description, customer, facts } = aTicket();
  for (const text of [jsonl, await whole(csvOf(these(tally))), JSON.stringify(tally)])
    for (const word of [subject, description, customer.name, facts.order ?? '', facts.tracking ?? ''])
      expect(text).not.toContain(word);
});
