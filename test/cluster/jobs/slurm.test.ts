/** A real Slurm on this machine runs what `rr jobs emit --slurm` prints. Skipped with a line where there is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeStores } from '../../../src/games/store/merge.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { RR, rr } from '../../run.ts';
import { hasSlurm, runs, startSlurm, until } from './slurm-here.ts';

test.skipIf(!hasSlurm)('an array of four shards, one killed and queued again, is one serial run', async () => {
  const folder = temporaryFolder();
  const { client } = await startSlurm(folder);
  const play = ['selfplay', '--config', 'hex8_2p', '--engine', 'heuristic', '--games', '40', '--seed', '7'];
  const stage = [...play, '--workers', '1', '--out', join(folder, 'shard.{shard}.db'), '--resume'];
  const emit = ['jobs', 'emit', '--slurm', '--shards', '4', '--rr', process.execPath, '--rr', RR, '--', ...stage];
  const script = join(folder, 'array.sh');
  writeFileSync(script, (await rr(emit)).stdout);
  const id = client('sbatch', '--parsable', script).trim();
  // a shard that is at work is thrown out, as a preemption would
  await until(() => runs('--shard', '1/4'));
  client('scontrol', 'requeue', `${id}_1`);
  await until(() => client('squeue', '-h', '-j', id).trim() === '', 300);

  const merged = GameStore.open(join(folder, 'merged.db'));
  for (let shard = 0; shard < 4; shard++) {
    const part = await GameStore.openReadOnly(join(folder, `shard.${shard}.db`));
    mergeStores(merged, part);
    part.close();
  }
  const serial = join(folder, 'serial.db');
  expect((await rr([...play, '--out', serial])).status).toBe(0);
  const whole = await GameStore.openReadOnly(serial);
  const moves = (store: GameStore): string[] =>
    [...store.games()].map((game) => `${game.game_index} ${Buffer.from(game.moves).toString('hex')}`).sort();
  expect(moves(merged)).toEqual(moves(whole));
  expect(merged.count()).toBe(40);
  whole.close();
  merged.close();
});
