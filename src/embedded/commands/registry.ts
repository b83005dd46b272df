import { aggregate } from './aggregate.ts';
import { create, drop, dropDatabase, listCollections, listDatabases, renameCollection } from './collections.ts';
import type { Command } from './command.ts';
import { getMore, killCursors } from './cursors.ts';
import { collStats, dbStats, getCmdLineOpts, getLog, getParameter, hostInfo, serverStatus } from './diagnostics.ts';
import { distinct } from './distinct.ts';
import { explain } from './explain.ts';
import { findAndModify } from './find-and-modify.ts';
import { count, find } from './find.ts';
import { buildInfo, connectionStatus, hello, isMaster, ping, SESSION_COMMANDS, whatsMyUri } from './handshake.ts';
import { collMod, createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { deleteCommand, update } from './update.ts';

/** Every command that the store answers. */
export const COMMANDS: readonly Command[] = [
  hello,
  isMaster,
  ping,
  buildInfo,
  connectionStatus,
  whatsMyUri,
  ...SESSION_COMMANDS,
  insert,
  update,
  deleteCommand,
  findAndModify,
  find,
  count,
  distinct,
  aggregate,
  getMore,
  killCursors,
  explain,
  createIndexes,
  listIndexes,
  dropIndexes,
  collMod,
  create,
  drop,
  renameCollection,
  listCollections,
  listDatabases,
  dropDatabase,
  dbStats,
  collStats,
  serverStatus,
  getParameter,
  getLog,
  hostInfo,
  getCmdLineOpts,
];
