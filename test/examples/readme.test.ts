/** The tour of the README, line by line in its order, in a folder of its own; only amounts are reduced. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO_ROOT } from '../run.ts';
import { reduced, type Stage, setStage } from './stage.ts';

const readme = readFileSync(join(REPO_ROOT, 'README.md'), 'utf8');
const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  // these tests are what it runs
  .filter((line) => line !== '' && line !== 'npm ci && npm test');

/** A model that a loop of a few games made is not promoted, and one that is in production needs no promotion. */
const OTHER_ENDS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^rr loop/, [3]],
  [/^rr promote/, [3, 4]],
];

let stage: Stage;
beforeAll(async () => {
  stage = await setStage('rr-readme-');
}, 240_000);
afterAll(() => rmSync(stage.folder, { recursive: true }));

describe('README', () => {
  it.each(lines)('%s', { timeout: 180_000 }, async (line) => {
    const shown = line.replace(/^rr show --board/, 'rr show --format table --board');
    const { status, stdout, stderr } = await stage.shell(reduced(shown));
    const other = OTHER_ENDS.filter(([pattern]) => pattern.test(line)).flatMap(([, statuses]) => statuses);
    if (status !== null && other.includes(status)) return;
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    // what `rr show` draws does not depend on amounts
    if (line.startsWith('rr show --board')) expect(readme).toContain(stdout.trim());
  });
});
