/**
 * The inference worker: owns the sessions of one device and answers slots in the order of a round. It blocks its thread,
 * so it runs in a worker thread of its own (inference-worker.ts).
 */
import type { Rules } from '../../engine/rules.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import type { FormName } from '../../net/lower/lower.ts';
import { NetSession, type Provider } from '../../net/session/session.ts';
import { MOVES_PER_POSITION } from '../../search/evaluators/network.ts';
import {
  CONTROL_WORDS,
  Control,
  FAILURE_BYTES,
  failAll,
  type Inference,
  type InferenceSlot,
  SlotState,
  WAKE_WORDS,
  Wake,
} from './slot.ts';

export interface InferenceSpec {
  readonly model: NetModel;
  readonly hash: string;
  readonly board: Rules['board'];
  readonly provider: Provider;
  readonly device: number;
  readonly form?: FormName;
  /** Batches in flight altogether: game workers × schedulers. */
  readonly slots: number;
  /** Positions per slot. On a GPU every run has exactly this many: one compiled shape. */
  readonly batch: number;
  readonly threads: number;
}

interface Session {
  readonly slot: InferenceSlot;
  readonly session: NetSession;
}

export class InferenceServer {
  readonly inference: Inference;
  readonly #sessions: readonly Session[];

  private constructor(spec: InferenceSpec, sessions: readonly Session[]) {
    this.#sessions = sessions;
    this.inference = {
      id: spec.hash,
      provider: spec.provider,
      wake: new Int32Array(new SharedArrayBuffer(4 * WAKE_WORDS)),
      slots: sessions.map(({ slot }) => slot),
      failure: new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES)),
    };
  }

  /** Loads the model once for all slots. @throws RrError PROVIDER_MISSING, MODEL_INCOMPATIBLE */
  static async create(spec: InferenceSpec): Promise<InferenceServer> {
    return new InferenceServer(spec, await openSessions(spec));
  }

  /** Answers until told to stop; a failure is passed on to everybody who waits, then thrown. */
  async serve(): Promise<void> {
    const { wake } = this.inference;
    try {
      for (let from = 0; Atomics.load(wake, Wake.stop) === 0; ) {
        const calls = Atomics.load(wake, Wake.calls);
        const due = this.#nextSubmitted(from);
        if (!due) {
          Atomics.wait(wake, Wake.calls, calls);
          continue;
        }
        await this.#answer(due.session);
        from = due.index + 1;
      }
    } catch (error) {
      failAll(this.inference, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      await Promise.all(this.#sessions.map(({ session }) => session.release()));
    }
  }

  #nextSubmitted(from: number): { readonly session: Session; readonly index: number } | undefined {
    const { length } = this.#sessions;
    for (let i = 0; i < length; i++) {
      const index = (from + i) % length;
      const session = this.#sessions[index];
      if (session && Atomics.load(session.slot.control, Control.state) === SlotState.submitted)
        return { session, index };
    }
    return undefined;
  }

  async #answer({ slot: { control }, session }: Session): Promise<void> {
    await session.run(Atomics.load(control, Control.positions), Atomics.load(control, Control.moves));
    Atomics.store(control, Control.state, SlotState.answered);
    Atomics.notify(control, Control.state);
  }
}

async function openSessions(spec: InferenceSpec): Promise<Session[]> {
  const { model, board, provider, device, form, batch, threads, slots } = spec;
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
    slots,
  );
  return sessions.map((session) => ({ session, slot: slotOf(session, batch) }));
}

function slotOf(session: NetSession, capacity: number): InferenceSlot {
  const { x, strides, moves, moveScalars } = session;
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  const logits = session.output('logits');
  const shares = session.output('value');
  return { control, x, strides, moves, moveScalars, logits, shares, capacity };
}
