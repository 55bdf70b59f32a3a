/** Plays one game alone, from its seed to its result. */
import type { EvaluationBatch, Evaluator } from '../evaluators/evaluator.ts';
import { type Answer, type GamePlayer, isAnswer, type PendingEvaluation, type Question } from '../players/player.ts';
import { type GameTask, isReply } from './game-task.ts';
import type { PlayedGame } from './played-game.ts';

/** Leaves of one decision that are evaluated together. */
const LEAVES = 16;

/** Undefined when `stopped` of its options said so. */
export async function playGame(task: GameTask): Promise<PlayedGame | undefined> {
  const batches = new Batches();
  for (let waiting = task.advance(); waiting !== null; waiting = task.advance()) {
    await (isReply(waiting) ? waiting : batches.evaluate(waiting));
  }
  return task.isOver ? task.result() : undefined;
}

/** The batches of one game: an evaluator hands out as many as it was made with, so each keeps its own. */
export class Batches {
  readonly #batches = new Map<Evaluator, EvaluationBatch>();

  /** @throws TypeError for a player that forfeits: there is no game here that it could give up */
  async decide(player: GamePlayer, question: Question): Promise<Answer> {
    const result = await player.decide(question);
    if ('forfeit' in result) throw new TypeError(`forfeited: ${result.forfeit}`);
    if (isAnswer(result)) return result;
    await this.evaluate(result);
    return result.answer();
  }

  /** Evaluates until the decision waits for nothing more. */
  async evaluate(pending: PendingEvaluation): Promise<void> {
    const batch = this.#batchOf(pending.evaluator);
    for (;;) {
      batch.reset();
      if (pending.gather(batch, LEAVES) === 0) return;
      await batch.run();
      pending.scatter(batch);
    }
  }

  #batchOf(evaluator: Evaluator): EvaluationBatch {
    const known = this.#batches.get(evaluator);
    if (known) return known;
    const batch = evaluator.createBatch(Math.max(LEAVES, evaluator.preferredBatch));
    this.#batches.set(evaluator, batch);
    return batch;
  }
}
