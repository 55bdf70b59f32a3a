/**
 * Requests to a side of a sync. Both sides speak through the same table, so a folder on this machine, the
 * data of this machine and a host behind ssh are used alike, and everything that crosses a wire is checked by it.
 */
import * as z from 'zod';
import { Printable } from './failure.ts';
import {
  DatabaseName,
  type FileItem,
  FileItemSchema,
  GameKeySchema,
  KINDS,
  RowIdsSchema,
  RowsSchema,
  SessionName,
  Sha256,
  StagedSchema,
} from './items.ts';

/** Raised when two versions could not understand each other. */
export const PROTOCOL_VERSION = 4;

const Query = z.object({ kinds: z.array(z.enum(KINDS)), config: z.string().optional() });
export type Query = z.infer<typeof Query>;

const Hello = z.object({
  protocol: z.int(),
  rr: Printable,
  /** Schema versions of the databases. */
  schemas: z.object({ games: z.int(), state: z.int() }),
  /** Stable name of this data folder. */
  rootId: z.uuid(),
  nowMs: z.number(),
});
export type Hello = z.infer<typeof Hello>;

const StatusResult = z.object({
  rr: Printable,
  /** One, five and fifteen minutes. */
  load: z.array(z.number()),
  cores: z.int(),
  memory: z.object({ total: z.number(), free: z.number() }),
  disk: z.object({ total: z.number(), free: z.number() }),
  gpus: z.array(
    z.object({ name: Printable, busyPercent: z.number(), memoryUsed: z.number(), memoryTotal: z.number() }),
  ),
  jobs: z.array(z.object({ command: Printable, config: Printable.nullable(), startedAt: z.number() })),
  games: z.array(z.object({ name: Printable, games: z.int(), newest: Printable.nullable() })),
  models: z.array(z.object({ config: Printable, hash: Printable, addedAt: z.number(), pointers: z.array(Printable) })),
});
export type HostStatusReport = z.infer<typeof StatusResult>;

const method = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) => ({ params, result });
const None = z.object({});
const Session = z.object({ session: SessionName });

const Installed = z.object({ installed: z.int(), corrupt: z.array(Sha256) });
export type Installed = z.infer<typeof Installed>;

export const METHODS = {
  hello: method(None, Hello),
  /** Version of rsync, when there is one. Asked only when files travel whole: starting a program takes its time. */
  rsync: method(None, z.object({ version: z.string().nullable() })),
  status: method(None, StatusResult),
  /** Files of these kinds, hashed. */
  files: method(Query, z.array(FileItemSchema)),
  /** Which of these files are not here, by position. */
  lackingFiles: method(z.array(FileItemSchema), z.array(z.int().min(0))),
  /**
   * Replay databases; equal digests mean equal contents. `last` is a cursor for gameKeys, `orphans` are the games of
   * the quarantine list, each with its entry as a text: the smallest of all machines stays.
   */
  databases: method(
    Query,
    z.array(
      z.object({
        ...{ name: DatabaseName, games: z.int(), bytes: z.int(), digest: z.string(), last: z.int() },
        orphans: z.array(z.tuple([z.string(), z.string()])),
      }),
    ),
  ),
  /** Games stored after a cursor (0: all). */
  gameKeys: method(z.object({ name: DatabaseName, after: z.int() }), z.array(GameKeySchema)),
  /** Ids of those games that are not here, or about which the other side knows more. */
  lackingGames: method(z.object({ name: DatabaseName, keys: z.array(GameKeySchema) }), z.array(z.string())),
  rowIds: method(z.object({ config: z.string().optional() }), RowIdsSchema),
  lackingRows: method(RowIdsSchema, RowIdsSchema),
  rows: method(RowIdsSchema, RowsSchema),
  /** Adds rows that can be genuine and lets the model pointers follow their history. */
  putRows: method(RowsSchema, z.object({ added: z.int(), moved: z.array(z.string()), refused: z.int() })),
  /** Opens a staging folder for sending, holding links to these files. Empties an older one. */
  stageFiles: method(Session.extend({ items: z.array(FileItemSchema) }), z.object({ folder: z.string() })),
  /** Adds a consistent snapshot of these games of a database to the staging folder. */
  stageGames: method(
    Session.extend({ name: DatabaseName, ids: z.array(z.string()) }),
    StagedSchema.extend({ folder: z.string() }),
  ),
  /** Opens the staging folder for receiving; `have` are bytes that an interrupted transfer left. */
  receive: method(
    Session.extend({ files: z.array(StagedSchema), reserve: z.int().min(0) }),
    z.object({ folder: z.string(), have: z.int() }),
  ),
  /** Verifies received files and puts them in their places; those that fail are thrown away and named. */
  install: method(Session.extend({ items: z.array(FileItemSchema) }), Installed),
  /** Verifies a received snapshot and merges it into a database. */
  merge: method(
    Session.extend({ name: DatabaseName, staged: StagedSchema }),
    z.object({ added: z.int(), updated: z.int(), conflicts: z.int(), corrupt: z.boolean() }),
  ),
  /** Removes the staging folders. */
  finish: method(Session, None),
};
export type Methods = typeof METHODS;
export type Method = keyof Methods;
export type Params<M extends Method> = z.input<Methods[M]['params']>;
export type Result<M extends Method> = z.infer<Methods[M]['result']>;

/** Requests that the contents of small files go with, as raw bytes behind a line (pack.ts). */
export const STREAMS = {
  /** The contents follow the answer. */
  pack: method(z.object({ items: z.array(FileItemSchema) }), z.object({ bytes: z.int().min(0) })),
  /** Answered twice: which files have yet to come (by position), whose contents then follow, and what became of them. */
  unpack: {
    ...{ params: Session.extend({ items: z.array(FileItemSchema), reserve: z.int().min(0) }), result: Installed },
    missing: z.object({ missing: z.array(z.int().min(0)) }),
  },
};
export type UnpackParams = z.infer<typeof STREAMS.unpack.params>;

/** One side of a sync. Calls may be made one after the other only. */
export interface Side {
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Contents of these files one after the other, as many bytes as announced whatever became of them meanwhile. */
  pack(items: readonly FileItem[]): AsyncIterable<Uint8Array>;
  /** Puts files in place; `contents` is asked once for the contents of those that are not here yet. */
  unpack(
    params: UnpackParams,
    contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
  ): Promise<Installed>;
  close(): Promise<void>;
}

export const bytesOf = (items: readonly FileItem[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0);
