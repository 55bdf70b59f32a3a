/** Blocking players by name, so that a run names its players in text and every worker makes its own. */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { PROFILE_NAMES, PROFILES } from '../heuristic/weights.ts';
import { HeuristicPlayer } from './heuristic.ts';
import type { Player } from './player.ts';
import { RandomPlayer } from './random.ts';

export interface PlayerSettings {
  /** Spread of the multiplicative noise on heuristic weights, drawn once per game. */
  readonly weightNoise: number;
}

type Factory = (name: string, settings: PlayerSettings) => Player;

/**
 * `heuristic` is what the original's self-play (difficulty 8) and gauntlets (5) use: aggressive weights, all 21
 * components, no random moves. `heuristic-light` adds up twelve components; `heuristic-PROFILE` plays other weights.
 */
const FACTORIES = new Map<string, Factory>([
  ['random', () => new RandomPlayer()],
  ['heuristic', (name, settings) => heuristic(name, 'aggressive', 'full', settings)],
  ['heuristic-light', (name, settings) => heuristic(name, 'aggressive', 'light', settings)],
  ...PROFILE_NAMES.map((profile): [string, Factory] => [
    `heuristic-${profile}`,
    (name, settings) => heuristic(name, profile, 'full', settings),
  ]),
]);

function heuristic(
  name: string,
  profile: keyof typeof PROFILES,
  mode: 'light' | 'full',
  { weightNoise }: PlayerSettings,
): Player {
  return new HeuristicPlayer({ name, weights: PROFILES[profile], mode, weightNoise });
}

export const playerNames = (): string[] => [...FACTORIES.keys()];

/** @throws RrError USAGE naming the nearest player. */
export function createPlayer(name: string, settings: PlayerSettings): Player {
  const factory = FACTORIES.get(name);
  if (factory) return factory(name, settings);
  const names = playerNames();
  throw new RrError('USAGE', {
    detail: `no player '${name}'${nearestHint(name, names)}; players: ${names.join(', ')}`,
  });
}
