/** Gathers what a report shows: ratings, rounds with their records, promotions, a few games. */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { GameConfig } from '../../config-key.ts';
import { GameStore } from '../../io/db/store/store.ts';
import { loadGame } from '../../io/draw/load.ts';
import { type Replay, replayGame } from '../../io/draw/replay.ts';
import type { AuditRow } from '../../io/models/audit.ts';
import { ModelStore } from '../../io/models/store.ts';
import type { DataPaths } from '../../io/paths.ts';
import { StateDb } from '../../io/state/database.ts';
import { type VerdictRecord, verdictSchema } from '../gauntlet/records.ts';
import { type RoundFolder, roundsOf, type StageDone } from '../loop/round-folder.ts';
import { STAGES } from '../loop/stages.ts';
import { matchesOf } from '../ratings/facts.ts';
import { type RatedParticipant, ratingsOf, type Trend, trendOf } from '../ratings/ratings.ts';

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

export interface ShownReplay {
  readonly title: string;
  readonly replay: Replay;
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
  const state = StateDb.open(paths.state);
  try {
    const { rated } = ratingsOf(matchesOf(state, config.key));
    return {
      config,
      created: new Date(options.createdMs).toISOString(),
      rated: rated.filter(({ games }) => games > 0),
      trend: trendOf(rated),
      rounds: folders.map(roundReport),
      moves: new ModelStore(paths.modelsFolder, state).audit(config.key),
      games: await someGames(folders, options.games),
    };
  } finally {
    state.close();
  }
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

/** Games of the newest gauntlet: each opponent's first ones in turn. */
async function someGames(folders: readonly RoundFolder[], count: number): Promise<ShownReplay[]> {
  const path = folders.map((folder) => folder.file('gauntlet.db')).findLast((file) => existsSync(file));
  if (path === undefined || count === 0) return [];
  const store = GameStore.open(path);
  const byOpponent = new Map<string, { id: string; title: string }[]>();
  try {
    for (const game of store.games({ status: 'completed' })) {
      const names = [...game.seats].sort((a, b) => a.seat - b.seat).map(({ player }) => player);
      const opponent =
        names.find(
          (name) => names.filter((other) => other === name).length < names.length && !name.startsWith('gumbel-'),
        ) ?? names.join();
      const list = byOpponent.get(opponent) ?? [];
      const winner = game.winner === null ? 'nobody' : names[game.winner - 1];
      list.push({ id: game.game_id, title: `${names.join(' – ')} · won by ${winner} · ${game.plies} moves` });
      byOpponent.set(opponent, list);
      if ([...byOpponent.values()].reduce((sum, entries) => sum + entries.length, 0) > 50 * count) break;
    }
  } finally {
    store.close();
  }
  const picked: { id: string; title: string }[] = [];
  for (let i = 0; picked.length < count; i++) {
    const layer = [...byOpponent.values()].flatMap((list) => list[i] ?? []);
    if (layer.length === 0) break;
    picked.push(...layer.slice(0, count - picked.length));
  }
  const shown: ShownReplay[] = [];
  for (const { id, title } of picked) shown.push({ title, replay: replayGame(await loadGame(path, { id })) });
  return shown;
}
