/** From flags and settings to the games of a gauntlet. */
import { randomInt } from 'node:crypto';
import { resolveSettings } from '../../config/settings.ts';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { findModel } from '../../models/find.ts';
import { parseBudget } from '../../search/budget.ts';
import { shardFrom } from '../../selfplay/setup/shard.ts';
import { type Participant, parseParticipant } from '../participants/participant.ts';
import type { GauntletPlan } from './run-gauntlet.ts';
import type { TestDesign } from './score.ts';

/** Seeds drawn when none is given stay below 2^48, the most that randomInt gives. */
const SEED_RANGE = 2 ** 48 - 1;

export interface PlanFlags {
  readonly candidate: string;
  readonly against?: readonly string[] | undefined;
  readonly test?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly 'max-moves'?: number | undefined;
  readonly shard?: string | undefined;
}

/** @throws RrError USAGE for unknown or repeated participants; MODEL_NOT_FOUND … */
export async function planGauntlet(
  config: GameConfig,
  settings: Settings<'gauntlet'>,
  paths: DataPaths,
  flags: PlanFlags,
): Promise<GauntletPlan> {
  const context = {
    engine: settings.engine,
    simulations: parseBudget(String(settings.budget)),
    seconds: settings['move-seconds'],
    findModel: (name: string) => findModel(name, config, paths),
  };
  const participant = (text: string): Promise<Participant> => parseParticipant(text.trim(), context);
  const candidate = await participant(flags.candidate);
  const listed = flags.against ?? (flags.test ? [] : settings.opponents.split(','));
  const fixed = await inOrder(listed, participant);
  const tested = await inOrder(flags.test ?? [], participant);
  const opponents = [...fixed, ...tested];
  checkDistinct(candidate, opponents);
  const games = settings.games[`${config.players}p`] ?? 0;
  const design = designOf(settings);
  const shard = shardFrom(flags.shard);
  return {
    config,
    spec: {
      board: config.board,
      players: config.players,
      seed: flags.seed ?? randomInt(SEED_RANGE),
      candidate,
      opponents,
      openingMoves: settings['opening-moves'],
      maxMoves: flags['max-moves'] ?? movesFor(config),
    },
    games: [...fixed.map(() => games), ...tested.map(() => settings['test-games'])],
    tests: [...fixed.map(() => undefined), ...tested.map(() => design)],
    // one part of one is the whole
    shard: shard?.count === 1 ? undefined : shard,
  };
}

/** One after the other, so that of several bad names the first is the one refused. */
async function inOrder<T, U>(values: readonly T[], work: (value: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}

function designOf({ elo0, elo1, alpha, beta }: Settings<'gauntlet'>): TestDesign {
  if (elo0 < elo1) return { elo0, elo1, alpha, beta };
  throw new RrError('USAGE', { detail: `--elo0 (${elo0}) must be below --elo1 (${elo1})` });
}

/** @throws RrError USAGE: results of two of the same name could not be told apart */
function checkDistinct(candidate: Participant, opponents: readonly Participant[]): void {
  const seen = new Set<string>();
  for (const { id } of opponents) {
    if (id === candidate.id) throw new RrError('USAGE', { detail: `${id} cannot be measured against itself` });
    if (seen.has(id)) throw new RrError('USAGE', { detail: `${id} is named twice as opponent` });
    seen.add(id);
  }
  if (opponents.length === 0) throw new RrError('USAGE', { detail: 'no opponents: pass --against or --test' });
}

function movesFor({ key }: GameConfig): number {
  const most = resolveSettings('selfplay').settings['max-moves'][key];
  if (most !== undefined) return most;
  throw new RrError('USAGE', { detail: `no limit of moves for ${key}: pass --max-moves or set it in rr.yaml` });
}
