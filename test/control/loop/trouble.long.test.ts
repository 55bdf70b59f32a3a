/** What a loop does when the disk fills up in the middle of a stage, or when somebody deletes its model. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Stage, stagesOf } from '../../../src/control/round/stages.ts';
import { type Result, rr } from '../../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-loop-trouble-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loop = (root: string, ...args: string[]): Promise<Result> =>
  rr([
    ...['loop', '--config', 'hex8_2p', '--rounds', '1', '--seed', '3', '--bootstrap-games', '12', '--epochs', '1'],
    ...['--arch', 'nano', '--opponents', 'random,heuristic', '--gauntlet-games', '4', '--gauntlet-budget', '4'],
    ...['--data', root, '--format', 'ndjson', ...args],
  ]);

/** Mounts a file system of 48 MB. False where that is not allowed. */
function mountSmall(path: string): boolean {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: a full disk needs the right to mount a tmpfs');
    return false;
  }
}

/** Takes all space but a few pages. */
function fill(path: string, left: number): void {
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(join(path, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
}

const KB = 1024;
/** Enough for the loop itself and for the beginning of the stage, too little for its end; promotion needs little. */
const ROOM_KB: Readonly<Partial<Record<Stage, number>>> = {
  selfplay: 480,
  export: 100,
  train: 200,
  gauntlet: 120,
  promote: 40,
};

describe('a loop in trouble', () => {
  test('a full disk in each stage: 75, and the same command goes on', async () => {
    const root = join(folder, 'small');
    if (!mountSmall(root)) return;
    try {
      for (const stage of stagesOf({ hosts: undefined })) {
        fill(root, (ROOM_KB[stage] ?? 0) * KB);
        const full = await loop(root, '--to', stage);
        expect(`${stage} ${full.status}`).toBe(`${stage} 75`);
        expect(full.stderr).toContain('no space left on the device');
        if (stage !== 'promote') expect(full.stderr).toContain(`rr ${stage}: `);
        expect(full.stderr).not.toMatch(/\n\s+at /);
        rmSync(join(root, 'filler'));
        const done = await loop(root, '--to', stage);
        // so few games promote nothing
        expect(`${stage} ${done.status}`).toBe(`${stage} ${stage === 'promote' ? 3 : 0}`);
        expect(temporaries(root)).toEqual([]);
      }
    } finally {
      execFileSync('umount', [root]);
    }
  });

  test('a model deleted between two stages: said in one line', async () => {
    const root = join(folder, 'deleted');
    expect((await loop(root, '--to', 'train')).status).toBe(0);
    const models = join(root, 'models', 'hex8_2p');
    for (const name of readdirSync(models)) if (name.endsWith('.onnx')) rmSync(join(models, name));
    const gone = await loop(root);
    expect(gone.status).toBe(2);
    expect(gone.stderr).toMatch(/gauntlet ended with 2.*no model/s);
    expect(await stagesDone(root)).toEqual(['selfplay', 'export', 'train']);
  });
});

/** Files that only a running process may have. */
const temporaries = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rr.tmp'));

async function stagesDone(root: string): Promise<Stage[]> {
  const { stdout } = await rr(['loop', '--config', 'hex8_2p', '--status', '--data', root]);
  return stagesOf({ hosts: undefined }).filter((stage) =>
    stdout.split('\n').some((line) => line.includes(`"${stage}"`) && line.includes('"state":"done"')),
  );
}
