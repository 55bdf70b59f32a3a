/**
 * Model files: standard ONNX in Conv form for any box of the family, weights as named initializers, the description in
 * metadata_props. Reading takes the weights and the description and nothing else: no graph from a file is ever run.
 */
import { RrError } from '../../core/errors.ts';
import type { NetSpec } from '../arch/architectures.ts';
import { contentHash, metadataProps, type NetModel, parseMetadata, specOf } from '../arch/metadata.ts';
import { type ParameterList, parametersOf, unusedTaps } from '../arch/parameters.ts';
import { convForm } from '../lower/conv-form.ts';
import { HEADS, playingGraph } from '../lower/outputs.ts';
import { constantWeights } from '../lower/weights.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { floatInitializers, readOnnx, type StoredTensor } from '../onnx/read.ts';

/** The bytes of a model file. Equal models give equal bytes. */
export function writeModel(model: NetModel): Uint8Array<ArrayBuffer> {
  const spec = specOf(model.metadata);
  const graph = new GraphBuilder({ opset: 17 });
  const weights = constantWeights(graph, spec, model.weights);
  playingGraph(spec, convForm({ graph, spec, batch: 'N', weights }), HEADS);
  return graph.build({ metadata: metadataProps(model.metadata, contentHash(model)) });
}

/**
 * Reads and verifies a model file.
 * @param where name for messages, usually the path
 * @throws RrError MODEL_INVALID (not a plain model of ours), MODEL_HASH (contents and hash differ)
 */
export function readModel(bytes: Uint8Array, where: string): NetModel & { readonly hash: string } {
  const file = readOnnx(bytes, where);
  const { metadata, hash } = parseMetadata(file.metadataProps, where);
  const spec = specOf(metadata);
  const weights = gatherWeights(spec, floatInitializers(file, where), where);
  const found = contentHash({ metadata, weights });
  if (found !== hash) throw new RrError('MODEL_HASH', { where, expected: hash, found });
  return { metadata, weights, hash };
}

function gatherWeights(spec: NetSpec, stored: ReadonlyMap<string, StoredTensor>, where: string): Float32Array {
  const list = parametersOf(spec);
  const weights = new Float32Array(list.size);
  for (const { name, kind, shape, offset, size } of list.all) {
    const refuse = (detail: string): never => {
      throw new RrError('MODEL_INVALID', { where, detail: `weight '${name}' ${detail}` });
    };
    const tensor = stored.get(name) ?? refuse('is missing');
    const [inputs, outputs] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const expected = kind === 'conv3' ? [outputs, inputs, 3, 3] : kind === 'cells' ? [outputs, inputs, 1, 1] : shape;
    if (String(tensor.shape) !== String(expected)) refuse(`has shape [${tensor.shape}] instead of [${expected}]`);
    if (!tensor.data.every(Number.isFinite)) refuse('holds values that are not finite');
    const taps = kind === 'conv3' ? 9 : 1;
    const target = weights.subarray(offset, offset + size);
    if (kind === 'conv3' || kind === 'cells') fromConvKernel(tensor.data, target, inputs, outputs, taps);
    else target.set(tensor.data);
  }
  checkUnusedTaps(spec, list, weights, where);
  return weights;
}

/** [O, I, taps] → [taps, I, O]. */
function fromConvKernel(from: Float32Array, to: Float32Array, inputs: number, outputs: number, taps: number): void {
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++)
        to[(tap * inputs + i) * outputs + o] = from[(o * inputs + i) * taps + tap] ?? 0;
    }
  }
}

/** A hexagon's kernel must not look beyond the six neighbours: the lowered forms leave those taps out. */
function checkUnusedTaps(spec: NetSpec, list: ParameterList, weights: Float32Array, where: string): void {
  unusedTaps(spec, list, (start, end) => {
    for (let i = start; i < end; i++) {
      if (weights[i] !== 0) {
        throw new RrError('MODEL_INVALID', {
          where,
          detail: 'a hexagon kernel has weights outside its six neighbours',
        });
      }
    }
  });
}
