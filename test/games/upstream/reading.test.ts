/** Two readings of one move: upstream's readers', unless the stored hashes fit the other one. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { at } from '../../../src/core/at.ts';
import { stateHash } from '../../../src/engine/fingerprint.ts';
import type { Game } from '../../../src/games/game/game.ts';
import { openGames } from '../../../src/games/game/open.ts';
import { Walk } from '../../../src/games/game/walk.ts';
import { checkGame } from '../../../src/parity/check.ts';
import { FIXTURES } from '../../shared.ts';

const id = '8aca038c-91d9-44f9-80ef-caf70a9f2fb5';
const OVERLONG = 45;

/** A game up to its `process_line` of an overlong line, with the hash that the position after it has in one reading. */
async function upToTheLine(dialect: 'rules' | 'readers'): Promise<Game> {
  for await (const item of openGames(resolve(FIXTURES, 'interop/square8_3p_random.db.gz'), { id })) {
    if (!('game' in item)) break;
    const { game } = item;
    const moves = game.moves.slice(0, OVERLONG + 1);
    const walk = new Walk({ ...game, moves }, {}, { dialect });
    walk.run();
    const claims = { ...game.claims, hash: 'state' as const, seats: [] };
    const plies = moves.map((_, ply) => (ply === OVERLONG ? { hashAfter: stateHash(walk.state) } : {}));
    return { ...game, moves, claims: { ...claims, plies }, status: 'in_progress', winner: 0, reason: null };
  }
  throw new Error('the game is missing');
}

it.each([
  ['readers', 'overlong-line', 'collapses all of it'],
  ['rules', 'idle-process-line', 'does nothing'],
] as const)('the hashes of %s decide', async (dialect, variant, text) => {
  const { divergence, variants, notes } = checkGame(await upToTheLine(dialect));
  expect(divergence).toBeNull();
  expect(variants).toEqual({ [variant]: 1 });
  expect(at(notes, 0)).toContain(text);
});
