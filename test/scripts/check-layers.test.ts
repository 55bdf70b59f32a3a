import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { REPO_ROOT, type Result, run } from '../run.ts';

/** Runs the rule over a source tree made of these files. */
async function check(files: Readonly<Record<string, string>>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-layers-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'src', path)), { recursive: true });
      writeFileSync(join(folder, 'src', path), text);
    }
    cpSync(join(REPO_ROOT, 'scripts', 'check-layers.ts'), join(folder, 'scripts', 'check-layers.ts'));
    return await run(process.execPath, [join(folder, 'scripts', 'check-layers.ts')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the source tree keeps the rule', async () => {
  const result = await run(process.execPath, [join(REPO_ROOT, 'scripts', 'check-layers.ts')]);
  expect(result).toMatchObject({ status: 0, stderr: '' });
});

test('imports downwards pass', async () => {
  const files = {
    'engine/a.ts': '',
    'net/b.ts': "import '../engine/a.ts';",
    'io/c.ts': "import x from '../net/b.ts';",
  };
  expect(await check(files)).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  ['a static import', "import { x } from '../io/a.ts';"],
  ['a type import', "import type { x } from '../io/a.ts';"],
  ['an export from', "export * from '../io/a.ts';"],
  ['a dynamic import', "const x = await import('../io/a.ts');"],
  ['a worker file', "new Worker(new URL('../io/a.ts', import.meta.url));"],
])('%s upwards is caught by name', async (_, source) => {
  const result = await check({ 'io/a.ts': '', 'search/player.ts': source });
  expect(result.status).toBe(1);
  expect(result.stderr).toBe('src/search/player.ts: search may not import io (../io/a.ts)\n');
});

test('the engine imports nothing outside itself, not even the error registry', async () => {
  const result = await check({ 'errors.ts': '', 'engine/a.ts': "import '../errors.ts';" });
  expect(result.stderr).toContain('engine may not import');
});

test('a folder that is not in the table is caught', async () => {
  expect((await check({ 'misc/a.ts': '' })).stderr).toContain("folder 'misc' is not in the layer table");
});
