import * as z from 'zod';
import { exchanger, read, type Reply } from '../shared/http.ts';
import { failureIn } from './failures.ts';

export { read };

/** One HTTP call to DingTalk, one try. */
export const exchange = exchanger({ name: 'DingTalk', failureIn });

const oldAnswer = z.object({ errcode: z.coerce.number().pipe(z.literal(0)) });

/** Reads an answer of the old API, which has to say that all is well: `errcode` 0, now and then as a text. */
export function readOld<T>(path: string, schema: z.ZodType<T>, reply: Reply): T {
  read(path, oldAnswer, reply);
  return read(path, schema, reply);
}
