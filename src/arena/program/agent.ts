/**
 * An external program as an agent. Asking it is like evaluating a batch of one position that takes its time, so it fits
 * the lanes that games with networks go through.
 */
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { Agent, Answer, Question, Seat, Thinking } from '../../search/agents/agent.ts';
import { BatchBuffers } from '../../search/evaluators/batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import type { Program } from '../participants/participant.ts';
import { ProgramFault, ProgramProcess } from './program-process.ts';

/** The player to move has forfeited the game. */
export class Forfeited extends Error {
  override readonly name = 'Forfeited';
  readonly seat: number;

  constructor(seat: number, detail: string) {
    super(detail);
    this.seat = seat;
  }
}

export class ProgramAgent implements Agent {
  readonly name: string;
  private readonly questions: Questions;

  constructor(rules: Rules, { id, command, seconds }: Program) {
    this.name = id;
    this.questions = new Questions(rules, id, new ProgramProcess(rules, command, seconds));
  }

  sit(): Seat {
    return { think: (question) => new AskingProgram(this.questions, question) };
  }

  close(): Promise<void> {
    return this.questions.close();
  }
}

class AskingProgram implements Thinking {
  readonly evaluator: Questions;
  private readonly question: Question;
  private asked = false;
  private outcome: number | ProgramFault = 0;

  constructor(evaluator: Questions, question: Question) {
    this.evaluator = evaluator;
    this.question = question;
  }

  gather(batch: EvaluationBatch, limit: number): number {
    if (this.asked || limit < 1) return 0;
    this.asked = true;
    batch.add(this.question.state, this.question.legal);
    return 1;
  }

  scatter(): void {
    this.outcome = this.evaluator.outcome;
  }

  /** @throws Forfeited */
  answer(): Answer {
    const { state, legal } = this.question;
    if (this.outcome instanceof ProgramFault) throw new Forfeited(state.player, this.outcome.message);
    return { move: legal.moves[this.outcome] };
  }
}

/** The evaluator of one program: its only batch holds one question at a time. */
class Questions implements Evaluator {
  readonly rules: Rules;
  readonly id: string;
  readonly provider = 'program';
  readonly preferredBatch = 1;
  /** Index of the move that was chosen last, or what went wrong. */
  outcome: number | ProgramFault = 0;
  private readonly process: ProgramProcess;

  constructor(rules: Rules, id: string, process: ProgramProcess) {
    this.rules = rules;
    this.id = id;
    this.process = process;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new QuestionBatch(capacity, this.rules.players, async (state, legal) => {
      try {
        this.outcome = await this.process.choose(state, legal);
      } catch (error) {
        if (!(error instanceof ProgramFault)) throw error;
        this.outcome = error;
      }
    });
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

class QuestionBatch extends BatchBuffers implements EvaluationBatch {
  private readonly ask: (state: State, legal: MoveList) => Promise<void>;
  private question: { readonly state: State; readonly legal: MoveList } | undefined;

  constructor(capacity: number, players: number, ask: (state: State, legal: MoveList) => Promise<void>) {
    super(capacity, players);
    this.ask = ask;
  }

  /** The game stands still until the answer is there, so its position can be read later. */
  add(state: State, legal: MoveList): number {
    this.question = { state, legal };
    return this.reserve(legal);
  }

  async run(): Promise<void> {
    if (this.question) await this.ask(this.question.state, this.question.legal);
    this.question = undefined;
  }
}
