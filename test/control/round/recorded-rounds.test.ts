/** Rounds written down as a loop leaves them: what the loop, its report and `--auto` make of two that brought nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { localExecutor } from '../../../src/control/loop/executor.ts';
import { Loop } from '../../../src/control/loop/loop.ts';
import { collectReport } from '../../../src/control/report/collect.ts';
import { reportPage } from '../../../src/control/report/page.ts';
import { roundFolder } from '../../../src/control/round/round-folder.ts';
import { STAGES } from '../../../src/control/round/stages.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { rr } from '../../run.ts';

const root = mkdtempSync(join(tmpdir(), 'rr-recorded-'));
const paths = dataPaths(root, {});
const config = parseConfigKey('hex8_2p');
const noSettings = { env: {}, cwd: '/nonexistent' };
const { settings } = resolveSettings('loop', noSettings);
const AT = '2026-11-01T00:00:00.000Z';

async function record(number: number, promoted: boolean): Promise<void> {
  const folder = roundFolder(paths, config, number);
  mkdirSync(folder.path, { recursive: true });
  const facts = {
    number,
    config,
    seed: number,
    read: undefined,
    since: undefined,
    hosts: undefined,
    player: undefined,
    production: undefined,
  };
  await folder.begin({ ...facts, earlierFiles: [], settings }, {});
  const held = { losses: { policy: 2 + number / 10, value: 0.6 }, policy_top1: 0.4, value_accuracy: 0.6 };
  const lines = {
    train: { type: 'epoch', epoch: 1, train: held, validation: held },
    promote: { type: 'promotion', promoted, checks: [] },
  };
  for (const [stage, line] of Object.entries(lines)) {
    writeFileSync(folder.file(`${stage}.ndjson`), `${JSON.stringify(line)}\n`);
  }
  for (const stage of STAGES) {
    await folder.finish({ stage, skipped: false, started: AT, ended: AT, ...(stage === 'promote' && { promoted }) });
  }
}

beforeAll(async () => {
  for (const [i, promoted] of [true, false, false].entries()) await record(i + 1, promoted);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a loop whose last two rounds were refused', () => {
  test('its report says so, with what is known of the rounds', async () => {
    const data = await collectReport(config, paths, { games: 0, createdMs: 0 });
    expect(data.stall?.rounds).toEqual([2, 3]);
    expect(data.stall?.evidence[2]).toContain('round 3: refused; held out: policy loss 2.30');
    const page = reportPage(data);
    expect(page).toContain('No improvement in rounds 2, 3');
    expect(page).toContain(`--budget ${2 * (settings.budget.hex8_2p ?? 0)} --games`);
    const { status, stdout, stderr } = await rr(['report', '--config', 'hex8_2p', '--data', root]);
    expect(status).toBe(0);
    expect(stderr).toContain('no improvement in rounds 2, 3');
    expect(stdout).toContain('"stall":{"rounds":[2,3]');
  });

  test('--auto gives the next round twice the simulations, and no more than its bound; without it nothing changes', async () => {
    const work = async (flags: Record<string, unknown>): Promise<(number | undefined)[]> => {
      const resolved = resolveSettings('loop', { ...noSettings, flags });
      const loop = new Loop({
        config,
        resolved,
        paths,
        seed: 1,
        skip: new Set(),
        hosts: undefined,
        executor: localExecutor,
      });
      const { budget, games } = (await loop.plan()).settings;
      return [budget.hex8_2p, games.hex8_2p];
    };
    const [budget = 0, games = 0] = await work({});
    expect([budget, games]).toEqual([settings.budget.hex8_2p, settings.games.hex8_2p]);
    expect(await work({ auto: true })).toEqual([2 * budget, games]);
    expect(await work({ auto: true, 'auto-budget': budget + 10 })).toEqual([budget + 10, games]);
    expect(await work({ auto: true, 'auto-budget': budget, 'auto-games': 1.5 })).toEqual([budget, 1.5 * games]);
  });
});
