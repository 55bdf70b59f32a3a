/** Games for tests; `n` determines everything about them. */
import { encodeGame } from '../../../src/games/store/blob.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';

export function exampleGame(n: number, changes: Partial<StoredGame> = {}): StoredGame {
  const moves = Int32Array.from({ length: 20 + (n % 7) }, (_, i) => (n + 1) * 7919 * (i + 1));
  return {
    game_id: `game-${n}`,
    board: 'hex8',
    players: 2,
    status: 'completed',
    winner: 1 + (n % 2),
    reason: 'territory',
    ranking: n % 2 === 0 ? '[1,2]' : '[2,1]',
    plies: moves.length,
    decisions: 10,
    engine: n % 3 === 0 ? 'random' : 'heuristic',
    source: 'selfplay',
    run_id: 'run',
    run_seed: '18446744073709551615',
    shard: null,
    game_index: n,
    quality: 0.8,
    quality_category: 'good',
    quality_version: null,
    parity_status: 'pending',
    parity_checked_at: null,
    parity_divergence_move: null,
    created_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    rr_version: '0.1.0',
    rules_version: '1',
    encoder: null,
    options: '{"swapRule":false}',
    seats: [
      { seat: 1, player: 'random', model: null, settings: null },
      { seat: 2, player: 'gumbel', model: 'abc', settings: '{"budget":64}' },
    ],
    moves: encodeGame({ players: 2, moves, searches: [] }),
    extras: n % 4 === 0 ? Uint8Array.of(1, 2, n & 255) : null,
    ...changes,
  };
}
