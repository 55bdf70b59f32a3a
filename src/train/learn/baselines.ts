/** What guessing without a network achieves on a set of samples: the least a trained one has to beat. */
import { MOVE_KIND_COUNT } from '../../net/encode/rr1/moves.ts';
import type { TrainingRows } from '../data/rows.ts';

export interface Baseline {
  readonly policy_top1: number;
  readonly policy_top5: number;
  /** Cross-entropy of the policy against the targets; left out where the guess has none. */
  readonly policy_loss?: number;
  readonly value_accuracy: number;
  readonly value_loss: number;
}

export interface Baselines {
  /** Every legal move and every seat alike. */
  readonly uniform: Baseline;
  /**
   * Learned by counting on the training samples: a move of the kind that was most often best when it was possible (all
   * moves of that kind alike), and the relative seat that won most often.
   */
  readonly majority: Baseline;
}

/** Baselines on the rows `validation`; counts come from the rows `training`. */
export function baselines(rows: TrainingRows, training: Uint32Array, validation: Uint32Array): Baselines {
  return { uniform: uniform(rows, validation), majority: majority(rows, training, validation) };
}

function uniform({ moveStart, players, learnsPolicy }: TrainingRows, validation: Uint32Array): Baseline {
  let policies = 0;
  let top1 = 0;
  let top5 = 0;
  let loss = 0;
  for (const row of validation) {
    if (!learnsPolicy[row]) continue;
    const moves = moveStart[row + 1] - moveStart[row];
    policies++;
    top1 += 1 / moves;
    top5 += Math.min(1, 5 / moves);
    loss += Math.log(moves);
  }
  const n = Math.max(1, policies);
  return {
    policy_top1: top1 / n,
    policy_top5: top5 / n,
    policy_loss: loss / n,
    value_accuracy: 1 / players,
    value_loss: Math.log(players),
  };
}

function majority(rows: TrainingRows, training: Uint32Array, validation: Uint32Array): Baseline {
  const { players, value, learnsPolicy } = rows;
  const possible = new Float64Array(MOVE_KIND_COUNT);
  const chosen = new Float64Array(MOVE_KIND_COUNT);
  const wins = new Float64Array(players);
  const moves = new Uint32Array(MOVE_KIND_COUNT);
  for (const row of training) {
    for (let seat = 0; seat < players; seat++) wins[seat] += value[row * players + seat];
    if (!learnsPolicy[row]) continue;
    countKinds(rows, row, moves);
    for (let kind = 0; kind < MOVE_KIND_COUNT; kind++) if (moves[kind] > 0) possible[kind]++;
    chosen[rows.kind[bestMove(rows, row)]]++;
  }
  const rank = chosen.map((count, kind) => count / Math.max(1, possible[kind]));
  const guess = wins.indexOf(Math.max(...wins));
  let policies = 0;
  let top1 = 0;
  let top5 = 0;
  let right = 0;
  let valueLoss = 0;
  for (const row of validation) {
    let winner = 0;
    for (let seat = 0; seat < players; seat++) {
      const target = value[row * players + seat];
      if (target > value[row * players + winner]) winner = seat;
      if (target > 0) valueLoss -= target * Math.log(Math.max(1e-12, wins[seat] / Math.max(1, training.length)));
    }
    if (winner === guess) right++;
    if (!learnsPolicy[row]) continue;
    policies++;
    countKinds(rows, row, moves);
    let best = 0;
    for (let kind = 1; kind < MOVE_KIND_COUNT; kind++) {
      if (moves[kind] > 0 && (moves[best] === 0 || rank[kind] > rank[best])) best = kind;
    }
    if (rows.kind[bestMove(rows, row)] !== best) continue;
    top1 += 1 / moves[best];
    top5 += Math.min(1, 5 / moves[best]);
  }
  const n = Math.max(1, policies);
  return {
    policy_top1: top1 / n,
    policy_top5: top5 / n,
    value_accuracy: right / Math.max(1, validation.length),
    value_loss: valueLoss / Math.max(1, validation.length),
  };
}

function countKinds({ moveStart, kind }: TrainingRows, row: number, counts: Uint32Array): void {
  counts.fill(0);
  for (let move = moveStart[row]; move < moveStart[row + 1]; move++) counts[kind[move]]++;
}

function bestMove({ moveStart, probability }: TrainingRows, row: number): number {
  let best = moveStart[row];
  for (let move = best + 1; move < moveStart[row + 1]; move++) if (probability[move] > probability[best]) best = move;
  return best;
}
