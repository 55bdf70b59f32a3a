/** The graphs of learning: a whole step, a step in parts for gradient accumulation, and the losses alone. */
import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { type Form, forward } from '../../net/arch/forward.ts';
import { type ParameterList, parametersOf } from '../../net/arch/parameters.ts';
import { convForm } from '../../net/lower/conv-form.ts';
import { moveInputs } from '../../net/lower/outputs.ts';
import { vectorWeights } from '../../net/lower/weights.ts';
import { winogradForm } from '../../net/lower/winograd-form.ts';
import type { TileSize } from '../../net/lower/winograd-matrices.ts';
import { GraphBuilder } from '../../net/onnx/builder.ts';
import type { Value } from '../../net/onnx/value.ts';
import { adamw } from './adamw.ts';
import { gradients } from './gradient.ts';
import { LOSSES, losses, lossInputs } from './losses.ts';

/**
 * - `step`: forward, losses, backward, AdamW
 * - `accumulate`: forward, losses, backward; gradient_next = gradient + new gradient
 * - `apply`: AdamW from an accumulated gradient
 * - `evaluate`: forward and losses
 */
export const GRAPH_KINDS = ['step', 'accumulate', 'apply', 'evaluate'] as const;
export type GraphKind = (typeof GRAPH_KINDS)[number];

/** `winograd` on CPUs; `conv` is the reference and the form for GPUs. */
export type TrainingForm = 'winograd' | 'conv';

export interface TrainingGraphOptions {
  readonly kind: GraphKind;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  /** Positions per step; the number of moves may differ from step to step. */
  readonly batch: number;
  readonly form: TrainingForm;
  readonly tile?: TileSize;
}

export function trainingGraph({
  kind,
  spec,
  box,
  batch,
  form: formName,
  tile,
}: TrainingGraphOptions): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder({ opset: 18 });
  const list = parametersOf(spec);
  const vector = graph.input('weights', 'float32', [list.size]);
  if (kind === 'apply') {
    adamw(graph, list, vector, graph.input('gradient', 'float32', [list.size]));
    return graph.build();
  }
  const weights = vectorWeights(graph, list, vector);
  const form: Form =
    formName === 'winograd'
      ? winogradForm({ graph, spec, box, batch, weights, tile })
      : convForm({ graph, spec, box, batch, weights });
  const moves = moveInputs(graph);
  const heads = forward(spec, form, moves);
  const { perSample, total } = losses(spec, form, box, heads, moves.moves, lossInputs(graph, spec, box, batch));
  for (const name of LOSSES) graph.output(`loss_${name}`, perSample[name]);
  graph.output('loss', total);
  graph.output('logits', heads.logits);
  graph.output('value', graph.softmax(graph.stopGradient(heads.seats), 1));
  if (kind === 'evaluate') return graph.build();

  const gradient = flatGradient(graph, list, total, weights.slices);
  if (kind === 'accumulate') {
    const before = graph.input('gradient', 'float32', [list.size]);
    graph.output('gradient_next', graph.add(before, gradient));
  } else adamw(graph, list, vector, gradient);
  return graph.build();
}

function flatGradient(
  graph: GraphBuilder,
  list: ParameterList,
  loss: Value,
  slices: ReadonlyMap<string, Value>,
): Value {
  const leaves = list.all.map(({ name }) => {
    const leaf = slices.get(name);
    if (!leaf) throw new TypeError(`the network does not use '${name}'`);
    return leaf;
  });
  const parts = gradients(graph, loss, leaves);
  return graph.concat(
    list.all.map(({ size }, i) => graph.reshape(parts[i] ?? loss, [size])),
    0,
  );
}
