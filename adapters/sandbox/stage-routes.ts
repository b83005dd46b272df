import type { Request, RequestHandler, Response, Router } from 'express';
import type { Sink } from '../adapter.ts';
import { parseOrRefuse, Problem, refuseField } from '../shared/problem.ts';
import type { Backstage } from './backstage.ts';
import type { Burst } from './burst.ts';
import { burstBody, localePath, nothing, ticketPath, ticketQuery } from './schema.ts';
import { words } from './words.ts';
import type { World } from './world.ts';

/** Entries of a timeline that are answered at once when nothing else is asked for. */
const PAGE = 100;

/** What the page shows beside the chats: words, verbs, tickets; a burst; the demo once more. */
export function addStageRoutes(
  api: Router,
  json: readonly RequestHandler[],
  deps: {
    readonly world: World;
    readonly burst: Burst;
    readonly backstage: () => Backstage | null;
    readonly sink: () => Sink;
    readonly restart: (work: NonNullable<Backstage['restart']>) => Promise<void>;
  },
): void {
  const backstage = (): Backstage => {
    const found = deps.backstage();
    if (found === null) throw new Problem(404, 'the sandbox stands alone here');
    return found;
  };

  api.get('/words/:locale', (req, res) => {
    res.json(words(parseOrRefuse(localePath, req.params).locale));
  });

  api.get('/vocabulary/:locale', (req, res) => {
    res.json({ verbs: backstage().vocabulary(parseOrRefuse(localePath, req.params).locale) });
  });

  api.get('/tickets/:number', async (req, res) => {
    const { number } = parseOrRefuse(ticketPath, req.params);
    const { user, before, limit } = parseOrRefuse(ticketQuery, req.query);
    if (!deps.world.people.has(user)) throw refuseField(404, 'user', 'there is no such person');
    const view = await backstage().ticket(user, number, { before: before ?? null, limit: limit ?? PAGE });
    // Whoever may not see a ticket does not learn that there is one.
    if (view === null) throw refuseField(404, 'number', 'there is no such ticket for this person');
    res.json(view);
  });

  api.post('/burst', ...json, async (req: Request, res: Response) => {
    const messages = await deps.burst.start(deps.sink(), parseOrRefuse(burstBody, req.body));
    res.status(202).json({ messages });
  });

  api.post('/restart', ...json, async (req: Request, res: Response) => {
    parseOrRefuse(nothing, req.body);
    const { restart } = backstage();
    if (restart === null) throw new Problem(409, 'only the demo shop can be started anew');
    // A second one that came while the first was read finds the sandbox out of service.
    deps.sink();
    await deps.restart(restart);
    res.json({ restarted: true });
  });
}
