/** The rules, the searches and the encoders run where there is no Node: bundled for a browser, alone in an empty world. */
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { program } from './program.ts';

it('gives the same results in a browser as in Node', async () => {
  const entry = join(import.meta.dirname, 'program.ts');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    logLevel: 'silent',
  });
  // What a browser adds to the language, as far as the program needs it: no process, no Buffer, no require.
  const world = createContext({ TextEncoder, TextDecoder, URL });
  runInContext(outputFiles[0]?.text ?? '', world);
  const result: unknown = JSON.parse(runInContext('JSON.stringify(page.program())', world));
  const { visits } = program();
  expect(visits.map((counts) => counts.reduce((sum, count) => sum + count, 0))).toEqual([64, 64]);
  expect(result).toEqual(program());
});
