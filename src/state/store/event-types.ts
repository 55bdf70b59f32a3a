/**
 * Every type of event: what it says, the fields that name its subject, and all its fields. Who writes and who reads each is
 * tested (test/state/events). A new type is a new entry.
 */
import * as z from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const text = z.string().max(2000);

interface Definition<S extends z.ZodObject> {
  /** In one sentence, for `rr events schema`. */
  readonly says: string;
  /** Fields of the facts that make the id. */
  readonly keys: readonly (keyof z.infer<S> & string)[];
  readonly facts: S;
}

const define = <S extends z.ZodRawShape>(
  says: string,
  keys: readonly (keyof S & string)[],
  shape: S,
): Definition<z.ZodObject<S>> => ({
  says,
  keys: keys as readonly (keyof z.infer<z.ZodObject<S>> & string)[],
  facts: z.object(shape),
});

/** One transfer with one other machine. */
const transfer = {
  /** The machine that ran rr sync, and the one it spoke to. */
  by: text,
  with: text,
  direction: z.enum(['push', 'pull']),
  /** Milliseconds since 1970. */
  ended: z.int(),
};

const run = { run: text, command: text };

export const EVENT_TYPES = {
  selfplay_completed: define('a self-play run, or one shard of it, played all its games', ['selfplay', 'shard'], {
    /** Id of the run that the seed and settings give. */
    selfplay: text,
    shard: text,
    engine: text,
    model: hash.nullable(),
    games: count,
    seconds: z.number(),
  }),
  npz_exported: define('games became a training file', ['digest'], {
    /** SHA-256 over the checksums of its arrays. */
    digest: hash,
    file: text,
    samples: count,
  }),
  training_completed: define('a training ended with a model', ['model'], {
    model: hash,
    steps: count,
    games: count.nullable(),
    /** Samples learned from, each as often as it was used. */
    samples: count.nullable(),
    /** Of the epoch that was kept, on games held back. */
    loss: z.number().nullable(),
    policyTop1: z.number().nullable(),
    valueAccuracy: z.number().nullable(),
  }),
  model_registered: define('a model came into the store', ['config', 'model'], {
    config: text,
    model: hash,
    arch: text,
    parent: hash.nullable(),
  }),
  evaluation_completed: define('a candidate was measured against an opponent', ['gauntlet', 'opponent'], {
    /** Id of the gauntlet: its seed and settings. */
    gauntlet: text,
    candidate: text,
    opponent: text,
    games: count,
    score: z.number(),
    /** Wilson interval of the share of games won. */
    low: z.number(),
    high: z.number(),
  }),
  model_promoted: define('production points at a model', ['move'], {
    /** Id of the audit row. */
    move: hash,
    model: hash,
    previous: hash.nullable(),
    actor: text,
    reason: text,
  }),
  model_rolled_back: define('production went back to an earlier model', ['move'], {
    move: hash,
    model: hash,
    previous: hash.nullable(),
    actor: text,
    reason: text,
  }),
  promotion_refused: define('a candidate did not pass the checks', ['run', 'model'], {
    run: text,
    model: hash,
    checks: z.array(text),
  }),
  run_failed: define('a command ended with a status that is a failure', ['run'], { ...run, exit: z.int() }),
  run_lost: define('a command stopped without an end: it was killed, or its machine went away', ['run'], {
    ...run,
    started: z.int(),
  }),
  run_reaped: define('rr jobs reap ended a command that made no progress', ['run'], {
    ...run,
    silentSeconds: z.number(),
  }),
  data_synced: define('games, models or results went between two machines', ['by', 'with', 'direction', 'ended'], {
    ...transfer,
    files: count,
    games: count,
    rows: count,
    bytes: count,
    seconds: z.number(),
  }),
  sync_failed: define('a sync with a machine failed', ['by', 'with', 'direction', 'ended'], {
    ...transfer,
    /** HOST_UNREACHABLE and such; empty in notes of old versions. */
    code: text,
    reason: text,
  }),
  circuit_opened: define('a machine failed several times and is left alone for a while', ['by', 'with', 'since'], {
    by: text,
    with: text,
    since: z.int(),
    reason: text,
  }),
  lease_stolen: define('a lease that its holder let expire went to another', ['lease', 'epoch'], {
    lease: text,
    epoch: z.int(),
    from: text,
    to: text,
  }),
  circuit_closed: define('a machine that was left alone answers again', ['by', 'with', 'since'], {
    by: text,
    with: text,
    since: z.int(),
  }),
} as const;

export type EventType = keyof typeof EVENT_TYPES;
export type EventFacts<T extends EventType> = z.infer<(typeof EVENT_TYPES)[T]['facts']>;
export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as EventType[];

/** Those that travel by rr sync. A sync is noted where it ran: sent on, the note would make the next sync move something. */
export const SHARED_EVENT_TYPES = EVENT_TYPE_NAMES.filter((type) => type !== 'data_synced' && type !== 'sync_failed');
