import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { exchange, readOld } from './exchange.ts';
import type { RobotSettings } from './settings.ts';
import { robotSignature } from './signature.ts';

const PATH = '/robot/send';

/** Custom robots, each of one group: they only speak (fact sheet, 3.6). */
export interface Robots {
  /** `body`: `{msgtype, ...}`; `key` makes a repeated send the same message, whose id comes back. @throws DeliveryError, `gone` where no robot bears the name. */
  send(name: string, body: Readonly<Record<string, unknown>>, key: string): Promise<string>;
}

export function createRobots(robots: readonly RobotSettings[], oapiUrl: string, clock: Clock): Robots {
  const byName = new Map(robots.map((robot) => [robot.name, robot]));
  return {
    async send(name, body, key) {
      const robot = byName.get(name);
      if (robot === undefined) throw new DeliveryError('gone', `${PATH}: no robot of this name is set up`);
      const timestamp = String(clock.now().getTime());
      const url = new URL(oapiUrl + PATH);
      url.searchParams.set('access_token', robot.token);
      url.searchParams.set('timestamp', timestamp);
      url.searchParams.set('sign', robotSignature(robot.secret, timestamp));
      const msgUuid = createHash('sha256').update(key).digest('hex').slice(0, 32);
      readOld(PATH, z.unknown(), await exchange({ path: PATH, url, body: { ...body, msgUuid } }));
      return msgUuid;
    },
  };
}
