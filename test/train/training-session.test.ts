import { describe, expect, it } from 'vitest';
import type { BoardName } from '../../src/engine/boards.ts';
import { ARCHITECTURES } from '../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../src/net/arch/boards.ts';
import { initialWeights, parametersOf, unusedTaps } from '../../src/net/arch/parameters.ts';
import { fillRandomly, uniforms } from '../../src/train/bench/synthetic.ts';
import { pythonWithTorch, torchGradients } from '../../src/train/bench/torch.ts';
import { LOSSES } from '../../src/train/graph/losses.ts';
import { freshState, type TrainingOptions, TrainingSession } from '../../src/train/graph/training-session.ts';

const BATCH = 6;
const settings = { learningRate: 3e-3, weightDecay: 1e-2, clipNorm: 1, emaDecay: 0.9 };

function fixture(board: BoardName, options: Partial<TrainingOptions> = {}) {
  const box = BOARD_BOXES[board];
  const spec = { architecture: ARCHITECTURES.nano, family: box.family, planes: 20, players: 3, kinds: 24 };
  const weights = initialWeights(spec, 3);
  const session = new TrainingSession({ spec, box, batch: BATCH, maxMoves: 400, ...options }, freshState(weights));
  const batch = session.allocateBatch();
  const moveCount = fillRandomly(batch, spec, box, 20, 5);
  return { box, spec, weights, session, batch, moveCount };
}

const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>, start = 0, end = a.length): number => {
  let [difference, size] = [0, 0];
  for (let i = start; i < end; i++) {
    difference += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
    size += (b[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference / (size + 1e-30));
};

describe('the whole network', () => {
  it.each([
    ['hex8', 'winograd'],
    ['hex8', 'conv'],
    ['square8', 'winograd'],
  ] as const)('%s %s: directional derivatives are central differences', async (board, form) => {
    const { session, batch, moveCount, weights, spec, box } = fixture(board, { form });
    await session.accumulate(batch, moveCount);
    const gradient = session.gradient.slice();
    const uniform = uniforms(1);
    const lossAt = async (point: Float32Array): Promise<number> => {
      const { perSample } = await session.evaluate(batch, moveCount, point);
      // Summed in double precision: the difference of two nearly equal floats is what is measured.
      return LOSSES.reduce((total, name, head) => {
        const sample =
          name === 'policy' ? batch.policyWeight : name === 'value' ? batch.valueWeight : batch.auxiliaryWeight;
        const sum = perSample[name].reduce((s, loss, i) => s + loss * (sample[i] ?? 0), 0);
        return total + (sum / BATCH) * (batch.headWeights[head] ?? 0);
      }, 0);
    };
    for (let trial = 0; trial < 4; trial++) {
      // Random signs on top of the gradient's own direction, so that the derivative is not lost in rounding.
      const scale = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0) / gradient.length);
      const direction = gradient.map((value) => value + scale * (uniform() - 0.5));
      const epsilon = 2e-3 / (scale * Math.sqrt(gradient.length));
      const move = (sign: number): Float32Array =>
        weights.map((value, i) => value + sign * epsilon * (direction[i] ?? 0));
      const numeric = ((await lossAt(move(1))) - (await lossAt(move(-1)))) / (2 * epsilon);
      const analytic = gradient.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
      expect(Math.abs(numeric / analytic - 1)).toBeLessThan(1e-2);
    }
    expect(spec.family).toBe(box.family);
    await session.release();
  });

  it('agrees with PyTorch in float64 within 1e-5', async (context) => {
    const python = await pythonWithTorch();
    if (!python) {
      console.log('skipped: comparison with PyTorch (no python3 with torch here)');
      context.skip();
      return;
    }
    for (const [board, form] of [
      ['hex8', 'winograd'],
      ['hex8', 'conv'],
      ['square8', 'winograd'],
    ] as const) {
      const { session, batch, moveCount, weights, spec, box } = fixture(board, { form });
      const { perSample } = await session.accumulate(batch, moveCount);
      const torch = await torchGradients({ python, spec, box, weights, batch, moveCount });
      for (const { name, offset, size } of parametersOf(spec).all) {
        const error = relativeError(session.gradient, torch.gradient, offset, offset + size);
        expect(error, `${board} ${form} ${name}`).toBeLessThan(1e-5);
      }
      LOSSES.forEach((name, head) => {
        perSample[name].forEach((loss, i) => {
          expect(Math.abs(loss - (torch.perSample[head * BATCH + i] ?? Number.NaN))).toBeLessThan(1e-5);
        });
      });
      await session.release();
    }
  });
});

describe('TrainingSession', () => {
  it('lowers the loss, keeps unused kernel taps at zero and repeats bit for bit', async () => {
    const run = async (): Promise<{
      losses: number[];
      weights: Float32Array;
      spec: Parameters<typeof parametersOf>[0];
    }> => {
      const { session, batch, moveCount, spec } = fixture('hex8');
      const losses: number[] = [];
      for (let step = 1; step <= 30; step++)
        losses.push((await session.step(batch, moveCount, { ...settings, step })).loss);
      const weights = session.state.weights.slice();
      await session.release();
      return { losses, weights, spec };
    };
    const [first, second] = [await run(), await run()];
    expect(first.losses.at(-1) ?? 9).toBeLessThan((first.losses[0] ?? 0) * 0.7);
    expect(second.weights).toEqual(first.weights);
    unusedTaps(first.spec, parametersOf(first.spec), (start, end) => {
      expect(first.weights.subarray(start, end).every((value) => value === 0)).toBe(true);
    });
  });

  it('accumulating a batch and applying it is a step; both forms take the same step', async () => {
    const whole = fixture('hex8');
    const parts = fixture('hex8');
    const conv = fixture('hex8', { form: 'conv' });
    const step = await whole.session.step(whole.batch, whole.moveCount, { ...settings, step: 1 });
    await parts.session.accumulate(parts.batch, parts.moveCount);
    const applied = await parts.session.apply({ ...settings, step: 1 });
    expect(applied.gradientNorm).toBeCloseTo(step.gradientNorm, 5);
    expect(relativeError(parts.session.state.weights, whole.session.state.weights)).toBeLessThan(1e-6);
    expect(parts.session.gradient.every((value) => value === 0)).toBe(true);
    // Adam divides by the gradient's own size: compare what is not near zero by the norm of the whole.
    const other = await conv.session.step(conv.batch, conv.moveCount, { ...settings, step: 1 });
    expect(other.loss).toBeCloseTo(step.loss, 5);
    expect(other.gradientNorm).toBeCloseTo(step.gradientNorm, 4);
    expect(relativeError(conv.session.state.m, whole.session.state.m)).toBeLessThan(1e-4);
  });

  it('two accumulated halves with gradientScale ½ are the mean of their gradients', async () => {
    const { session, batch, moveCount } = fixture('square8');
    await session.accumulate(batch, moveCount);
    const once = session.gradient.slice();
    await session.accumulate(batch, moveCount);
    expect(
      relativeError(
        session.gradient,
        once.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6);
    const { gradientNorm } = await session.apply({ ...settings, step: 1, gradientScale: 0.5 });
    expect(gradientNorm).toBeCloseTo(Math.sqrt(once.reduce((sum, value) => sum + value * value, 0)), 4);
  });

  it('follows AdamW, clipping and the moving average by their definitions', async () => {
    const { session, batch, moveCount, weights, spec } = fixture('square8');
    await session.accumulate(batch, moveCount);
    const raw = session.gradient.slice();
    const norm = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
    const clipNorm = norm / 2;
    await session.apply({ step: 1, learningRate: 1e-3, weightDecay: 0.1, clipNorm, emaDecay: 0.75 });
    const { state } = session;
    for (const { decays, offset } of parametersOf(spec).all) {
      const g = (raw[offset] ?? 0) / 2;
      const w = weights[offset] ?? 0;
      // At the first step the bias-corrected moments are g and g².
      const expected = w - 1e-3 * (g / (Math.abs(g) + 1e-8)) - (decays ? 1e-3 * 0.1 * w : 0);
      expect(state.weights[offset]).toBeCloseTo(expected, 5);
      expect(state.m[offset]).toBeCloseTo(0.1 * g, 6);
      expect(state.ema[offset]).toBeCloseTo(0.75 * w + 0.25 * expected, 5);
    }
  });

  it('samples of weight zero change nothing, nor do samples without moves', async () => {
    const { session, batch, moveCount, box } = fixture('hex8');
    batch.policyWeight[2] = 0;
    batch.valueWeight[2] = 0;
    batch.auxiliaryWeight[2] = 0;
    await session.accumulate(batch, moveCount);
    const before = session.gradient.slice();
    session.gradient.fill(0);
    const area = box.height * box.width;
    for (let cell = 0; cell < area; cell++) {
      for (let plane = 1; plane < 20; plane++) {
        const at = 2 * batch.strides.sample + cell * batch.strides.cell + plane * batch.strides.plane;
        batch.x[at] = 1 - (batch.x[at] ?? 0);
      }
    }
    await session.accumulate(batch, moveCount);
    expect(relativeError(session.gradient, before)).toBeLessThan(1e-5);

    batch.moves.copyWithin(0, 5 * 20);
    const { perSample, loss } = await session.evaluate(batch, moveCount - 20);
    expect(perSample.policy[0]).toBeCloseTo(0, 6);
    expect(Number.isFinite(loss)).toBe(true);
  });

  it('keeps its state when a call is refused', async () => {
    const { session, batch, moveCount } = fixture('hex8');
    await expect(session.step(batch, 0, { ...settings, step: 1 })).rejects.toThrow(RangeError);
    await expect(session.step({ ...batch, size: 2 }, moveCount, { ...settings, step: 1 })).rejects.toThrow(RangeError);
    expect(() => new TrainingSession(session.options, freshState(new Float32Array(3)))).toThrow(RangeError);
  });
});
