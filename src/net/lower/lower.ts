/** From a model in memory to the graph that one machine runs: the choice of form, board and batch. */
import type { NetSpec } from '../arch/architectures.ts';
import type { BoardBox } from '../arch/boards.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { convForm } from './conv-form.ts';
import { type ActivationRanges, int8Form } from './int8.ts';
import { type Head, playingGraph } from './outputs.ts';
import { constantWeights } from './weights.ts';
import { winogradForm } from './winograd-form.ts';
import type { TileSize } from './winograd-matrices.ts';

/**
 * - `winograd`: fp32 matrix products, the fastest exact form on CPUs
 * - `conv`: fp32 convolutions, for GPUs and as the reference
 * - `conv-fp16`: half precision inside, for GPUs that have it; inputs and outputs stay float32
 * - `int8`: quantised convolutions with calibrated ranges, for CPUs; changes the answers a little
 */
export const FORM_NAMES = ['winograd', 'conv', 'conv-fp16', 'int8'] as const;
export type FormName = (typeof FORM_NAMES)[number];

/** 'nchw': [N, C, H, W]; 'hwnc': [H, W, N, C]. */
export type InputLayout = 'nchw' | 'hwnc';
export const inputLayoutOf = (form: FormName): InputLayout => (form === 'winograd' ? 'hwnc' : 'nchw');

export interface LowerOptions {
  readonly spec: NetSpec;
  /** The flat vector of parametersOf(spec). */
  readonly weights: Float32Array;
  readonly box: BoardBox;
  readonly form: FormName;
  readonly heads: readonly Head[];
  /** A fixed batch size; left out, the batch may differ from run to run. */
  readonly batch?: number;
  /** Winograd tile; left out, the measured best of the box. */
  readonly tile?: TileSize;
  /** Ranges of activations for int8 (calibrate of session.ts). */
  readonly ranges?: ActivationRanges;
}

/** The ONNX bytes of a playing graph. Its edges: see NetSession. */
export function lower(options: LowerOptions): Uint8Array<ArrayBuffer> {
  const { spec, weights: flat, box, form, heads, batch = 'N', tile, ranges } = options;
  if (box.family !== spec.family) throw new TypeError(`a ${spec.family} network cannot see ${box.name}`);
  const graph = new GraphBuilder({ opset: 17, float: form === 'conv-fp16' ? 'float16' : 'float32' });
  const weights = constantWeights(graph, spec, flat);
  if (form === 'winograd') {
    playingGraph(spec, winogradForm({ graph, spec, box, batch, weights, tile }), heads);
  } else if (form === 'int8') {
    if (!ranges) throw new TypeError('int8 needs calibrated ranges');
    playingGraph(spec, int8Form({ graph, spec, box, batch, weights, flat, ranges }), heads);
  } else {
    playingGraph(spec, convForm({ graph, spec, box, batch, weights }), heads);
  }
  return graph.build();
}
