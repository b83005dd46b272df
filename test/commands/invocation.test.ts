import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInvocation, encodeInvocation } from '../../cards/invocation.ts';
import { commands } from '../../commands/registry.ts';
import { formFor } from '../../commands/form.ts';
import { aContext } from './context.ts';

describe('an invocation as text', () => {
  it('comes back as it was, for every verb and any values', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...commands), fc.array(value, { maxLength: 3 }), (command, values) => {
        const args = Object.fromEntries(
          ['ticket', ...command.params.map((p) => p.name)].map((n, i) => [n, values[i] ?? '']),
        );
        const encoded = encodeInvocation({ command: command.name, args });
        expect(decodeInvocation(encoded)).toEqual(encoded.length > 512 ? null : { command: command.name, args });
      }),
    );
  });

  it('is short enough for every form that a card can open', () => {
    const invokes = commands.flatMap((c) => formFor(c, aContext())?.invoke ?? []);
    expect(invokes.length).toBeGreaterThan(8);
    expect(invokes.map((i) => decodeInvocation(encodeInvocation(i)))).toEqual(invokes);
  });
});
