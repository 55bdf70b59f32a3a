import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dataPaths } from '../../../src/io/paths.ts';
import { openState } from '../../../src/state/open.ts';
import { Lease } from '../../../src/state/store/lease.ts';
import { rr } from '../../run.ts';
import { killLoop, loopState } from './kill-loop.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-loop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('rr loop', () => {
  test('killed at random instants it ends as one that ran through', async () => {
    const [killed, whole] = [join(folder, 'killed'), join(folder, 'whole')];
    await killLoop(killed, 4, 11);
    await killLoop(whole, 0, 0);
    const expected = await loopState(whole);
    expect(expected.stages).toHaveLength(10);
    expect(expected.leftovers).toEqual([]);
    expect(await loopState(killed)).toEqual(expected);
    // a loop that has all its rounds has nothing to do
    const again = await rr(['loop', '--rounds', '2', '--data', whole]);
    expect(again.status).toBe(4);
    const status = await rr(['loop', '--status', '--data', whole]);
    expect(status.stdout.split('\n').filter((line) => line.includes('"state":"done"'))).toHaveLength(10);
    const page = await rr(['report', '--config', 'hex8_2p', '--data', whole]);
    expect(page.status).toBe(0);
  });

  test('one loop per config at a time', async () => {
    const root = join(folder, 'busy');
    const state = await openState(dataPaths(root, {}).state);
    const lease = await Lease.acquire(state.leases, 'loop/hex8_2p', { owner: 'rr loop' });
    const { status, stderr } = await rr(['loop', '--data', root]);
    await lease.release();
    await state.close();
    expect(status).toBe(75);
    expect(stderr).toContain('loop/hex8_2p');
  });

  test('waits for new games, prints its commands, and refuses what makes no sense', async () => {
    const root = join(folder, 'empty');
    expect((await rr(['loop', '--if-new', '10', '--data', root])).status).toBe(4);
    expect((await rr(['loop', '--status', '--data', root])).status).toBe(4);
    const dry = await rr(['loop', '--dry-run', '--format', 'table', '--data', root]);
    expect(dry.status).toBe(0);
    expect(dry.stdout.split('\n').filter((line) => line.startsWith('rr '))).toHaveLength(5);
    expect((await rr(['loop', '--from', 'gauntlet', '--to', 'train', '--data', root])).status).toBe(2);
    expect((await rr(['loop', '--config', 'hex9_2p', '--data', root])).status).toBe(2);
    expect((await rr(['report', '--config', 'hex8_2p', '--data', root])).status).toBe(4);
  });

  test('a stage that fails ends the loop with its status and says where its log is', async () => {
    const root = join(folder, 'failing');
    mkdirSync(join(root, 'data'), { recursive: true });
    writeFileSync(join(root, 'data/training'), "a file in a folder's place");
    const { status, stderr } = await rr(['loop', '--bootstrap-games', '2', '--data', root]);
    expect(status).toBe(2);
    expect(stderr).toContain('export ended with 2');
    expect(stderr).toContain('export.log');
    expect(await rr(['loop', '--arch', 'gigantic', '--data', root])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no architecture 'gigantic'"),
    });
  });
});
