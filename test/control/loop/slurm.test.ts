/** `rr loop --executor slurm` on a real Slurm: the same games as a loop on one machine, submitted once. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GameStore } from '../../../src/games/store/store.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { hasSlurm, startSlurm, until } from '../../cluster/jobs/slurm-here.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { finished, RR, rr, start } from '../../run.ts';

const LOOP = [
  ...['loop', '--config', 'hex8_2p', '--rounds', '1', '--seed', '7', '--bootstrap-games', '12', '--epochs', '1'],
  ...['--opponents', 'random,heuristic', '--gauntlet-games', '6', '--gauntlet-budget', '4', '--to', 'gauntlet'],
];

const gamesIn = async (path: string): Promise<string[]> => {
  const store = await GameStore.openReadOnly(path);
  const games = [...store.games()].map((game) => `${game.game_index} ${Buffer.from(game.moves).toString('hex')}`);
  store.close();
  return games.sort();
};

const verdictsIn = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"type":"verdict"'))
    .map((line) => {
      const { opponent, games, wins, complete } = JSON.parse(line);
      return { opponent: opponent.id, games, wins, complete };
    });

test.skipIf(!hasSlurm)(
  'self-play and gauntlet as arrays; killed while it waits, it waits for the same array again',
  async () => {
    const folder = temporaryFolder();
    const { client, env } = await startSlurm(folder);
    const [slurm, local] = [join(folder, 'slurm'), join(folder, 'local')];
    for (const root of [slurm, local]) mkdirSync(root);
    const args = [...LOOP, '--data', slurm, '--executor', 'slurm', '--shards', '2'];
    const round = join(slurm, 'runs/hex8_2p/round-0001');
    const ids = (): string[] => {
      try {
        return readdirSync(round).flatMap((name) =>
          name.endsWith('.job') ? [readFileSync(join(round, name), 'utf8')] : [],
        );
      } catch {
        return [];
      }
    };

    // the array waits until we let it go, and the loop is killed meanwhile
    client('scontrol', 'update', 'partitionname=all', 'state=down');
    const child = start(process.execPath, [RR, ...args], { env });
    const end = finished(child);
    await until(() => /^\d+/.test(ids()[0] ?? ''));
    child.kill('SIGKILL');
    await end;
    const [id = ''] = ids();
    client('scontrol', 'update', 'partitionname=all', 'state=up');
    const again = await rr(args, { env });
    expect(again.stderr).toContain(`waiting for job ${id.trim()}, which was submitted before`);
    expect(again.status).toBe(0);
    const logs = readdirSync(round).filter((name) => name.endsWith('.log') && name.startsWith('rr-'));
    // two shards of one self-play array, two of one gauntlet array
    expect(logs).toHaveLength(4);
    expect(readdirSync(round).filter((name) => /\.\d\.db/.test(name))).toEqual([]);

    expect((await rr([...LOOP, '--data', local])).status).toBe(0);
    const games = await gamesIn(dataPaths(slurm, {}).games('hex8_2p'));
    expect(games).toHaveLength(12);
    expect(games).toEqual(await gamesIn(dataPaths(local, {}).games('hex8_2p')));
    const verdicts = verdictsIn(join(round, 'gauntlet.ndjson'));
    expect(verdicts).toMatchObject(['random', 'heuristic'].map((opponent) => ({ opponent, games: 6, complete: true })));
    expect(verdicts).toEqual(verdictsIn(join(local, 'runs/hex8_2p/round-0001/gauntlet.ndjson')));

    // a shard that is taken away: said so, and the next run submits again
    client('scontrol', 'update', 'partitionname=all', 'state=down');
    const other = join(folder, 'other');
    mkdirSync(other);
    const more = [...LOOP.slice(0, -1), 'selfplay', '--data', other, '--executor', 'slurm', '--shards', '2'];
    const waiting = start(process.execPath, [RR, ...more], { env });
    const ended = finished(waiting);
    await until(() => client('squeue', '-h').trim() !== '');
    client('scancel', ...client('squeue', '-h', '-o', '%A').trim().split('\n').slice(0, 1));
    const cancelled = await ended;
    expect(cancelled).toMatchObject({ status: 75, stderr: expect.stringContaining('ended without a status') });
    client('scontrol', 'update', 'partitionname=all', 'state=up');
    expect((await rr(more, { env })).status).toBe(0);
    expect(await gamesIn(dataPaths(other, {}).games('hex8_2p'))).toEqual(games);
  },
);
