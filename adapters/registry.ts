import { createSandbox } from './sandbox/sandbox.ts';

/** Every platform that can be talked to, by name: what makes its adapter. */
export const adapters = { sandbox: createSandbox } as const;
