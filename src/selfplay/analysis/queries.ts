/** What a program may ask of `rr analyze`, one JSON object a line (docs/analysis.md). */
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';

const id = z.string().min(1);

const analyzeQuerySchema = z
  .strictObject({
    type: z.literal('analyze'),
    id,
    /** A position in JSON, or a `game` record and the plies that are wanted of it. */
    position: z.record(z.string(), z.unknown()).optional(),
    game: z.record(z.string(), z.unknown()).optional(),
    /** Absent: every decision of the game. */
    plies: z.array(z.int().min(0)).min(1).optional(),
    /** Simulations per position; absent: --budget. */
    budget: z.int().min(2).max(1_000_000).optional(),
    /** The largest comes first; 0 when absent. */
    priority: z.int().optional(),
    /** Moves told per position; 10 when absent. */
    moves: z.int().min(1).max(10_000).optional(),
    /** Seconds between partial answers while a position is searched; none when absent. */
    partial: z.number().min(0).optional(),
  })
  .refine((query) => (query.position === undefined) !== (query.game === undefined), 'needs a position or a game')
  .refine((query) => query.plies === undefined || query.game !== undefined, 'plies go with a game');
export type AnalyzeQuery = z.infer<typeof analyzeQuerySchema>;

const terminateSchema = z.strictObject({ type: z.literal('terminate'), id, target: id });
const terminateAllSchema = z.strictObject({ type: z.literal('terminate_all'), id });
const versionSchema = z.strictObject({ type: z.literal('version'), id });
const modelSchema = z.strictObject({ type: z.literal('model'), id });

const SCHEMAS = {
  analyze: analyzeQuerySchema,
  terminate: terminateSchema,
  terminate_all: terminateAllSchema,
  version: versionSchema,
  model: modelSchema,
} as const;

export type Query = z.infer<(typeof SCHEMAS)[keyof typeof SCHEMAS]>;

/** A query that cannot be answered: what is wrong with it, and its id where it has one. */
export class BadQuery extends Error {
  readonly id: string | null;
  readonly code: string;

  constructor(id: string | null, code: string, detail: string) {
    super(detail);
    this.id = id;
    this.code = code;
  }
}

/** @throws BadQuery */
export function parseQuery(text: string): Query {
  const value = parsed(text);
  const given = z.looseObject({ id: z.string().optional().catch(undefined), type: z.unknown() }).safeParse(value);
  if (!given.success) throw new BadQuery(null, 'QUERY_INVALID', 'not a JSON object');
  const { id: own = null, type } = given.data;
  const names = Object.keys(SCHEMAS).join(', ');
  const schema = Object.entries(SCHEMAS).find(([name]) => name === type)?.[1];
  if (!schema) throw new BadQuery(own, 'QUERY_INVALID', `type is none of ${names}`);
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new BadQuery(own, 'QUERY_INVALID', zodDetail(checked.error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadQuery(null, 'QUERY_INVALID', 'not JSON');
  }
}

/** What is wrong with a query whose contents were refused. @throws the error itself when it is not about the query */
export function badQueryOf(queryId: string, error: unknown): BadQuery {
  if (error instanceof BadQuery) return error;
  if (error instanceof RulesError || error instanceof RrError) return new BadQuery(queryId, error.code, error.message);
  throw error;
}
