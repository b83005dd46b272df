import { expect, it } from 'vitest';
import { createWorld } from '../../../adapters/sandbox/world.ts';
import { conversations, people } from '../../support/sandbox.ts';

it('names everything in which people and conversations do not fit together', () => {
  expect(() =>
    createWorld(
      [
        ...people,
        { id: 'bot', name: 'Bot', role: 'agent', teams: [] },
        { id: 'ali', name: '阿力', role: 'customer', teams: [] },
      ],
      [
        ...conversations,
        { id: 'group:x', kind: 'group', title: 'X', members: ['nobody', 'xiaomei'] },
        { id: 'customer:ali', kind: 'customer', title: 'Y', members: ['ali', 'xiaomei'] },
      ],
    ),
  ).toThrow(
    [
      'sandbox: two people have the same id',
      'a person has the bot\'s id "bot"',
      'two conversations have the same id',
      'group:x: member "nobody" is not a person',
      'group:x: the customer "xiaomei" may only be in a customer chat',
      'customer:ali: a customer chat has one customer',
    ].join('; '),
  );
});
