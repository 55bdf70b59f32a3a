/** Games of ours with made-up search data at every third decision, and with the pie rule. */

import { apply } from '../../../src/engine/apply.ts';
import type { BoardName, PlayerCount } from '../../../src/engine/boards.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { storedGame } from '../../../src/games/record/game-store.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';
import { createPlayer } from '../../../src/search/players/registry.ts';
import { quantisePolicy, quantiseValues } from '../../../src/search/players/report.ts';
import { plainResources } from '../../../src/search/players/resources.ts';
import type { PlySearch } from '../../../src/search/players/search-data.ts';
import { played as playedGame } from '../../search/play.ts';

export function ownGame(
  board: BoardName,
  players: PlayerCount,
  index: number,
  player = 'random',
  maxMoves = 20_000,
): StoredGame {
  const rules = createRules(board, players, players === 2 ? { swapRuleEnabled: true } : {});
  const table = Array.from({ length: players }, () => createPlayer(player, plainResources(rules)));
  const options = { maxMoves, hashes: false, openingMoves: 2 };
  const played = playedGame(rules, { seed: 7, index, players: table, ...options });
  const searches: PlySearch[] = [];
  const s = new State(rules);
  const legal = new MoveList();
  played.moves.forEach((move, ply) => {
    legalMoves(s, legal);
    if (legal.length > 1 && ply % 3 !== 2) {
      const weights = Array.from({ length: legal.length }, (_, i) => (i * 7 + ply) % 5);
      weights[0]++;
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const values = Array.from({ length: players }, (_, seat) => Math.sin(ply + seat));
      searches.push({
        ply,
        policy: quantisePolicy(weights.map((weight) => weight / total)),
        values: quantiseValues(values),
        budget: 64,
        surprise: 7 * ply,
      });
    } else if (legal.length > 1) searches.push({ ply, budget: 1, weight: 100 });
    apply(s, move);
  });
  const context = {
    rules,
    run: 'test',
    seed: 7,
    engine: player,
    models: { [player]: 'ab'.repeat(32) },
    settings: { [player]: { budget: 64 } },
  };
  return storedGame(context, { ...played, searches }, `2026-01-0${1 + (index % 9)}T00:00:00.000Z`);
}
