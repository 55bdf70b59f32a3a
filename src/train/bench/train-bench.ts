/** Training samples per CPU-second, alone or beside PyTorch on the same batch. */
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { initialWeights } from '../../net/arch/parameters.ts';
import { measure } from '../../net/bench/measure.ts';
import type { TrainingForm } from '../graph/training-graph.ts';
import { freshState, TrainingSession } from '../graph/training-session.ts';
import { fillRandomly } from './synthetic.ts';
import { type TorchRate, torchRate } from './torch.ts';

export interface TrainBenchOptions {
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly batch: number;
  readonly moves: number;
  readonly form?: TrainingForm;
  readonly seconds: number;
  readonly threads?: number;
  /** A Python with PyTorch (pythonWithTorch), to run the same training step there. */
  readonly python?: string;
}

export interface TrainBenchResult {
  readonly samplesPerCpuSecond: number;
  /** In the best single step. */
  readonly samplesPerSecond: number;
  /** Resident memory of this process after the steps. */
  readonly rssBytes: number;
  readonly torch?: TorchRate;
  /** samplesPerCpuSecond over PyTorch's. */
  readonly ratio?: number;
}

export async function benchTrain(options: TrainBenchOptions): Promise<TrainBenchResult> {
  const { spec, box, batch: size, moves, form, seconds, threads = 1, python } = options;
  const weights = initialWeights(spec, 1);
  const session = new TrainingSession(
    { spec, box, batch: size, maxMoves: size * moves, form, threads },
    freshState(weights),
  );
  const batch = session.allocateBatch();
  const moveCount = fillRandomly(batch, spec, box, moves, 1);
  let step = 0;
  const once = (): Promise<unknown> => {
    step++;
    return session.step(batch, moveCount, {
      step,
      learningRate: 1e-3,
      weightDecay: 1e-2,
      clipNorm: 1,
      emaDecay: 0.999,
    });
  };
  const timing = await measure(once, seconds);
  const rssBytes = process.memoryUsage().rss;
  await session.release();
  const rates = {
    samplesPerCpuSecond: size / timing.cpuSeconds,
    samplesPerSecond: size / timing.bestSeconds,
    rssBytes,
  };
  if (!python) return rates;
  const torch = await torchRate({ python, spec, box, weights, batch, moveCount, threads }, timing.calls);
  return { ...rates, torch, ratio: rates.samplesPerCpuSecond / torch.samplesPerCpuSecond };
}
