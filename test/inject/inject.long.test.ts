/** A short run of scripts/inject.ts: kills, failing calls and power cuts at a few of the places. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { makeTemplate } from './commands.ts';
import { Injector } from './kill.ts';
import { cutPower } from './power.ts';
import { injectLibrary } from './run.ts';

const folder = temporaryFolder();
const library = injectLibrary(folder);
if (library === undefined)
  console.log('skipped: kills at the n-th call need Linux and a C compiler (apt-get install gcc)');

describe.skipIf(library === undefined)('calls that are hit', () => {
  const template = join(folder, 'template');
  const injector = new Injector(library ?? '', template, join(folder, 'copies'));
  beforeAll(() => makeTemplate(template));

  test.for(['selfplay, database with games', 'export over a file', 'promote', 'db quarantine restore'])(
    '%s, killed: nothing told is lost, nothing is there twice, nothing stays behind',
    async (name) => {
      const whole = await injector.whole(name);
      const middle = Math.ceil(whole.calls / 2);
      for (const at of [middle, whole.calls]) expect(await injector.hit(name, whole, at, 'torn')).toEqual([]);
    },
  );

  test.for(['EIO', 'ENOSPC', 'short'] as const)(
    'db import with %s: the right status, and whole files',
    async (kind) => {
      const whole = await injector.whole('db import');
      expect(await injector.hit('db import', whole, Math.ceil(whole.calls / 3), kind)).toEqual([]);
    },
  );

  test('a power cut after any call of a promotion', async () => {
    const { calls, states, problems } = await cutPower(injector, 'promote', join(folder, 'disk'));
    expect(problems).toEqual([]);
    expect(calls).toBeGreaterThan(20);
    expect(states).toBeGreaterThan(calls);
  });
});
