/**
 * The network, written once for every form it runs in. A form (src/net/lower) brings the layers over cells: its own
 * layout of activations, convolution, pooling. The same text thus builds the stored file, the graphs that play and the
 * graph that learns.
 *
 *   tower   h = relu(conv3(x));  per block: y = conv3(relu(conv3(h)));  s = sigmoid(dense(relu(dense(mean y))));
 *           h = relu(s·y + h)                                        (He et al. 2016; squeeze-excitation: Hu et al. 2018)
 *   globals v = relu(cells(h)); g = relu(dense([mean v, max v]))      (pooling as in KataGo, Wu 2019)
 *   heads   value = softmax(dense(g)) · margins, plies = dense(g) · ownership = softmax(cells(v))
 *   policy  p = relu(cells(h) + dense(g)); embeddings q, k, t = cells(p); for a move of kind κ from a to b with third
 *           cell c and scalar z:
 *             logit = ( Σ_d q_a·(α_κ·k_b + β_κ + z·ρ_κ) + γ_κ·k_b + ε_κ·t_c ) / √d + bias_κ + z·slope_κ
 *           where a missing cell takes an embedding computed from g instead. Only the rows of legal moves are
 *           gathered: the cost is proportional to cells + moves.
 */
import type { GraphBuilder } from '../onnx/builder.ts';
import type { Value } from '../onnx/value.ts';
import type { NetSpec } from './architectures.ts';

/** Layers over cells in one form. `Value`s marked "cells" have the form's own layout. */
export interface Form {
  readonly graph: GraphBuilder;
  /** The input planes as cells. */
  readonly x: Value;
  /** Batch size of the form's shapes. */
  readonly batch: number | string;
  /** A weight in the layout of the flat vector (dense layers, tables, biases). */
  weight(name: string): Value;
  /** 3×3 convolution with bias, to be followed by activate or mask. */
  conv3(x: Value, name: string): Value;
  /** 1×1 convolution with bias; with `masked`, to be followed by activate. */
  cells(x: Value, name: string, options?: { masked?: boolean }): Value;
  /** ReLU; off-board cells become zero. */
  activate(x: Value): Value;
  /** Takes off-board cells out: out of mean, and they stay zero in relu(scale(x) + h) where h has them zero. */
  mask(x: Value): Value;
  /** Mean over the cells on the board of a result of activate or mask, [N, C]. */
  mean(x: Value): Value;
  /** Maximum over the cells of a result of activate (hence ≥ 0), [N, C]. */
  max(x: Value): Value;
  /** cells × per-sample factors [N, C]. */
  scale(x: Value, factors: Value): Value;
  /** cells + per-sample terms [N, C]. */
  shift(x: Value, terms: Value): Value;
  /** Rows of the cells `column` (2 from, 3 to, 4 third) of the moves, or of `missing` [N, C] where it is −1: [M, C]. */
  rows(x: Value, missing: Value, moves: Value, column: number): Value;
  /** cells as [N, C, H, W]. */
  planes(x: Value): Value;
}

/** The raw results of all heads, before any softmax. */
export interface HeadValues {
  /** [M] */
  readonly logits: Value;
  /** [N, P] */
  readonly seats: Value;
  /** cells with P + 1 channels */
  readonly ownership: Value;
  /** [N, 2, P]: ring margins, then territory margins */
  readonly margins: Value;
  /** [N] */
  readonly plies: Value;
}

/** The legal moves as inputs of a graph. */
export interface MoveInputs {
  /** [M, 5] int32: sample, kind, from, to, third; cells are y·W + x or −1. */
  readonly moves: Value;
  /** [M] float32 */
  readonly scalars: Value;
}

const dense = (form: Form, x: Value, name: string): Value =>
  form.graph.gemm(x, form.weight(`${name}.weight`), form.weight(`${name}.bias`));

/** Emits the whole network; heads that no output uses are dropped by the runtime's optimiser. */
export function forward(spec: NetSpec, form: Form, inputs: MoveInputs): HeadValues {
  const { graph } = form;
  const h = tower(spec, form);
  const v = form.activate(form.cells(h, 'value.cells', { masked: true }));
  const g = graph.relu(dense(form, graph.concat([form.mean(v), form.max(v)], 1), 'globals'));
  const margins = dense(form, g, 'margins');
  return {
    logits: policy(spec, form, h, g, inputs),
    seats: dense(form, g, 'value.seats'),
    ownership: form.cells(v, 'ownership'),
    margins: graph.reshape(margins, [form.batch, 2, spec.players]),
    plies: graph.reshape(dense(form, g, 'plies'), [form.batch]),
  };
}

function tower(spec: NetSpec, form: Form): Value {
  const { graph } = form;
  let h = form.activate(form.conv3(form.x, 'stem'));
  for (let i = 0; i < spec.architecture.blocks; i++) {
    const inner = form.activate(form.conv3(h, `block${i}.conv1`));
    const y = form.mask(form.conv3(inner, `block${i}.conv2`));
    const squeezed = graph.relu(dense(form, form.mean(y), `block${i}.squeeze`));
    const excited = graph.sigmoid(dense(form, squeezed, `block${i}.excite`));
    h = graph.relu(graph.add(form.scale(y, excited), h));
  }
  return h;
}

function policy(spec: NetSpec, form: Form, h: Value, g: Value, { moves, scalars }: MoveInputs): Value {
  const { graph } = form;
  const { embedding } = spec.architecture;
  const p = graph.relu(form.shift(form.cells(h, 'policy.cells'), dense(form, g, 'policy.globals')));
  const embed = (role: string, column: number): Value =>
    form.rows(form.cells(p, `policy.${role}`), dense(form, g, `policy.no_${role}`), moves, column);
  const q = embed('from', 2);
  const k = embed('to', 3);
  const t = embed('third', 4);

  const kind = graph.select(moves, 1, 1);
  const perKind = (table: string): Value => graph.gather(form.weight(`policy.kind_${table}`), kind);
  const z = graph.unsqueeze(scalars, 1);
  const product = graph.add(graph.mul(perKind('product'), k), perKind('from'));
  const towards = graph.add(product, graph.mul(perKind('scalar'), z));
  const sum = graph.add(graph.add(graph.mul(q, towards), graph.mul(perKind('to'), k)), graph.mul(perKind('third'), t));
  const match = graph.mul(graph.reduce('ReduceSum', sum, [1], false), graph.scalar(1 / Math.sqrt(embedding)));
  return graph.add(graph.add(match, perKind('bias')), graph.mul(perKind('slope'), scalars));
}
