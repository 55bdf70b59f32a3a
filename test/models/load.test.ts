import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadModel } from '../../src/models/load.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { temporaryFolder } from '../io/folder.ts';
import { untrainedModel } from '../search/models.ts';

const folder = temporaryFolder();

const model = untrainedModel('hex8', 2);
const path = join(folder, 'model.onnx');
writeFileSync(path, writeModel(model));

describe('loadModel', () => {
  test('gives the network and the hash of its contents', async () => {
    const { hash, weights } = await loadModel({ path });
    expect(weights).toEqual(model.weights);
    expect((await loadModel({ path, hash })).hash).toBe(hash);
  });

  test('refuses a file that is not what was found there', async () => {
    await expect(loadModel({ path, hash: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'MODEL_HASH', exit: 5 });
  });

  test('refuses a file that is not there', async () => {
    const lost = join(folder, 'lost.onnx');
    await expect(loadModel({ path: lost })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test.each([
    [{ encoder: 'rr0' }, /its encoder is 'rr0'/],
    [{ policy: 'rr0' }, /its policy layout is 'rr0'/],
    [{ rules: 'rr0' }, /its rules version is 'rr0'/],
  ])('refuses a network of %j', async (change, message) => {
    const other = join(folder, 'other.onnx');
    writeFileSync(other, writeModel({ ...model, metadata: { ...model.metadata, ...change } }));
    await expect(loadModel({ path: other })).rejects.toMatchObject({ code: 'MODEL_INCOMPATIBLE', exit: 78 });
    await expect(loadModel({ path: other })).rejects.toThrow(message);
  });
});
