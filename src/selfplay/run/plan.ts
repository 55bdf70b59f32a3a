/** From flags and settings to what a run plays and where its games go. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { parseBudget } from '../../search/budget.ts';
import { type MixEntry, type MixScope, parseMix } from '../../search/players/mixed.ts';
import { parsePlayer, withBudget } from '../../search/players/registry.ts';
import type { ForkOptions } from '../../search/schedule/opening.ts';
import { type InferenceChoice, isShared } from '../inference/choice.ts';
import { DEFAULT_SEARCH, type SearchSettings } from '../setup/search-settings.ts';
import { runId, type SelfplaySpec } from '../setup/spec.ts';
import type { Computing } from './messages.ts';

/** `--engine mixed`: seats are drawn from the mix. */
const MIXED = 'mixed';

/** Seeds drawn when none is given stay below 2^48, the most that randomInt gives. */
const SEED_RANGE = 2 ** 48 - 1;

export interface PlanFlags {
  /** Given beside the settings, which already have its value, to tell a contradiction from a default. */
  readonly engine?: string | undefined;
  readonly mix?: string | undefined;
  readonly mixBy: MixScope;
  readonly seed?: number | undefined;
  readonly maxMoves?: number | undefined;
  /** Simulations of players that search and name no budget of their own. */
  readonly budget?: string | undefined;
  readonly model?: { readonly hash: string; readonly path: string } | undefined;
  readonly search?: SearchSettings | undefined;
  /** Where the model runs; the CPU unless said otherwise. */
  readonly provider?: Pick<Computing, 'provider' | 'device'> | undefined;
  readonly inference?: InferenceChoice | undefined;
  /** Flags that were given and that only players who search go by. */
  readonly forSearch?: readonly string[] | undefined;
}

export interface Plan {
  readonly spec: SelfplaySpec;
  readonly run: string;
  /** As records name it: a player, or `mixed`. */
  readonly engine: string;
  readonly games: number;
  readonly workers: number;
  /** Model file of the network, when players need one. */
  readonly modelPath: string | undefined;
  readonly computing: Computing;
}

/** @throws RrError USAGE for an unknown player, or a mix beside an engine that does not draw from it. */
export function planRun(game: GameConfig, settings: Settings<'selfplay'>, flags: PlanFlags): Plan {
  const engine = engineOf(settings, flags);
  const named: readonly MixEntry[] =
    engine === MIXED ? parseMix(flags.mix ?? settings.mix) : [{ player: engine, weight: 1 }];
  const weightNoise = settings['weight-noise'];
  const mix = named.map(({ player, weight }) => ({ player: budgeted(player, flags.budget), weight }));
  const wanting = mix.find(({ player }) => parsePlayer(player).needsNetwork);
  if (flags.model && !wanting)
    throw new RrError('USAGE', { detail: `--model needs a player that uses a network; '${engine}' has none` });
  if (wanting && !flags.model) throw new RrError('NETWORK_NEEDED', { player: wanting.player });
  const searching = mix.some(({ player }) => parsePlayer(player).searches);
  const [unused] = flags.forSearch ?? [];
  if (unused !== undefined && !searching) {
    throw new RrError('USAGE', { detail: `--${unused} needs a player that searches; '${engine}' has none` });
  }
  const spec: SelfplaySpec = {
    board: game.board,
    players: game.players,
    // Only two players can swap, and a rule that cannot apply would still change the run's identity.
    options: settings['swap-rule'] && game.players === 2 ? { swapRuleEnabled: true } : {},
    seed: flags.seed ?? randomInt(SEED_RANGE),
    mix,
    mixScope: flags.mixBy,
    openingMoves: settings['opening-moves'],
    weightNoise,
    maxMoves: flags.maxMoves ?? movesFor(settings, game),
    ...(wanting && flags.model && { model: flags.model.hash }),
    ...(searching && { search: flags.search ?? DEFAULT_SEARCH }),
    ...(searching && settings['fork-share'] > 0 && { fork: forkOf(settings) }),
  };
  const workers = settings.workers === 0 ? availableParallelism() : settings.workers;
  const where = flags.provider ?? { provider: 'cpu', device: 0 };
  const computing: Computing = {
    inFlight: settings['games-in-flight'],
    batch: settings.batch,
    cache: settings.cache,
    ...where,
    shared: isShared(flags.inference ?? 'auto', where.provider),
  };
  const modelPath = wanting && flags.model?.path;
  return { spec, run: runId(spec), engine, games: settings.games, workers, modelPath, computing };
}

const forkOf = (settings: Settings<'selfplay'>): ForkOptions => ({
  share: settings['fork-share'],
  within: settings['fork-within'],
});

/** `gumbel` with --budget 64 is `gumbel:64`. @throws RrError USAGE, SEARCH_BUDGET */
function budgeted(player: string, budget: string | undefined): string {
  parsePlayer(player);
  return budget === undefined ? player : withBudget(player, parseBudget(budget));
}

function engineOf(settings: Settings<'selfplay'>, { engine, mix }: PlanFlags): string {
  if (mix === undefined) return settings.engine;
  if (engine === undefined || engine === MIXED) return MIXED;
  throw new RrError('USAGE', { detail: `--mix goes with --engine ${MIXED}, not with --engine ${engine}` });
}

function movesFor(settings: Settings<'selfplay'>, { key }: GameConfig): number {
  const most = settings['max-moves'][key];
  if (most !== undefined) return most;
  throw new RrError('USAGE', { detail: `no limit of moves for ${key}: pass --max-moves or set it in rr.yaml` });
}
