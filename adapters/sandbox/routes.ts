import path from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import multer from 'multer';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Sink } from '../adapter.ts';
import { parseOrRefuse, Problem, refuseField, sendProblem } from '../shared/problem.ts';
import type { Backstage } from './backstage.ts';
import { isCrowd, type Burst } from './burst.ts';
import type { Changes } from './changes.ts';
import type { Streams } from './events.ts';
import type { Feed } from './feed.ts';
import type { createFileRoutes } from './files.ts';
import { createGuard, type SandboxAccess } from './guard.ts';
import { createPage } from './page.ts';
import type { Inbound } from './inbound.ts';
import {
  actionBody,
  actor,
  conversationBody,
  eventsQuery,
  lastEventId,
  MAX_PAGE,
  memberPath,
  messageBody,
  messagesQuery,
  personBody,
} from './schema.ts';
import { shown } from './show.ts';
import { addStageRoutes } from './stage-routes.ts';
import type { SandboxStore } from './store.ts';
import type { World } from './world.ts';

const MAX_BODY = 1024 * 1024;

/** Turns the failure of a request into an answer that says what was wrong; null: it is no fault of the request. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) return new Problem(503, 'nothing was stored, please repeat');
  if (error instanceof multer.MulterError)
    return refuseField(error.code === 'LIMIT_FILE_SIZE' ? 413 : 400, error.field ?? 'file', error.message);
  if (!(error instanceof Error)) return null;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EROFS'))
    return new Problem(507, 'the file could not be kept');
  if ('code' in error && error.code === 'ENOENT') return new Problem(404, 'there is no such file');
  if ('status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500)
    return refuseField(error.status, 'body', error.message.slice(0, 200));
  // Busboy's own complaints about the frame of a multipart body carry no code.
  if (/multipart|boundary|unexpected end of form|malformed part/i.test(error.message))
    return refuseField(400, 'body', error.message.slice(0, 200));
  return null;
}

/** The sandbox's HTTP face: the API under `/sandbox/api`, the page at `/`. */
export function createRoutes(deps: {
  readonly access: SandboxAccess;
  readonly world: World;
  readonly store: SandboxStore;
  readonly feed: Feed;
  readonly inbound: Inbound;
  readonly changes: Changes;
  readonly burst: Burst;
  /** Null while nothing stands behind the sandbox. */
  readonly backstage: () => Backstage | null;
  /** Names what the store holds. */
  readonly epoch: () => string;
  readonly restart: (work: NonNullable<Backstage['restart']>) => Promise<void>;
  readonly streams: Streams;
  readonly files: ReturnType<typeof createFileRoutes>;
  /** Folder of the built page. */
  readonly web: string;
  /** Null while the adapter is not started. */
  readonly sink: () => Sink | null;
}): Router {
  const { world, store, feed, inbound, changes, streams, files } = deps;
  const api = express.Router();

  const started = (): Sink => {
    const sink = deps.sink();
    if (sink === null) throw new Problem(503, 'the sandbox is not running');
    return sink;
  };
  api.use((_req, res, next) => {
    started();
    res.set('Cache-Control', 'no-store');
    next();
  });

  const json = [
    (req: Request, _res: Response, next: NextFunction): void => {
      if (req.is('application/json') === false || req.is('application/json') === null)
        throw new Problem(415, 'send application/json');
      next();
    },
    express.json({ limit: MAX_BODY, type: 'application/json' }),
  ];

  api.get('/state', (_req, res) => {
    const people = [...world.people.values()].filter(({ id }) => !isCrowd(id));
    const conversations = [...world.conversations.values()].filter(({ id }) => !isCrowd(id));
    res.json({
      epoch: deps.epoch(),
      demo: (deps.backstage()?.restart ?? null) !== null,
      people: people.map(({ id, name, role, teams }) => ({ id, name, role, teams })),
      conversations: conversations.map(({ id, kind, title, members, team, bot }) => ({
        id,
        kind,
        title,
        members,
        ...(team !== undefined && { team }),
        ...(bot === false && { bot }),
      })),
    });
  });

  api.post('/files', ...files.upload);
  api.get('/files/:id', files.download);

  api.post('/messages', ...json, async (req: Request, res: Response) => {
    const messageId = await inbound.message(started(), parseOrRefuse(messageBody, req.body));
    res.status(202).json({ messageId });
  });

  api.post('/actions', ...json, async (req: Request, res: Response) => {
    const { answer, form } = await inbound.action(started(), parseOrRefuse(actionBody, req.body));
    res.status(202).json({
      accepted: true,
      ...(answer !== null && { answer: shown(answer) }),
      ...(form !== null && { form }),
    });
  });

  api.delete('/messages/:id', async (req, res) => {
    await changes.recall(started(), req.params.id, parseOrRefuse(actor, req.query).user);
    res.json({ messageId: req.params.id });
  });

  api.post('/people', ...json, async (req: Request, res: Response) => {
    res.status(201).json(await changes.addPerson(parseOrRefuse(personBody, req.body)));
  });

  api.post('/conversations', ...json, async (req: Request, res: Response) => {
    const id = await changes.addConversation(started(), parseOrRefuse(conversationBody, req.body));
    res.status(201).json({ id });
  });

  api.put('/conversations/:id/members/:member', ...json, async (req: Request, res: Response) => {
    const { id: conversation, member } = parseOrRefuse(memberPath, req.params);
    await changes.join(started(), { conversation, member, user: parseOrRefuse(actor, req.body).user });
    res.json({ conversation, member });
  });

  api.delete('/conversations/:id/members/:member', async (req, res) => {
    const { id: conversation, member } = req.params;
    await changes.leave(started(), { conversation, member, user: parseOrRefuse(actor, req.query).user });
    res.json({ conversation, member });
  });

  api.get('/conversations/:id/messages', async (req, res) => {
    const { user, limit, before } = parseOrRefuse(messagesQuery, req.query);
    const { chat } = inbound.member(user, req.params.id);
    const edge = before === undefined ? null : await store.find(before);
    if (before !== undefined && edge?.conversation !== chat.id)
      throw refuseField(404, 'before', 'there is no such message in this conversation');
    const cursor = feed.position();
    const rows = await store.page({
      conversation: chat.id,
      user,
      before: edge?.place ?? null,
      limit: limit ?? MAX_PAGE,
    });
    res.json({ messages: rows.map(shown), cursor });
  });

  api.get('/events', async (req, res) => {
    const { user, after } = parseOrRefuse(eventsQuery, req.query);
    // A stream is shared by all tabs of a browser: one whose person is gone takes nothing from the others.
    const users = user.filter((id) => world.people.has(id));
    if (users.length === 0) throw refuseField(404, 'user', 'there is no such person');
    const resumed = parseOrRefuse(lastEventId, { 'Last-Event-ID': req.get('last-event-id') })['Last-Event-ID'];
    const viewers = users.map((id) => ({
      user: id,
      isIn: (conversation: string) => world.conversations.get(conversation)?.members.includes(id) === true,
      conversations: () => world.chatsOf(id).map((chat) => chat.id),
    }));
    await streams.open(res, viewers, resumed ?? after ?? null);
  });

  addStageRoutes(api, json, {
    world,
    burst: deps.burst,
    backstage: deps.backstage,
    sink: started,
    restart: deps.restart,
  });

  api.use((req) => {
    throw new Problem(404, `there is no ${req.method} ${req.baseUrl}${req.path}`);
  });

  const guard = createGuard(deps.access);
  const router = express.Router();
  const page = createPage(path.resolve(deps.web));
  router.get('/', guard, page('index.html'));
  router.use('/sandbox', guard);
  router.use('/sandbox/api', api);
  router.get('/sandbox/:file', page(null));
  router.get('/sandbox/assets/:file', page('assets'));
  router.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    const problem = problemOf(error);
    // What is our own fault gets its number from the server.
    if (res.headersSent || problem === null) next(error);
    else sendProblem(res, problem);
  });
  return router;
}
