/** A minimal reproduction of a divergence: one position, one move, what was expected and what happened. */
import { join } from 'node:path';
import { configOf, type Game } from '../games/game/game.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import type { Divergence } from './check.ts';

/** Writes the fixture into `folder` (made if need be) and returns its path. */
export async function writeFixture(folder: string, game: Game, divergence: Divergence): Promise<string> {
  const { kind, move, phase, expected, actual, before, raw } = divergence;
  const name = `${configOf(game)}-${game.id}-${move}`.replace(/[^\w.-]+/g, '_');
  const path = join(folder, `${name}.json`);
  const fixture = {
    source: game.where,
    game: game.id,
    config: configOf(game),
    kind,
    moveNumber: move,
    phase,
    expected,
    actual,
    state: before,
    move: raw,
  };
  await writeFileAtomic(path, `${JSON.stringify(fixture, null, 2)}\n`);
  return path;
}
