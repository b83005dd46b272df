import { commands } from './registry.ts';

/** Verbs that only show something: programs have their own reads, masked as their key says. */
const SHOWS: ReadonlySet<string> = new Set(['show', 'reveal']);

/** What somebody typed in a chat and a button carries on is no program's. */
const DRAFT = 'draft';

/** The verbs that programs can call, with the names of their values: those that change one ticket. */
export const callable: readonly { readonly name: string; readonly args: readonly string[] }[] = commands
  .filter((command) => command.subject !== 'none' && !SHOWS.has(command.name))
  .map(({ name, params }) => ({ name, args: params.map((param) => param.name).filter((param) => param !== DRAFT) }));
