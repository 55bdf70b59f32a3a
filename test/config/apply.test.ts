import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyToProject } from '../../src/config/apply.ts';
import { resolveSettings } from '../../src/config/settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-apply-'));
  file = join(folder, 'rr.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const apply = (): Promise<string> => applyToProject({ selfplay: { workers: 3, batch: 8 } }, folder);
const inForce = () => resolveSettings('selfplay', { cwd: folder, env: {} }).settings;

describe('applyToProject', () => {
  test('makes the file when there is none', async () => {
    await apply();
    expect(inForce()).toMatchObject({ workers: 3, batch: 8 });
  });

  test('keeps comments, other keys, other topics and the order', async () => {
    const text = [
      '# our project',
      'training:',
      '  lr: 0.01 # slow',
      '',
      'selfplay:',
      '  # two are reserved',
      '  workers: 6 # of eight',
      '  games: 500',
      '',
    ].join('\n');
    writeFileSync(file, text);
    await apply();
    expect(readFileSync(file, 'utf8')).toBe(
      text.replace('workers: 6', 'workers: 3').replace('games: 500\n', 'games: 500\n  batch: 8\n'),
    );
  });

  test.each(['', '# nothing yet\n', 'selfplay:\n', 'selfplay: {}\n'])('takes %j', async (text) => {
    writeFileSync(file, text);
    await apply();
    expect(inForce()).toMatchObject({ workers: 3, batch: 8 });
    if (text.startsWith('#')) expect(readFileSync(file, 'utf8')).toContain('# nothing yet');
  });

  test.each(['selfplay: 3\n', '- a\n', 'a: [\n'])('refuses %j and leaves it alone', async (text) => {
    writeFileSync(file, text);
    await expect(apply()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
