import type { ListItem } from '../cards/card.ts';
import type { Call } from './virtual.ts';

/** What stands on the boards of each group, as those who are in it see them. */
export interface Boards {
  /** More that the platform was asked to show. */
  follow(calls: readonly Call[]): void;
  rows(group: string): readonly ListItem[];
}

/** On each message what it shows now; in groups where that stays as it was posted (`fixed`), on the newest message of each board. */
export function watchBoards(fixed: readonly string[]): Boards {
  const groups = new Map<string, Map<string, readonly ListItem[]>>();
  return {
    follow(calls) {
      for (const { conversation, message, key, ref, outcome } of calls) {
        if (outcome !== 'taken' || message.type !== 'card' || message.card.kind !== 'board') continue;
        const boards = groups.get(conversation) ?? new Map<string, readonly ListItem[]>();
        groups.set(conversation, boards);
        const board = fixed.includes(conversation) ? numberIn(key) : (ref ?? '');
        const items = message.card.blocks.flatMap((b) => (b.type === 'list' ? b.items : []));
        boards.set(board, items);
      }
    },
    rows: (group) => [...(groups.get(group)?.values() ?? [])].flat(),
  };
}

/** Which board of its group is posted under a key. */
function numberIn(key: string): string {
  const number = /^board:.*:(\d+):\d+$/su.exec(key)?.[1];
  if (number === undefined) throw new Error(`no board is posted under "${key}"`);
  return number;
}
