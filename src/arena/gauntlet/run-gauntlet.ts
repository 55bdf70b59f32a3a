/** Measures a candidate against opponents: plays what is missing, keeps score, and gives a verdict per opponent. */
import type { GameConfig } from '../../engine/config-key.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { header } from '../../io/ndjson/header.ts';
import { type Computing, describeComputing } from '../../selfplay/inference/computing.ts';
import type { Shard } from '../../selfplay/setup/spec.ts';
import { modelsOf } from '../match/inferences.ts';
import { type MatchSpec, matchId } from '../match/match-spec.ts';
import { type MatchGame, pointsOf } from '../match/result.ts';
import { runMatch } from '../match/run-match.ts';
import { blocksFor, slotOf } from '../match/schedule.ts';
import { describeParticipant } from '../participants/participant.ts';
import type { MatchRecord, VerdictRecord } from '../records.ts';
import type { Look } from '../stats/sequential.ts';
import { Score, type TestDesign } from './score.ts';
import type { GauntletStore } from './store.ts';

export interface GauntletPlan {
  readonly config: GameConfig;
  readonly spec: MatchSpec;
  /** Games against each opponent; rounded up to whole blocks. With a test: at most. */
  readonly games: readonly number[];
  /** For each opponent: the sequential test that decides when to stop, if any. */
  readonly tests: readonly (TestDesign | undefined)[];
  /**
   * The part of the games to play, undefined for all. Its verdicts are not complete. Sequential tests are left to the
   * run that continues from the shards' games: they look at games in order, which a shard does not have.
   */
  readonly shard?: Shard | undefined;
}

export interface GauntletJob {
  readonly plan: GauntletPlan;
  readonly store: GauntletStore | undefined;
  /** Use the games of this match that the store holds. */
  readonly resume: boolean;
  readonly workers: number;
  readonly computing: Computing;
  readonly signal: AbortSignal;
  /** Called for every record, header and summary included, in order. */
  readonly emit: <R extends { readonly type: string }>(record: R) => void;
  readonly onProgress?: (progress: GauntletProgress) => void;
  readonly onLost?: (error: Error, games: readonly number[]) => void;
}

export interface GauntletProgress {
  readonly games: number;
  readonly simulations: number;
  readonly scores: readonly Score[];
}

export interface GauntletReport {
  readonly run: string;
  readonly verdicts: readonly VerdictRecord[];
  /** Games played now, and games that were there. */
  readonly played: number;
  readonly present: number;
  readonly seconds: number;
  readonly simulations: number;
}

/** Blocks against each opponent, of all shards together. */
const blocksOf = ({ games, tests, spec, shard }: GauntletPlan): number[] =>
  games.map((count, i) => (shard && tests[i] ? 0 : blocksFor(count, spec.players)));

export const totalGames = (plan: GauntletPlan): number => {
  const { index, count } = plan.shard ?? { index: 0, count: 1 };
  return blocksOf(plan).reduce(
    (sum, blocks) => sum + Math.ceil(Math.max(0, blocks - index) / count) * plan.spec.players,
    0,
  );
};

export async function runGauntlet(job: GauntletJob): Promise<GauntletReport> {
  const { plan, store, emit, signal } = job;
  const { spec, config, tests } = plan;
  const run = matchId(spec);
  const blocks = blocksOf(plan);
  const scores = spec.opponents.map((_, i) => new Score(spec.players, tests[i]));
  emit(
    header({
      command: 'gauntlet',
      config: config.key,
      seed: spec.seed,
      rules: RULES_VERSION,
      run,
      candidate: describeParticipant(spec.candidate),
      opponents: spec.opponents.map(describeParticipant),
      games: plan.games,
      openingMoves: spec.openingMoves,
      ...(plan.shard && { shard: `${plan.shard.index}/${plan.shard.count}` }),
      ...(modelsOf(spec).length > 0 && describeComputing(job.computing)),
      created: new Date().toISOString(),
    }),
  );
  const done = store && job.resume ? store.gamesOf(run) : new Map<number, MatchGame>();
  const startMs = performance.now();
  let simulations = 0;
  let played = 0;
  await runMatch({
    spec,
    blocks,
    shard: plan.shard,
    done,
    workers: job.workers,
    computing: job.computing,
    signal,
    decided: (opponent) => scores[opponent]?.verdict !== 'continue',
    onGame(game, fresh) {
      const { opponent } = slotOf(game.index, spec.players);
      if (fresh) played++;
      emit(matchRecord(plan, run, game));
      const look = scores[opponent]?.add(game);
      if (look) emit(lookRecord(plan, run, opponent, look));
      job.onProgress?.({ games: played + done.size, simulations, scores });
    },
    onSimulations: (count) => {
      simulations += count;
    },
    ...(store && { onRow: (row) => store.add(row) }),
    ...(job.onLost && { onLost: job.onLost }),
  });
  const verdicts = scores.map((score, i) => verdictRecord(plan, run, i, score));
  for (const verdict of verdicts) emit(verdict);
  const seconds = (performance.now() - startMs) / 1000;
  emit({
    type: 'summary',
    command: 'gauntlet',
    config: config.key,
    run,
    complete: verdicts.every(({ complete }) => complete),
    games: scores.reduce((sum, { games }) => sum + games, 0),
    ...(done.size > 0 && { present: done.size }),
    ...(store && { path: store.path }),
    ...(signal.aborted && { stopped: true }),
    seconds: rounded(seconds),
    gamesPerSecond: rounded(played / seconds),
    simulationsPerSecond: rounded(simulations / seconds),
  });
  return { run, verdicts, played, present: done.size, seconds, simulations };
}

function matchRecord({ config, spec }: GauntletPlan, run: string, game: MatchGame): MatchRecord {
  const { opponent, block } = slotOf(game.index, spec.players);
  const { seats, ranking, forfeit, ...rest } = game;
  return {
    type: 'match',
    config: config.key,
    run,
    candidate: spec.candidate.id,
    opponent: spec.opponents[opponent]?.id ?? '',
    block,
    seats: [...seats],
    points: pointsOf(game),
    ranking: ranking.map((group) => [...group]),
    ...(forfeit && { forfeit: { ...forfeit } }),
    ...rest,
  };
}

function lookRecord({ config, spec }: GauntletPlan, run: string, opponent: number, look: Look) {
  return { type: 'look', config: config.key, run, opponent: spec.opponents[opponent]?.id ?? '', ...look };
}

function verdictRecord({ config, spec, games }: GauntletPlan, run: string, i: number, score: Score): VerdictRecord {
  const opponent = spec.opponents[i];
  if (!opponent) throw new RangeError(`no opponent ${i}`);
  return {
    type: 'verdict',
    config: config.key,
    run,
    seed: spec.seed,
    candidate: mutable(describeParticipant(spec.candidate)),
    opponent: mutable(describeParticipant(opponent)),
    complete: score.verdict !== 'continue' || score.games >= (games[i] ?? 0),
    ...score.toJSON(),
  };
}

const mutable = ({ settings, ...rest }: ReturnType<typeof describeParticipant>) => ({
  ...rest,
  settings: { ...settings },
});

const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(4)) : 0);
