/** What training samples say about the games that they come from, gathered in one pass over the rows. */
import { createHash } from 'node:crypto';
import { at } from '../../core/at.ts';
import { BOARD_SPECS } from '../../engine/boards.ts';
import { COUNTERS, Counter, layersOf } from '../../net/encode/rr1/features.ts';
import type { TrainingData } from '../data/load.ts';
import type { TrainingRows } from '../data/rows.ts';

export interface GameFigures {
  readonly id: string;
  /** NaN when unknown. */
  readonly quality: number;
  /** Moves, as far as samples tell. */
  readonly plies: number;
  /** Absolute seat that won; 0 when its samples do not agree on one. */
  readonly winner: number;
  /** In its last sample, the winner is ahead in rings or territory; undefined when nobody is, or nobody won. */
  readonly led: boolean | undefined;
  /** Mean entropy of its search policies, 1 where all moves are alike; NaN without searches. */
  readonly vagueness: number;
  /** Equal for games with the same positions. */
  readonly contents: string;
}

/** One entry a game with samples. Cost: a hash over the features. */
export function gameFigures({ rows, games }: TrainingData): GameFigures[] {
  const found = games.map(() => new Gathering());
  for (let row = 0; row < rows.count; row++) at(found, rows.game[row]).add(rows, row);
  return games.flatMap(({ id, quality }, i) => {
    const gathered = at(found, i);
    return gathered.samples === 0 ? [] : [{ id, quality, ...gathered.figures }];
  });
}

class Gathering {
  samples = 0;
  #plies = 0;
  #winner: number | undefined;
  #led: boolean | undefined;
  #left = Number.POSITIVE_INFINITY;
  #entropy = 0;
  #searched = 0;
  #contents = 0n;

  add(rows: TrainingRows, row: number): void {
    const counters = row * COUNTERS;
    this.samples++;
    this.#plies = Math.max(this.#plies, rows.counters[counters + Counter.ply] + rows.pliesLeft[row]);
    const winner = winnerOf(rows, row);
    this.#winner = this.#winner === undefined || this.#winner === winner ? winner : 0;
    if (rows.pliesLeft[row] < this.#left) {
      this.#left = rows.pliesLeft[row];
      this.#led = winnerLeads(rows, row);
    }
    const entropy = rows.searched[row] & 1 ? entropyOf(rows, row) : undefined;
    if (entropy !== undefined) {
      this.#entropy += entropy;
      this.#searched++;
    }
    // a sum, so that the order of shuffled rows makes no difference
    this.#contents = BigInt.asUintN(64, this.#contents + positionHash(rows, row));
  }

  get figures(): Omit<GameFigures, 'id' | 'quality'> {
    return {
      plies: this.#plies,
      winner: this.#winner ?? 0,
      led: this.#led,
      vagueness: this.#searched === 0 ? Number.NaN : this.#entropy / this.#searched,
      contents: `${this.samples}:${this.#contents.toString(16)}`,
    };
  }
}

/** Absolute seat, 1-based, with the whole win share; 0 when it is divided. */
function winnerOf({ value, players, counters }: TrainingRows, row: number): number {
  const mover = counters[row * COUNTERS + Counter.seat];
  for (let seat = 0; seat < players; seat++) {
    if (value[row * players + seat] > 0.999) return ((mover - 1 + seat) % players) + 1;
  }
  return 0;
}

/** The seats' progress towards the two ways to win, mover first, held against the win shares. */
function winnerLeads({ value, players, counters }: TrainingRows, row: number): boolean | undefined {
  const at = row * COUNTERS;
  const progress = Array.from({ length: players }, (_, seat) =>
    Math.max(
      counters[at + Counter.eliminated + seat] / counters[at + Counter.victoryThreshold],
      counters[at + Counter.territory + seat] / counters[at + Counter.territoryMinimum],
    ),
  );
  const best = Math.max(...progress);
  const ahead = progress.flatMap((share, seat) => (share === best ? [seat] : []));
  const [leader] = ahead;
  return ahead.length > 1 || leader === undefined ? undefined : value[row * players + leader] > 0.5;
}

/** Of the policy, relative to that of equal chances; undefined where there is nothing to choose. */
function entropyOf({ moveStart, probability }: TrainingRows, row: number): number | undefined {
  const [start, end] = [moveStart[row], moveStart[row + 1]];
  if (end - start < 2) return undefined;
  let entropy = 0;
  for (let move = start; move < end; move++) {
    const p = probability[move];
    if (p > 0) entropy -= p * Math.log(p);
  }
  return entropy / Math.log(end - start);
}

function positionHash({ board, players, cells, counters }: TrainingRows, row: number): bigint {
  const bytes = layersOf(players) * BOARD_SPECS[board].cells;
  return createHash('sha256')
    .update(cells.subarray(row * bytes, (row + 1) * bytes))
    .update(counters.subarray(row * COUNTERS, (row + 1) * COUNTERS))
    .digest()
    .readBigUInt64BE();
}
