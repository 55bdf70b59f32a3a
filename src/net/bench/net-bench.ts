/** Positions per CPU-second of a network by form and batch size, beside the arithmetic peak of the same run. */
import type { BoardBox } from '../arch/boards.ts';
import { type NetModel, specOf } from '../arch/metadata.ts';
import type { FormName } from '../lower/lower.ts';
import { calibrate } from '../session/calibrate.ts';
import { MOVE_WIDTH, NetSession, type Provider } from '../session/session.ts';
import { multiplyAdds } from './cost.ts';
import { measure } from './measure.ts';
import { measurePeak } from './peak.ts';

export interface NetBenchOptions {
  readonly model: NetModel;
  readonly box: BoardBox;
  readonly forms: readonly FormName[];
  readonly batches: readonly number[];
  /** Legal moves per position. */
  readonly moves: number;
  /** Seconds per case. */
  readonly seconds: number;
  readonly threads?: number;
  readonly provider?: Provider;
  /** Planes of real positions [count, planes, H, W], for int8's ranges; default: made-up ones. */
  readonly samples?: Float32Array;
}

export interface NetBenchRow {
  readonly form: FormName;
  readonly batch: number;
  readonly positionsPerCpuSecond: number;
  /** In the best single call. */
  readonly positionsPerSecond: number;
  /** Positions per second and core that the Conv form would reach at the measured peak. */
  readonly limit: number;
  /** positionsPerCpuSecond / limit; above one where a form needs fewer multiplications than Conv. */
  readonly ratio: number;
}

/** Yields a row as soon as it is measured. */
export async function* benchNet(options: NetBenchOptions): AsyncGenerator<NetBenchRow> {
  const { model, box, forms, batches, moves, seconds, threads = 1, provider = 'cpu' } = options;
  const spec = specOf(model.metadata);
  const peak = await measurePeak(seconds / 2);
  const limit = peak.multiplyAddsPerSecond / multiplyAdds(spec, box, moves);
  const samples = options.samples ?? madeUpPlanes(spec.planes, box, 32);
  const ranges = forms.includes('int8') ? await calibrate(model, box, samples) : undefined;
  for (const form of forms) {
    for (const batch of batches) {
      const maxMoves = batch * moves;
      const session = await NetSession.create(model, {
        box,
        form,
        maxBatch: batch,
        maxMoves,
        ranges,
        threads,
        provider,
      });
      fillInputs(session, spec.kinds, box, batch, moves);
      // The graph does the same work whatever the planes hold, so they are not put back between calls.
      const { cpuSeconds, bestSeconds } = await measure(() => session.run(batch, maxMoves), seconds);
      await session.release();
      const rate = batch / cpuSeconds;
      yield {
        form,
        batch,
        positionsPerCpuSecond: rate,
        positionsPerSecond: batch / bestSeconds,
        limit,
        ratio: rate / limit,
      };
    }
  }
}

function madeUpPlanes(planes: number, box: BoardBox, count: number): Float32Array {
  const area = box.valid.length;
  return Float32Array.from({ length: count * planes * area }, (_, i) => {
    const plane = Math.floor(i / area) % planes;
    return box.valid[i % area] && (plane === 0 || (i * 2654435761) % 7 === 0) ? 1 : 0;
  });
}

function fillInputs(session: NetSession, kinds: number, box: BoardBox, batch: number, moves: number): void {
  const area = box.valid.length;
  session.x.forEach((_, i) => {
    session.x[i] = i % 7 === 0 ? 1 : 0;
  });
  for (let i = 0; i < batch * moves; i++) {
    session.moves.set([Math.floor(i / moves), i % kinds, (i * 7) % area, (i * 11) % area, -1], i * MOVE_WIDTH);
  }
}
