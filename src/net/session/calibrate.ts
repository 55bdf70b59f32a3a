/** Ranges of activations for int8, measured by running the fp32 convolution graph on sample positions. */
import * as ort from 'onnxruntime-node';
import type { BoardBox } from '../arch/boards.ts';
import { type NetModel, specOf } from '../arch/metadata.ts';
import { convForm } from '../lower/conv-form.ts';
import { type ActivationRanges, isActivated, QUANTISED_CELLS, type Range } from '../lower/int8.ts';
import { playingGraph } from '../lower/outputs.ts';
import { constantWeights } from '../lower/weights.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import type { Value } from '../onnx/value.ts';
import { createRuntimeSession } from './session.ts';

/**
 * @param samples planes of real positions, [count, planes, H, W]; a few hundred suffice
 * @returns ranges at the input and output of every 3×3 convolution
 */
export async function calibrate(model: NetModel, box: BoardBox, samples: Float32Array): Promise<ActivationRanges> {
  const spec = specOf(model.metadata);
  const graph = new GraphBuilder({ opset: 17 });
  const weights = constantWeights(graph, spec, model.weights);
  const observed: string[] = [];
  const observe = (value: Value, key: string): void => {
    observed.push(key);
    graph.output(`${key}:max`, reduceAll(graph, 'ReduceMax', value));
    graph.output(`${key}:min`, reduceAll(graph, 'ReduceMin', value));
  };
  const base = convForm({ graph, spec, box, batch: 'N', weights });
  /** Which convolution a value comes from, through activation and mask. */
  const source = new Map<string, string>();
  const watched =
    (layer: (x: Value, name: string) => Value) =>
    (x: Value, name: string): Value => {
      const y = layer(x, name);
      if (layer === base.cells && !QUANTISED_CELLS.has(name)) return y;
      observe(x, `${name}:in`);
      observe(isActivated(name) ? graph.relu(y) : y, `${name}:out`);
      source.set(y.name, name);
      return y;
    };
  const traced =
    (layer: (x: Value) => Value) =>
    (x: Value): Value => {
      const y = layer(x);
      source.set(y.name, source.get(x.name) ?? '');
      return y;
    };
  const mean = (x: Value): Value => {
    const y = base.mean(x);
    // What int8 quantises is the mean over the whole box, its off-board cells zero.
    const pooled = graph.op('GlobalAveragePool', [x], {}, { shape: [...x.shape.slice(0, 2), 1, 1], type: 'float32' });
    observe(pooled, `${source.get(x.name)}:mean`);
    return y;
  };
  playingGraph(
    spec,
    {
      ...base,
      conv3: watched(base.conv3),
      cells: watched(base.cells),
      activate: traced(base.activate),
      mask: traced(base.mask),
      mean,
    },
    ['value'],
  );

  const session = await createRuntimeSession(graph.build(), 1);
  const ranges = new Map<string, Range>();
  const size = spec.planes * box.height * box.width;
  const chunk = 16;
  for (let start = 0; start + size <= samples.length; start += chunk * size) {
    const part = samples.subarray(start, Math.min(start + chunk * size, samples.length - (samples.length % size)));
    const results = await session.run({
      x: new ort.Tensor('float32', part, [part.length / size, spec.planes, box.height, box.width]),
      // The policy head is part of the graph but not of the question: one empty move satisfies it.
      moves: new ort.Tensor('int32', Int32Array.of(0, 0, -1, -1, -1), [1, 5]),
      move_scalars: new ort.Tensor('float32', new Float32Array(1), [1]),
    });
    for (const key of observed) {
      const known = ranges.get(key) ?? { min: 0, max: 0 };
      const min = Math.min(known.min, Number(results[`${key}:min`]?.data[0]));
      ranges.set(key, { min, max: Math.max(known.max, Number(results[`${key}:max`]?.data[0])) });
    }
  }
  await session.release();
  return ranges;
}

const reduceAll = (graph: GraphBuilder, op: string, value: Value): Value =>
  graph.op(op, [value], { keepdims: 0 }, { shape: [], type: value.type });
