/** From a model file to the network in it. */
import { readFile } from 'node:fs/promises';
import { RrError } from '../core/errors.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { missingFile } from '../io/missing-file.ts';
import type { NetModel } from '../net/arch/metadata.ts';
import { RR1_ENCODER } from '../net/encode/rr1/features.ts';
import { MOVE_KIND_COUNT, RR1_POLICY } from '../net/encode/rr1/moves.ts';
import { RR1_PLANES } from '../net/encode/rr1/planes.ts';
import { readModel } from '../net/model/file.ts';

export type LoadedModel = NetModel & { readonly hash: string };

/**
 * A model file that fits this version's encoder, policy layout and rules.
 * @param file where it is, and the content hash it had when it was found
 * @throws RrError FILE_NOT_FOUND, MODEL_INVALID, MODEL_INCOMPATIBLE, MODEL_HASH when the contents are not what they were
 */
export async function loadModel(file: { readonly path: string; readonly hash?: string }): Promise<LoadedModel> {
  const { path } = file;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw missingFile(path, { cause });
  });
  const model = readModel(bytes, path);
  const { hash: expected = model.hash } = file;
  if (model.hash !== expected) throw new RrError('MODEL_HASH', { where: path, expected, found: model.hash });
  checkVersions(model, path);
  return model;
}

function checkVersions({ metadata }: NetModel, where: string): void {
  const { encoder, policy, rules, planes, kinds } = metadata;
  for (const [name, found, expected] of [
    ['encoder', encoder, RR1_ENCODER],
    ['policy layout', policy, RR1_POLICY],
    ['rules version', rules, RULES_VERSION],
    ['number of planes', planes, RR1_PLANES],
    ['number of move kinds', kinds, MOVE_KIND_COUNT],
  ] as const) {
    if (found === expected) continue;
    const detail = `its ${name} is '${found}', this version of rr has '${expected}'`;
    throw new RrError('MODEL_INCOMPATIBLE', { where, detail });
  }
}
