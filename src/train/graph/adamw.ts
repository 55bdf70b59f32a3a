/**
 * AdamW (Loshchilov & Hutter 2019) over the flat weight vector, with clipping of the gradient's global norm and an
 * exponential moving average of the weights. Bias corrections are folded into two hyper-parameters by the caller
 * (hyperVector): θ ← θ·(1 − η·λ·decays) − η_t · m / (√v + ε_t) with η_t = η·√(1−β₂ᵗ)/(1−β₁ᵗ), ε_t = ε·√(1−β₂ᵗ).
 */
import type { ParameterList } from '../../net/arch/parameters.ts';
import type { GraphBuilder } from '../../net/onnx/builder.ts';
import type { Value } from '../../net/onnx/value.ts';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPSILON = 1e-8;

/** What an optimiser step is told, as the trainer thinks of it. */
export interface StepSettings {
  /** 1 for the first step. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Largest global norm of the gradient; Infinity for no clipping. */
  readonly clipNorm: number;
  /** Factor on the gradient before clipping: 1, or 1/k after k accumulated batches. */
  readonly gradientScale?: number;
  /** Decay of the averaged weights, e.g. 0.999; 0 makes the average equal the weights. */
  readonly emaDecay: number;
}

/** Length of the `hyper` input. */
export const HYPER_SIZE = 6;

/** The `hyper` input of a step. */
export function hyperVector(settings: StepSettings): Float32Array {
  const { step, learningRate, weightDecay, clipNorm, gradientScale = 1, emaDecay } = settings;
  const correction = Math.sqrt(1 - BETA2 ** step);
  return Float32Array.of(
    (learningRate * correction) / (1 - BETA1 ** step),
    EPSILON * correction,
    learningRate * weightDecay,
    // Infinity times zero would be NaN for a zero gradient: the largest float serves as no limit.
    Math.min(clipNorm, 3e38),
    gradientScale,
    1 - emaDecay,
  );
}

/** Declares the inputs m, v, ema, hyper and the outputs *_next and gradient_norm; `weights` is declared already. */
export function adamw(graph: GraphBuilder, list: ParameterList, weights: Value, rawGradient: Value): void {
  const vector = (name: string): Value => graph.input(name, 'float32', [list.size]);
  const [m, v, ema] = [vector('m'), vector('v'), vector('ema')];
  const hyper = graph.input('hyper', 'float32', [HYPER_SIZE]);
  const [rate, epsilon, decay, clip, scale, emaStep] = [0, 1, 2, 3, 4, 5].map((i) => graph.select(hyper, 0, i)) as [
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const squares = graph.reduce('ReduceSum', graph.mul(rawGradient, rawGradient), [0], false);
  const norm = graph.mul(graph.sqrt(squares), scale);
  const limit = graph.min(graph.scalar(1), graph.div(clip, graph.add(norm, graph.scalar(1e-12))));
  const gradient = graph.mul(rawGradient, graph.mul(scale, limit));

  const nextM = graph.add(graph.mul(m, graph.scalar(BETA1)), graph.mul(gradient, graph.scalar(1 - BETA1)));
  const nextV = graph.add(
    graph.mul(v, graph.scalar(BETA2)),
    graph.mul(graph.mul(gradient, gradient), graph.scalar(1 - BETA2)),
  );
  const decays = new Float32Array(list.size);
  for (const { decays: yes, offset, size } of list.all) if (yes) decays.fill(1, offset, offset + size);
  const kept = graph.sub(graph.scalar(1), graph.mul(graph.constant(decays, [list.size]), decay));
  const change = graph.div(graph.mul(nextM, rate), graph.add(graph.sqrt(nextV), epsilon));
  const nextWeights = graph.sub(graph.mul(weights, kept), change);
  const nextEma = graph.add(ema, graph.mul(graph.sub(nextWeights, ema), emaStep));
  graph.output('weights_next', nextWeights);
  graph.output('m_next', nextM);
  graph.output('v_next', nextV);
  graph.output('ema_next', nextEma);
  graph.output('gradient_norm', norm);
}
