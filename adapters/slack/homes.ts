import type { Card } from '../../cards/card.ts';
import { fallback } from '../../cards/fallback.ts';
import type { OutMessage, Sink } from '../adapter.ts';
import { askerOf } from './inbound.ts';
import { calling } from './client.ts';
import type { Words } from './modals.ts';
import { homeView } from './view.ts';
import type { Workspace } from './workspace.ts';

/** The Home tab: what somebody has to do and what their teams have waiting. */
export interface Homes {
  /** Draws it as things stand now; `answer`: what they just did came to, shown above. */
  publish(
    workspace: Workspace,
    sender: { readonly id: string; readonly name: string },
    answer?: OutMessage | null,
  ): Promise<void>;
}

/** What was answered as the first lines of the tab, with what can be pressed next. */
function withAnswer(home: Card, answer: OutMessage | null): Card {
  if (answer === null) return home;
  if (answer.type === 'text') return { ...home, blocks: [{ type: 'note', text: answer.text }, ...home.blocks] };
  const { card } = answer;
  const words = card.blocks.length === 0 && card.status === undefined ? card.title : fallback({ ...card, actions: [] });
  return {
    ...home,
    blocks: [{ type: 'note', text: words }, ...home.blocks],
    actions: [...card.actions, ...home.actions],
  };
}

export function createHomes(deps: { readonly sink: () => Sink; readonly words: Words }): Homes {
  const { sink, words } = deps;
  return {
    async publish(workspace, sender, answer = null) {
      const locale = await workspace.localeOf(sender.id);
      const card =
        (await sink().openHome(askerOf(workspace, sender))) ?? unknown(words('home_unknown', locale), locale);
      const view = homeView(withAnswer(card, answer));
      await calling('views.publish', () => workspace.client.views.publish({ user_id: sender.id, view }));
    },
  };
}

/** What somebody reads whom the product does not know yet. */
const unknown = (words: string, locale: Card['locale']): Card => ({
  kind: 'notice',
  locale,
  tone: 'grey',
  title: words,
  summary: words,
  blocks: [],
  actions: [],
});
