import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPO_ROOT, run } from '../run.ts';

it('an element that may be missing is an error, save in the rooms of hot loops', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rr-indexed-'));
  try {
    const config = {
      extends: join(REPO_ROOT, 'tsconfig.indexed.json'),
      compilerOptions: { types: [] },
      include: ['src'],
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const room of ['engine', 'io']) {
      mkdirSync(join(folder, 'src', room), { recursive: true });
      writeFileSync(join(folder, 'src', room, 'a.ts'), 'export const first = (all: number[]): number => all[0];\n');
    }
    const script = join(REPO_ROOT, 'scripts', 'check-indexed.ts');
    const { status, stderr } = await run(process.execPath, [script, 'tsconfig.json'], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^src\/io\/a\.ts\(1,49\): error TS2322: /);
    expect(stderr).not.toContain('engine');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
