/** Gathers what a report shows: ratings, rounds with their records, promotions, a few games. */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { matchesOf } from '../../arena/ratings/facts.ts';
import { type RatedParticipant, ratingsOf, type Trend, trendOf } from '../../arena/ratings/ratings.ts';
import { type VerdictRecord, verdictSchema } from '../../arena/records.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { readState } from '../../state/open.ts';
import type { AuditRow } from '../../state/store/audit.ts';
import { type RoundFolder, roundsOf, type StageDone } from '../round/round-folder.ts';
import { STAGES } from '../round/stages.ts';
import { type ShownReplay, shownGames } from './shown-games.ts';

const losses = z.looseObject({ policy: z.number(), value: z.number() });
const figures = z.looseObject({ losses, policy_top1: z.number(), value_accuracy: z.number() });
const epochRecord = z.looseObject({
  type: z.literal('epoch'),
  epoch: z.number(),
  train: figures,
  validation: figures.nullish(),
  samples_per_second: z.number().optional(),
});
export type Epoch = z.infer<typeof epochRecord>;

const selfplaySummary = z.looseObject({
  type: z.literal('summary'),
  games: z.number(),
  plies: z.number(),
  decisions: z.number(),
  bySeat: z.array(z.number()),
  byReason: z.record(z.string(), z.number()),
  gamesPerSecond: z.number(),
});
export type SelfplaySummary = z.infer<typeof selfplaySummary>;

const promotionRecord = z.looseObject({
  type: z.literal('promotion'),
  promoted: z.boolean(),
  checks: z.array(z.looseObject({ check: z.string(), passed: z.boolean(), detail: z.string() })),
});

export interface RoundReport {
  readonly number: number;
  readonly created: string;
  readonly model: string | undefined;
  readonly stages: readonly StageDone[];
  readonly epochs: readonly Epoch[];
  readonly selfplay: SelfplaySummary | undefined;
  readonly verdicts: readonly VerdictRecord[];
  readonly promotion: z.infer<typeof promotionRecord> | undefined;
}

export interface ReportData {
  readonly config: GameConfig;
  readonly created: string;
  readonly rated: readonly RatedParticipant[];
  readonly trend: Trend;
  readonly rounds: readonly RoundReport[];
  readonly moves: readonly AuditRow[];
  readonly games: readonly ShownReplay[];
}

export async function collectReport(
  config: GameConfig,
  paths: DataPaths,
  options: { readonly games: number; readonly createdMs: number },
): Promise<ReportData> {
  const folders = roundsOf(paths, config);
  return readState(paths.state, async ({ results, audit }) => {
    const { rated } = ratingsOf(await matchesOf(results, config.key));
    return {
      config,
      created: new Date(options.createdMs).toISOString(),
      rated: rated.filter(({ games }) => games > 0),
      trend: trendOf(rated),
      rounds: folders.map(roundReport),
      moves: await audit.rows(config.key),
      games: await someGames(folders, options.games),
    };
  });
}

function roundReport(folder: RoundFolder): RoundReport {
  const { number, created } = folder.facts();
  const stages = STAGES.flatMap((stage) => folder.done(stage) ?? []);
  return {
    number,
    created,
    model: folder.done('train')?.model,
    stages,
    epochs: recordsOf(folder.file('train.ndjson'), epochRecord),
    selfplay: recordsOf(folder.file('selfplay.ndjson'), selfplaySummary).at(-1),
    verdicts: recordsOf(folder.file('gauntlet.ndjson'), verdictSchema),
    promotion: recordsOf(folder.file('promote.ndjson'), promotionRecord).at(-1),
  };
}

/** The records of one kind in a file; lines that are something else, or torn, are passed over. */
function recordsOf<T>(path: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed = schema.safeParse(JSON.parse(line));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    });
}

/** Games of the newest gauntlet. */
async function someGames(folders: readonly RoundFolder[], count: number): Promise<ShownReplay[]> {
  const path = folders.map((folder) => folder.file('gauntlet.db')).findLast((file) => existsSync(file));
  return path === undefined || count === 0 ? [] : shownGames(path, count);
}
