/**
 * The losses of all heads, per sample, and their weighted sum.
 *
 * Legal moves lie in flat lists of the whole batch, so the policy's softmax is one over segments: maximum and sum per
 * sample are scatters into [N], everything else is elementwise over [M]; nothing is padded to the longest list.
 */

import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import type { Form, HeadValues } from '../../net/arch/forward.ts';
import type { GraphBuilder } from '../../net/onnx/builder.ts';
import type { Value } from '../../net/onnx/value.ts';

/** The heads that have a loss, in the order of `head_weights`. */
export const LOSSES = ['policy', 'value', 'ownership', 'margins', 'plies'] as const;
export type LossName = (typeof LOSSES)[number];

/** Targets and weights as graph inputs; the shapes are those of TrainingBatch. */
export interface LossInputs {
  readonly policyTarget: Value;
  readonly policyWeight: Value;
  readonly valueTarget: Value;
  readonly valueWeight: Value;
  readonly ownershipTarget: Value;
  readonly marginsTarget: Value;
  readonly pliesTarget: Value;
  readonly auxiliaryWeight: Value;
  readonly headWeights: Value;
}

export function lossInputs(graph: GraphBuilder, spec: NetSpec, box: BoardBox, batch: number): LossInputs {
  const float = (name: string, shape: readonly (number | string)[]): Value => graph.input(name, 'float32', shape);
  return {
    policyTarget: float('policy_target', ['M']),
    policyWeight: float('policy_weight', [batch]),
    valueTarget: float('value_target', [batch, spec.players]),
    valueWeight: float('value_weight', [batch]),
    ownershipTarget: graph.input('ownership_target', 'int32', [batch, box.height * box.width]),
    marginsTarget: float('margins_target', [batch, 2, spec.players]),
    pliesTarget: float('plies_target', [batch]),
    auxiliaryWeight: float('auxiliary_weight', [batch]),
    headWeights: float('head_weights', [LOSSES.length]),
  };
}

export interface LossValues {
  /** Unweighted loss of each sample, [N] each. */
  readonly perSample: Readonly<Record<LossName, Value>>;
  /** Σ over samples and heads of weight·loss, divided by N. */
  readonly total: Value;
}

export function losses(
  spec: NetSpec,
  form: Form,
  box: BoardBox,
  heads: HeadValues,
  moves: Value,
  inputs: LossInputs,
): LossValues {
  const { graph } = form;
  const perSample: Record<LossName, Value> = {
    policy: policyLoss(form, heads.logits, graph.select(moves, 1, 0), inputs.policyTarget),
    value: crossEntropy(graph, heads.seats, inputs.valueTarget),
    ownership: ownershipLoss(spec, form, box, heads.ownership, inputs.ownershipTarget),
    margins: huber(graph, heads.margins, inputs.marginsTarget, [1, 2]),
    plies: huber(graph, heads.plies, inputs.pliesTarget, []),
  };
  const sampleWeights: Record<LossName, Value> = {
    policy: inputs.policyWeight,
    value: inputs.valueWeight,
    ownership: inputs.auxiliaryWeight,
    margins: inputs.auxiliaryWeight,
    plies: inputs.auxiliaryWeight,
  };
  const total = LOSSES.map((name, i) =>
    graph.mul(graph.mul(perSample[name], sampleWeights[name]), graph.select(inputs.headWeights, 0, i)),
  ).reduce((sum, part) => graph.add(sum, part));
  return { perSample, total: graph.reduce('ReduceMean', total, [0], false) };
}

/** −Σ over a sample's moves of target · log softmax(logits). */
function policyLoss({ graph, batch }: Form, logits: Value, sample: Value, target: Value): Value {
  const filled = (value: number): Value => graph.constant(new Float32Array(Number(batch)).fill(value), [Number(batch)]);
  const largest = graph.stopGradient(graph.scatterReduce(filled(-1e30), sample, graph.stopGradient(logits), 'max'));
  const shifted = graph.sub(logits, graph.gather(largest, sample));
  // The sum of a sample with moves is at least 1; without moves the tiny start keeps its logarithm finite.
  const sum = graph.scatterReduce(filled(1e-30), sample, graph.exp(shifted), 'add');
  const logSum = graph.log(sum);
  const logProbability = graph.sub(shifted, graph.gather(logSum, sample));
  return graph.neg(graph.scatterReduce(filled(0), sample, graph.mul(target, logProbability), 'add'));
}

function crossEntropy(graph: GraphBuilder, logits: Value, target: Value): Value {
  return graph.neg(graph.reduce('ReduceSum', graph.mul(graph.logSoftmax(logits, 1), target), [1], false));
}

/** Mean over the cells on the board of −log probability of the final owner; cells with target −1 count nothing. */
function ownershipLoss(spec: NetSpec, form: Form, box: BoardBox, logits: Value, target: Value): Value {
  const { graph } = form;
  const batch = Number(form.batch);
  const [area, owners] = [box.height * box.width, spec.players + 1];
  const logProbability = graph.logSoftmax(graph.reshape(form.planes(logits), [batch, owners, area]), 1);
  const classes = graph.int32([...Array(owners).keys()], [1, owners, 1]);
  const chosen = graph.cast(graph.equal(graph.unsqueeze(target, 1), classes), 'float32');
  const sum = graph.reduce('ReduceSum', graph.mul(logProbability, chosen), [1, 2], false);
  return graph.mul(sum, graph.scalar(-1 / box.cells));
}

/** Huber's loss with δ = 1, averaged over `axes`: e²/2 near zero, |e| − ½ beyond (Huber 1964). */
function huber(graph: GraphBuilder, predicted: Value, target: Value, axes: readonly number[]): Value {
  const error = graph.sub(predicted, target);
  const clipped = graph.stopGradient(graph.max(graph.min(error, graph.scalar(1)), graph.scalar(-1)));
  // c·(e − c/2) with c = clip(e, ±1) held constant has Huber's value and, since dL/de = c, Huber's gradient.
  const loss = graph.mul(clipped, graph.sub(error, graph.mul(clipped, graph.scalar(0.5))));
  return axes.length > 0 ? graph.reduce('ReduceMean', loss, axes, false) : loss;
}
