import type { ModalView } from '@slack/web-api';
import * as z from 'zod';
import type { Form } from '../../cards/card.ts';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Sink } from '../adapter.ts';
import { calling, codeOf } from './client.ts';
import { formView, noticeView, waitingView, type Origin } from './view.ts';
import type { Workspace } from './workspace.ts';

/** A trigger opens one modal within three seconds (fact sheet, 2.7): by now something has to stand, ms. */
const PATIENCE_MS = 800;

/** What a person's act lends for a modal. */
export interface Trigger {
  readonly trigger: string;
  readonly user: string;
  /** Where the act is answered when no modal can be opened. */
  readonly url: string | null;
}

/** The few sentences that the adapter says by itself. */
export type Words = (
  key: 'form_title' | 'form_wait' | 'form_late' | 'form_none' | 'not_stored' | 'home_unknown' | 'close',
  locale: Locale,
) => string;

const openedView = z.object({ view: z.object({ id: z.string() }) });

/** Modals, opened before their trigger ends. */
export interface Modals {
  /** Opens a form. */
  show(workspace: Workspace, trigger: Trigger, origin: Origin, form: Form): Promise<void>;
  /**
   * Opens what is being made: when that takes long, first a view that says so. False: there was nothing to open, and nothing stands.
   */
  open(workspace: Workspace, trigger: Trigger, making: Promise<ModalView | null>): Promise<boolean>;
  /** Puts another view in the place of one that is open; one that was closed meanwhile stays closed. */
  replace(workspace: Workspace, viewId: string, view: ModalView, hash?: string): Promise<void>;
  readonly words: Words;
}

/** The view a form becomes. */
export const asView = (form: Form | null, origin: Origin): ModalView | null =>
  form === null ? null : formView(form, origin);

export function createModals(deps: {
  readonly clock: Clock;
  readonly sink: () => Sink;
  readonly words: Words;
}): Modals {
  const { clock, words } = deps;

  /** The id of the view that stands; null: the trigger was too old, which its person is told. */
  const put = async (
    workspace: Workspace,
    { trigger, user, url }: Trigger,
    view: ModalView,
  ): Promise<string | null> => {
    try {
      const answer = await workspace.client.views.open({ trigger_id: trigger, view });
      return openedView.parse(answer).view.id;
    } catch (error) {
      const late = workspace.tell({ user, url }, words('form_late', await workspace.localeOf(user)));
      const code = codeOf(error);
      if (code === 'expired_trigger_id' || code === 'exchanged_trigger_id') {
        await late;
        return null;
      }
      await Promise.allSettled([late]);
      return calling('views.open', () => Promise.reject(error));
    }
  };

  const replace: Modals['replace'] = async (workspace, viewId, view, hash) => {
    try {
      await workspace.client.views.update({ view_id: viewId, view, ...(hash !== undefined && { hash }) });
    } catch (error) {
      // Closed by hand, or changed by a later act: that is what stands.
      const code = codeOf(error);
      if (code !== 'not_found' && code !== 'hash_conflict') await calling('views.update', () => Promise.reject(error));
    }
  };

  return {
    words,
    replace,
    async show(workspace, trigger, origin, form) {
      await put(workspace, trigger, formView(form, origin));
    },

    async open(workspace, trigger, making) {
      let isLate = false;
      const late = new Promise<'late'>((resolve) => {
        const cancel = clock.after(PATIENCE_MS, () => {
          isLate = true;
          resolve('late');
        });
        void making.then(cancel, cancel);
      });
      const lost = async (why: unknown): Promise<never> => {
        const said = words('not_stored', await workspace.localeOf(trigger.user));
        await Promise.allSettled([workspace.tell(trigger, said)]);
        throw why;
      };
      const first = await Promise.race([making, late]).catch(lost);
      if (first !== 'late' || !isLate) {
        const view = first === 'late' ? await making.catch(lost) : first;
        if (view === null) return false;
        await put(workspace, trigger, view);
        return true;
      }
      const locale = await workspace.localeOf(trigger.user);
      const saying = (key: 'form_wait' | 'form_none' | 'not_stored') => ({
        title: words('form_title', locale),
        words: words(key, locale),
        close: words('close', locale),
      });
      const id = await put(workspace, trigger, waitingView(saying('form_wait')));
      if (id === null) {
        await making;
        return true;
      }
      const view = await making.catch(async (error: unknown) => {
        // Nobody is to look at something that says it opens in a moment.
        await replace(workspace, id, noticeView(saying('not_stored')));
        throw error;
      });
      await replace(workspace, id, view ?? noticeView(saying('form_none')));
      return true;
    },
  };
}
