/** How fast one core plays games without a network, and how long they are. */
import { createRules } from '../../engine/rules.ts';
import { playGame } from '../../search/play/play-game.ts';
import { plainResources } from '../../search/players/resources.ts';
import { RunGames } from '../scheduler/run-games.ts';
import type { SelfplaySpec } from '../setup/spec.ts';

/** Games played before anything is timed: the first ones run while the compiler is still at work. */
const WARM_GAMES = 10;

export interface GameRate {
  /** Per second of processor time. */
  readonly gamesPerSecond: number;
  /** Mean of a game. */
  readonly decisions: number;
}

/** Plays one game after the other for so many processor seconds, at least one, and writes nothing. */
export async function gameRate(spec: SelfplaySpec, seconds: number, warmGames = WARM_GAMES): Promise<GameRate> {
  const rules = createRules(spec.board, spec.players, spec.options);
  const games = new RunGames(spec, plainResources(rules, spec.weightNoise), { hashes: false });
  let index = 0;
  while (index < warmGames) await playGame(games.create(index++));
  const start = process.cpuUsage();
  let decisions = 0;
  let spent = 0;
  do {
    decisions += (await playGame(games.create(index++)))?.decisions ?? 0;
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1e6;
  } while (spent < seconds);
  const played = index - warmGames;
  return { gamesPerSecond: played / spent, decisions: decisions / played };
}
