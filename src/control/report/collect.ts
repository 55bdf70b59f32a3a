/** Gathers what a report shows: ratings, rounds with their records, promotions, a few games. */
import { existsSync } from 'node:fs';
import * as z from 'zod';
import { matchesOf } from '../../arena/ratings/facts.ts';
import { type RatedParticipant, ratingsOf, type Trend, trendOf } from '../../arena/ratings/ratings.ts';
import { type VerdictRecord, verdictSchema } from '../../arena/records.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { readState } from '../../state/open.ts';
import type { AuditRow } from '../../state/store/audit.ts';
import { findStall } from '../round/find-stall.ts';
import { type Epoch, epochRecord, recordsOf } from '../round/records.ts';
import { type RoundFolder, roundsOf, type StageDone } from '../round/round-folder.ts';
import { STAGES } from '../round/stages.ts';
import type { Stall } from '../round/stall.ts';
import { type ShownReplay, shownGames } from './shown-games.ts';

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
  already: z.boolean().optional(),
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
  /** Two rounds or more at the end that brought nothing. */
  readonly stall: Stall | undefined;
  readonly moves: readonly AuditRow[];
  readonly games: readonly ShownReplay[];
}

export async function collectReport(
  config: GameConfig,
  paths: DataPaths,
  options: { readonly games: number; readonly createdMs: number },
): Promise<ReportData> {
  const folders = roundsOf(paths, config);
  const rounds = folders.map(roundReport);
  const stall = await findStall(rounds, folders, config, paths);
  return readState(paths.state, async ({ results, audit }) => {
    const { rated } = ratingsOf(await matchesOf(results, config.key));
    return {
      config,
      created: new Date(options.createdMs).toISOString(),
      rated: rated.filter(({ games }) => games > 0),
      trend: trendOf(rated),
      rounds,
      stall,
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

/** Games of the newest gauntlet. */
async function someGames(folders: readonly RoundFolder[], count: number): Promise<ShownReplay[]> {
  const path = folders.map((folder) => folder.file('gauntlet.db')).findLast((file) => existsSync(file));
  return path === undefined || count === 0 ? [] : shownGames(path, count);
}
