import { createServer } from 'node:net';
import { ok, problem, type Check, type Finding } from './check.ts';

export interface PortFacts {
  readonly host: string;
  readonly port: number;
  /** `ours`: the bot of this store · `gongdan`: another bot · `other`: another program · else whether the port could be had. */
  readonly held: 'ours' | 'gongdan' | 'other' | 'free' | 'forbidden' | 'no-host';
}

export function judgePort({ host, port, held }: PortFacts): readonly Finding[] {
  if (port === 0) return [ok({ key: 'doctor.port_any', params: null })];
  const params = { host, port };
  if (held === 'ours' || held === 'free') return [ok({ key: 'doctor.port_ok', params: { ...params, held } })];
  return [
    problem(
      { key: 'doctor.port_taken', params: { ...params, held } },
      { key: 'doctor.port_todo', params: { ...params, held } },
    ),
  ];
}

export const ports: Check = {
  name: 'ports',
  run: async ({ config, store, neighbour }) => {
    const { host, port } = config;
    const has = async (): Promise<PortFacts['held']> => {
      if (neighbour === null) return port === 0 ? 'free' : bindable(host, port);
      if (neighbour.process === null) return 'other';
      const holders = (await store?.leases.deliverers())?.map(({ holder }) => holder).filter((h) => h !== '') ?? [];
      return holders.length === 0 || holders.includes(neighbour.process) ? 'ours' : 'gongdan';
    };
    return judgePort({ host, port, held: await has() });
  },
};

/** Whether the port could be had, by having it for a moment. */
const bindable = (host: string, port: number): Promise<PortFacts['held']> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EACCES') resolve('forbidden');
      else resolve(code === 'EADDRINUSE' ? 'other' : 'no-host');
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve('free');
      });
    });
  });
