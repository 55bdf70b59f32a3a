/** The games of a gauntlet that a report lets its reader replay. */

import { slotOf } from '../../arena/match/schedule.ts';
import { GameStore } from '../../games/store/store.ts';
import type { GameHeader, StoredGame } from '../../games/store/types.ts';
import { loadGame } from '../../view/replay/load.ts';
import { type Replay, showGame } from '../../view/replay/replay.ts';

export interface ShownReplay {
  readonly title: string;
  readonly replay: Replay;
}

/**
 * The first game against each opponent, then the second ones, and so on.
 * @param path database of the gauntlet
 * @throws RrError as GameStore.openReadOnly
 */
export async function shownGames(path: string, count: number): Promise<ShownReplay[]> {
  const store = await GameStore.openReadOnly(path);
  try {
    const rows = [...store.headerRows({ status: 'completed' })];
    const inTurn = rows.flatMap((row) => ('problem' in row ? [] : [row])).sort(byTurn);
    const shown: ShownReplay[] = [];
    for (const { game_id: id } of inTurn.slice(0, count)) {
      const game = store.row(id);
      if (game && !('problem' in game))
        shown.push({ title: titleOf(game), replay: showGame(await loadGame(path, { id })) });
    }
    return shown;
  } finally {
    store.close();
  }
}

/** A gauntlet numbers its games; they are stored as they end. */
function byTurn(a: GameHeader, b: GameHeader): number {
  const slot = ({ game_index, players }: GameHeader) => slotOf(game_index ?? 0, players);
  const [one, two] = [slot(a), slot(b)];
  return one.block - two.block || one.seat - two.seat || one.opponent - two.opponent;
}

function titleOf({ seats, winner, plies }: StoredGame): string {
  const names = seats.map(({ player }) => player);
  const victor = seats.find(({ seat }) => seat === winner)?.player ?? 'nobody';
  return `${names.join(' – ')} · won by ${victor} · ${plies} moves`;
}
