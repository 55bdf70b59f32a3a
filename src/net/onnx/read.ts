/**
 * Reading of .onnx files from outside. rr never runs the graph of a model file (it rebuilds the graph from the
 * architecture named in the metadata), yet refuses whatever a model of ours cannot contain: operators that are not
 * plain arithmetic, other domains, nested graphs, functions, data in other files.
 */
import { RrError } from '../../core/errors.ts';
import { decodeMessage } from './message.ts';
import { DATA_TYPES, MODEL, type OnnxModel, type OnnxTensor } from './schema.ts';

/** Every operator a stored model may hold; all of ai.onnx, none with side effects, control flow or custom code. */
export const PLAIN_OPERATORS: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'Conv',
  'Div',
  'Exp',
  'Expand',
  'Flatten',
  'Gather',
  'GatherND',
  'Gemm',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'Identity',
  'LogSoftmax',
  'MatMul',
  'Max',
  'Mul',
  'Neg',
  'Reciprocal',
  'ReduceMax',
  'ReduceMean',
  'ReduceSum',
  'Relu',
  'Reshape',
  'Shape',
  'Sigmoid',
  'Slice',
  'Softmax',
  'Split',
  'Squeeze',
  'Sub',
  'Tanh',
  'Transpose',
  'Unsqueeze',
]);

/** A float32 weight of a model file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Decodes a model file and checks that it is self-contained and plain.
 * @throws RrError MODEL_INVALID naming the first thing that is not.
 */
export function readOnnx(bytes: Uint8Array, where: string): OnnxModel {
  const model = decodeMessage(MODEL, bytes, where);
  const refuse = (detail: string): never => {
    throw new RrError('MODEL_INVALID', { where, detail });
  };
  const graph = model.graph ?? refuse('it has no graph');
  if (model.functions.length > 0) refuse('it defines functions of its own');
  if (graph.sparseInitializer.length > 0) refuse('it has sparse initializers');
  for (const { domain } of model.opsetImport) {
    if (domain && domain !== 'ai.onnx') refuse(`it imports operators of the foreign domain '${domain}'`);
  }
  for (const node of graph.node) {
    const name = node.opType ?? '';
    if (node.domain && node.domain !== 'ai.onnx')
      refuse(`operator '${name}' is of the foreign domain '${node.domain}'`);
    if (!PLAIN_OPERATORS.has(name)) refuse(`operator '${name}' is not one of the plain operators`);
    for (const attribute of node.attribute) {
      if (attribute.g || attribute.graphs.length > 0) refuse(`operator '${name}' holds a nested graph`);
      if (attribute.t) checkInline(attribute.t, refuse);
    }
  }
  for (const tensor of graph.initializer) checkInline(tensor, refuse);
  return model;
}

function checkInline(tensor: OnnxTensor, refuse: (detail: string) => never): void {
  if (tensor.externalData.length > 0 || (tensor.dataLocation ?? 0) !== 0) {
    const location = tensor.externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
    refuse(`tensor '${tensor.name ?? ''}' keeps its data outside, in '${location}'`);
  }
}

/**
 * The float32 initializers of a model by name.
 * @throws RrError MODEL_INVALID when one has fewer or more bytes than its shape says, or its name occurs twice.
 */
export function floatInitializers(model: OnnxModel, where: string): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.dataType !== DATA_TYPES.float32) continue;
    const name = tensor.name ?? '';
    if (tensors.has(name)) throw new RrError('MODEL_INVALID', { where, detail: `tensor '${name}' occurs twice` });
    const size = tensor.dims.reduce((product, dim) => product * dim, 1);
    const data = tensor.rawData ? floatsOf(tensor.rawData) : Float32Array.from(tensor.floatData);
    if (data.length !== size || (tensor.rawData && tensor.rawData.length !== 4 * size)) {
      const detail = `tensor '${name}' of shape [${tensor.dims}] has ${data.length} values instead of ${size}`;
      throw new RrError('MODEL_INVALID', { where, detail });
    }
    tensors.set(name, { shape: tensor.dims, data });
  }
  return tensors;
}

/** Little-endian float32 values of raw bytes; a copy, because raw data in a file is not aligned. */
function floatsOf(raw: Uint8Array): Float32Array {
  // not slice(): that of a Buffer is a view
  const bytes = new Uint8Array(raw.subarray(0, raw.length - (raw.length % 4)));
  return new Float32Array(bytes.buffer, 0, bytes.length / 4);
}
