import { useEffect, useState } from 'react';
import { getMachine } from './api.ts';
import type { Machine } from './model.ts';

/** The figures are looked at this often while they are in sight. */
const LOOK_MS = 1_000;

export interface Look {
  /** As it was when it was last told; null: not told yet. */
  readonly machine: Machine | null;
  /** Since when the server has not answered; null: it does. */
  readonly lostSince: number | null;
}

/** The machine at work: asked for again and again, but not while nobody looks, and at once when somebody comes back. */
export function useMachine(): Look {
  const [look, setLook] = useState<Look>({ machine: null, lostSince: null });
  useEffect(() => {
    let stopped = false;
    let asking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (asking || document.hidden) return;
      asking = true;
      try {
        const machine = await getMachine();
        if (!stopped) setLook({ machine, lostSince: null });
      } catch {
        if (!stopped) setLook(({ machine, lostSince }) => ({ machine, lostSince: lostSince ?? Date.now() }));
      }
      asking = false;
      if (!stopped && !document.hidden) timer = setTimeout(() => void ask(), LOOK_MS);
    };
    const turned = (): void => {
      void ask();
    };
    document.addEventListener('visibilitychange', turned);
    turned();
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', turned);
    };
  }, []);
  return look;
}
