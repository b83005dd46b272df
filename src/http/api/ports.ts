import type { Clock } from '../../clock.ts';
import type { Directory } from '../../domain/directory.ts';
import type { Api } from '../../flow/api.ts';
import type { Ids } from '../../ids.ts';
import type { ApiKey } from '../../storage/api-keys.ts';
import type { Store } from '../../storage/store.ts';
import type { KeyStore } from './keys.ts';
import type { Signer } from './cursor.ts';

/** A verb that can be called, with the names of its values. */
export interface ApiVerb {
  readonly name: string;
  readonly args: readonly string[];
}

/** What the API stands on; handed in by the composition root. */
export interface ApiPorts {
  readonly api: Api;
  readonly tickets: Pick<Store['tickets'], 'byNumber' | 'page' | 'historyAfter'>;
  readonly messages: Pick<Store['messages'], 'page'>;
  readonly keys: KeyStore;
  readonly directory: () => Directory;
  /** Verbs about one ticket that change it. */
  readonly verbs: readonly ApiVerb[];
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Who calls, and what the answer comes from. */
export interface Caller {
  readonly key: ApiKey;
  readonly ports: ApiPorts;
}
