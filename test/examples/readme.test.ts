/** The shell lines of the README and of the guides, in their order, in a folder of their own; only amounts are reduced. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO_ROOT } from '../run.ts';
import { reduced, type Stage, setStage } from './stage.ts';

/** In the order in which a new user reads them. */
const PAGES = [
  'README.md',
  'docs/rules.md',
  'docs/first-model.md',
  'docs/second-round.md',
  'docs/your-own-network.md',
  'docs/ci-parity-gate.md',
];
const text = (page: string): string => readFileSync(join(REPO_ROOT, page), 'utf8');
const linesOf = (page: string): string[] =>
  [...text(page).matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    // these tests are what it runs
    .filter((line) => line !== '' && line !== 'npm ci && npm test');

/** A model that a loop of a few games made is not promoted, one that is in production needs no promotion, and a loop may have all its rounds. */
const OTHER_ENDS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^rr loop/, [3, 4]],
  [/^rr promote/, [3, 4]],
];

let stage: Stage;
beforeAll(async () => {
  stage = await setStage('rr-readme-');
  // a copy: what is tried here may write there
  for (const part of ['first-game.txt', 'pictures']) {
    cpSync(join(REPO_ROOT, 'docs', part), join(stage.folder, 'docs', part), { recursive: true });
  }
}, 240_000);
afterAll(() => rmSync(stage.folder, { recursive: true }));

describe.each(PAGES)('%s', (page) => {
  it.each(linesOf(page))('%s', async (line) => {
    const shown = line.replace(/^rr show --board (?!.*--svg)/, 'rr show --format table --board ');
    const { status, stdout, stderr } = await stage.shell(reduced(shown));
    const other = OTHER_ENDS.filter(([pattern]) => pattern.test(line)).flatMap(([, statuses]) => statuses);
    if (status !== null && other.includes(status)) return;
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    // what `rr show` draws does not depend on amounts
    if (shown !== line) expect(text(page)).toContain(stdout.trim());
  });
});
