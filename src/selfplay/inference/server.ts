/**
 * The inference worker: owns the sessions of one device and answers banks in the order of a round. It blocks its thread,
 * so it runs in a worker thread of its own (inference-worker.ts).
 */
import type { Rules } from '../../engine/rules.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import type { FormName } from '../../net/lower/lower.ts';
import { NetSession, type Provider } from '../../net/session/session.ts';
import { MOVES_PER_POSITION } from '../../search/evaluators/network.ts';
import {
  type Bank,
  BankState,
  BELL_WORDS,
  Bell,
  CONTROL_WORDS,
  Control,
  FAILURE_BYTES,
  failAll,
  type Inference,
} from './bank.ts';

export interface InferenceSpec {
  readonly model: NetModel;
  readonly hash: string;
  readonly board: Rules['board'];
  readonly provider: Provider;
  readonly device: number;
  readonly form?: FormName;
  /** Batches in flight altogether: game workers × lanes. */
  readonly banks: number;
  /** Positions per bank. On a GPU every run has exactly this many: one compiled shape. */
  readonly batch: number;
  readonly threads: number;
}

interface Session {
  readonly bank: Bank;
  readonly session: NetSession;
}

export class InferenceServer {
  readonly inference: Inference;
  private readonly sessions: readonly Session[];

  private constructor(spec: InferenceSpec, sessions: readonly Session[]) {
    this.sessions = sessions;
    this.inference = {
      id: spec.hash,
      provider: spec.provider,
      bell: new Int32Array(new SharedArrayBuffer(4 * BELL_WORDS)),
      banks: sessions.map(({ bank }) => bank),
      failure: new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES)),
    };
  }

  /** Loads the model once for all banks. @throws RrError PROVIDER_MISSING, MODEL_INCOMPATIBLE */
  static async create(spec: InferenceSpec): Promise<InferenceServer> {
    return new InferenceServer(spec, await openSessions(spec));
  }

  /** Answers until told to stop; a failure is passed on to everybody who waits, then thrown. */
  async serve(): Promise<void> {
    const { bell } = this.inference;
    try {
      for (let from = 0; Atomics.load(bell, Bell.stop) === 0; ) {
        const rings = Atomics.load(bell, Bell.rings);
        const due = this.nextSubmitted(from);
        if (due < 0) {
          Atomics.wait(bell, Bell.rings, rings);
          continue;
        }
        await this.answer(this.sessions[due]);
        from = due + 1;
      }
    } catch (error) {
      failAll(this.inference, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      await Promise.all(this.sessions.map(({ session }) => session.release()));
    }
  }

  private nextSubmitted(from: number): number {
    const { sessions } = this;
    for (let i = 0; i < sessions.length; i++) {
      const at = (from + i) % sessions.length;
      if (Atomics.load(sessions[at].bank.control, Control.state) === BankState.submitted) return at;
    }
    return -1;
  }

  private async answer({ bank: { control }, session }: Session): Promise<void> {
    await session.run(Atomics.load(control, Control.positions), Atomics.load(control, Control.moves));
    Atomics.store(control, Control.state, BankState.answered);
    Atomics.notify(control, Control.state);
  }
}

async function openSessions(spec: InferenceSpec): Promise<Session[]> {
  const { model, board, provider, device, form, batch, threads, banks } = spec;
  const sessions = await NetSession.createSeveral(
    model,
    {
      box: BOARD_BOXES[board],
      form,
      maxBatch: batch,
      maxMoves: batch * MOVES_PER_POSITION[board],
      provider,
      device,
      threads,
      fixedBatch: provider !== 'cpu',
      allocate: (bytes) => new SharedArrayBuffer(bytes),
    },
    banks,
  );
  return sessions.map((session) => ({ session, bank: bankOf(session, batch) }));
}

function bankOf(session: NetSession, capacity: number): Bank {
  const { x, strides, moves, moveScalars } = session;
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  const logits = session.output('logits');
  const shares = session.output('value');
  return { control, x, strides, moves, moveScalars, logits, shares, capacity };
}
