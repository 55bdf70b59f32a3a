/** From trained weights to a file in the model store. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GameConfig } from '../engine/config-key.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { temporaryFolder } from '../io/temporary.ts';
import type { Architecture, NetSpec } from '../net/arch/architectures.ts';
import { BOARD_BOXES } from '../net/arch/boards.ts';
import { MODEL_FORMAT, type ModelMetadata, type NetModel } from '../net/arch/metadata.ts';
import { RR1_ENCODER } from '../net/encode/rr1/features.ts';
import { MOVE_KIND_COUNT, RR1_POLICY } from '../net/encode/rr1/moves.ts';
import { RR1_PLANES } from '../net/encode/rr1/planes.ts';
import { writeModel } from '../net/model/file.ts';
import { loadModel } from './load.ts';
import type { ModelFile, ModelStore } from './store.ts';

/** The network of an architecture for a config, as encoder and policy `rr1` shape it. */
export const specFor = ({ board, players }: GameConfig, architecture: Architecture): NetSpec => ({
  architecture,
  family: BOARD_BOXES[board].family,
  planes: RR1_PLANES,
  players,
  kinds: MOVE_KIND_COUNT,
});

export interface ModelOrigin {
  /** Content hash of the model it was made from. */
  readonly parent?: string | undefined;
  /** Steps of its making: deterministic figures only, they are hashed. */
  readonly training: ModelMetadata['training'];
}

/** A model in memory from its parts, created now. */
export function newModel(config: GameConfig, spec: NetSpec, weights: Float32Array, origin: ModelOrigin): NetModel {
  const { architecture, family, planes, players, kinds } = spec;
  return {
    weights,
    metadata: {
      format: MODEL_FORMAT,
      config: config.key,
      family,
      architecture: { ...architecture },
      planes,
      players,
      kinds,
      encoder: RR1_ENCODER,
      policy: RR1_POLICY,
      rules: RULES_VERSION,
      ...(origin.parent !== undefined && { parent: origin.parent }),
      training: origin.training,
      created: new Date().toISOString(),
    },
  };
}

/** Writes a model into the store, verified as any file that comes in. @throws RrError DISK_FULL, MODEL_INVALID */
export async function saveModel(store: ModelStore, model: NetModel): Promise<ModelFile> {
  const folder = temporaryFolder('model');
  try {
    const path = join(folder, 'model.onnx');
    await writeFile(path, writeModel(model));
    return await store.add(model.metadata.config, path, identify);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The content hash of a model file that this version can use. @throws RrError MODEL_INVALID, MODEL_HASH, MODEL_INCOMPATIBLE */
export async function identify(path: string): Promise<string> {
  return (await loadModel({ path })).hash;
}
