import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { RoundFolder } from '../../../src/control/round/round-folder.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';

const { settings } = resolveSettings('loop', { env: {}, cwd: '/nonexistent' });
const folder = mkdtempSync(join(tmpdir(), 'rr-round-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('round folder', () => {
  test('a round that began before the knobs of the search is resumed with what was built in then', async () => {
    const round = new RoundFolder(folder);
    const config = parseConfigKey('hex8_2p');
    await round.begin(
      {
        ...{
          number: 1,
          config,
          seed: 1,
          read: undefined,
          since: undefined,
          hosts: undefined,
          player: undefined,
          production: undefined,
        },
        ...{ earlierFiles: [], settings },
      },
      {},
    );
    expect(round.round(settings).settings).toEqual(settings);
    const written = JSON.parse(readFileSync(round.file('round.json'), 'utf8'));
    const { 'sample-from': _, temperature: _t, 'cheap-share': _s, 'cheap-budget': _b, ...before } = written.settings;
    const { 'c-visit': _v, 'c-scale': _c, ...older } = before;
    writeFileSync(
      round.file('round.json'),
      JSON.stringify({ ...written, settings: { ...older, budget: 48, epochs: 9 } }),
    );
    const now = { ...settings, 'sample-from': 'improved', 'c-scale': 0.5, epochs: 2 } as const;
    expect(round.round(now).settings).toMatchObject({
      ...{ 'sample-from': 'visits', temperature: 'alphazero', 'cheap-share': 2 / 3, 'cheap-budget': 0 },
      ...{ 'c-visit': 50, 'c-scale': 1, epochs: 9 },
      budget: { ...settings.budget, hex8_2p: 48 },
    });
  });
});
