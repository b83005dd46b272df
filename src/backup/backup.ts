import * as z from 'zod';

/** What the name of a backup's file ends with. */
export const EXTENSION = '.gongdan';

/**
 * How the key of a file came about. `passphrase`: by scrypt, so that whoever knows it needs nothing else. `secret`: from the secret of
 * the installation, which is then not in the file.
 */
const lock = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('passphrase'),
    /** Bounded: what a file that somebody made up asks for must not eat the machine. */
    cost: z.int().min(1_024).max(131_072),
    blocks: z.int().min(1).max(16),
    lanes: z.int().min(1).max(4),
  }),
  z.object({ by: z.literal('secret') }),
]);
export type Lock = z.infer<typeof lock>;

/** What stands readable at the beginning of a file. It is vouched for by every chunk that follows. */
export const headerSchema = z.object({
  createdAt: z.iso.datetime().transform((at) => new Date(at)),
  /** Version of the program that wrote it. */
  gongdan: z.string().max(40),
  /** Version of the documents' shape. */
  schema: z.int().min(0),
  /** Whether it is the demo shop's. */
  demo: z.boolean(),
  lock,
  /** 16 bytes, base64url. */
  salt: z.string().regex(/^[\w-]{22}$/),
  /** Tells a wrong passphrase from a damaged file. */
  check: z.string().regex(/^[\w-]{11}$/),
  /** Documents by collection; null: the store is not in it. */
  documents: z.record(z.string().max(200), z.int().min(0)).nullable(),
});
export type Header = z.infer<typeof headerSchema>;

/** One thing in a backup: a path below `store/` or `files/`, or one of the files that stand alone. */
const entryName = z
  .string()
  .regex(/^(?:store\/data\.mdb|files\/[0-9a-f]{2}\/[0-9a-f]{64}|gongdan\.yaml|tickets\.yaml|secret\.key)$/);
/** Names are an allow-list: no entry can lead out of the folder it is unpacked into. */
export const entrySchema = z.object({ name: entryName, size: z.int().min(0) });
export type Entry = z.infer<typeof entrySchema>;

/** The last thing in a file: how much is in it, and a digest of what. */
export const trailerSchema = z.object({
  entries: z.int().min(0),
  /** SHA-256 over name, size and SHA-256 of each entry, in order; hexadecimal. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Trailer = z.infer<typeof trailerSchema>;

/** What unlocks a file: the passphrase or the installation's secret, as its header wants; null: it is not known. */
export interface Keys {
  readonly passphrase: string | null;
  readonly secret: string | null;
}

/** Why a backup cannot be used. */
export type BackupFault =
  /** It is no backup at all. */
  | 'foreign'
  /** Written by a newer program. */
  | 'newer'
  /** It ends too early, or something in it was changed. */
  | 'damaged'
  | 'passphrase-wrong'
  | 'passphrase-missing'
  | 'secret-wrong'
  | 'secret-missing';

export class BackupUnusable extends Error {
  readonly fault: BackupFault;
  constructor(fault: BackupFault) {
    super(`the backup cannot be used: ${fault}`);
    this.name = 'BackupUnusable';
    this.fault = fault;
  }
}
