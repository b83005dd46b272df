import { afterEach, expect, test } from 'vitest';
import type { Form } from '../../../cards/card.ts';
import type { Accepted } from '../../../adapters/adapter.ts';
import { deferred } from '../../emulators/slack/wire.ts';
import { aCard } from '../../support/sandbox.ts';
import { CHANNEL, LILEI, runSlack, type RunningSlack } from '../../support/slack.ts';

let running: RunningSlack | null = null;
afterEach(() => running?.close());

const form: Form = {
  title: 'Note',
  submit: 'Note',
  invoke: { command: 'note', args: { ticket: '4821' } },
  fields: [{ name: 'text', label: 'Text', type: 'text', required: true, max: 100 }],
};

/** Somebody before a card, in a bot whose store has what they do at once and whose answers come when the test says. */
async function slowly() {
  const answer = deferred<Accepted['answer']>();
  const slack = await runSlack();
  running = slack;
  const { emulator, sink, workspace } = slack;
  sink.answer = () => answer.promise;
  const claim = { command: 'claim', args: { ticket: '4821' } };
  const card = aCard('T-4821', {
    actions: [{ label: 'Claim', style: 'primary', placement: 'button', typed: 'claim 4821', invoke: claim }],
  });
  const address = { platform: 'slack', app: 'slack', conversation: CHANNEL };
  await workspace.send(address, { type: 'card', card, version: 1, fallback: '' }, 'card-1');
  const ts = emulator.messages().at(-1)?.ts ?? '';
  return { emulator, sink, press: () => emulator.presses(LILEI, { channel: CHANNEL, ts }, 'do.0'), answer };
}

test('a press is acknowledged once it is stored, and the form it asks for opens when it is made', async () => {
  const { emulator, sink, press, answer } = await slowly();
  expect(await press()).toMatchObject({ status: 200 });
  expect(sink.events).toMatchObject([{ kind: 'invoke', invocation: { command: 'claim' } }]);
  expect(emulator.views(LILEI)).toEqual([]);
  answer.resolve({ message: null, form });
  await running?.slack.close();
  expect(emulator.views(LILEI)).toMatchObject([{ title: 'Note' }]);
});

test('so is a command', async () => {
  const { emulator, sink, answer } = await slowly();
  expect(await emulator.slash(LILEI, CHANNEL, 'note 4821')).toMatchObject({ status: 200 });
  expect(sink.events).toMatchObject([{ kind: 'message', text: '/note 4821' }]);
  answer.resolve({ message: null, form });
  await running?.slack.close();
  expect(emulator.views(LILEI)).toMatchObject([{ title: 'Note' }]);
});

test('what is wrong with a form comes with the acknowledgement, which waits for it', async () => {
  const { emulator, sink, press, answer } = await slowly();
  await press();
  answer.resolve({ message: null, form });
  await running?.slack.close();
  await running?.start();
  const late = deferred<Accepted['answer']>();
  sink.answer = () => late.promise;
  const submitting = emulator.submits(LILEI, { text: 'words' });
  const [field] = form.fields;
  if (field === undefined) throw new Error('the form has no field');
  late.resolve({ message: null, form: { ...form, fields: [{ ...field, error: 'too short' }] } });
  expect(await submitting).toMatchObject({ status: 200, body: { errors: { text: 'too short' } } });
});
