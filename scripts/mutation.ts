/**
 * `npm run mutation [-- --draw N] [ROOM...]`: changes the sources of each room (mutation/rooms.ts) in small ways and
 * counts the changes that its tests notice. With --draw only N of them, drawn by SEED. Writes a record per room to
 * stdout and the survivors, with file and line, to stderr.
 */
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LogLevel } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { drawMutants } from './mutation/draw.ts';
import { ROOMS } from './mutation/rooms.ts';

const SEED = 2026;

const { values, positionals } = parseArgs({ options: { draw: { type: 'string' } }, allowPositionals: true });

const unknown = positionals.find((name) => !Object.hasOwn(ROOMS, name));
if (unknown !== undefined) throw new Error(`no room ${unknown}; there are ${Object.keys(ROOMS).join(', ')}`);

for (const [name, { sources, tests }] of Object.entries(ROOMS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.env.RR_MUTATION_TESTS = tests.join(',');
  const files = sources.flatMap((pattern) => globSync(pattern)).sort();
  const results = await new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    mutate: await drawMutants(files, values.draw === undefined ? Number.MAX_SAFE_INTEGER : Number(values.draw), SEED),
    concurrency: 1,
    // Endless loops are cut by counting how often a mutant is passed; this is for those that wait.
    timeoutMS: 60_000,
    // tables that are made when a file is loaded cannot be switched
    ignoreStatic: true,
    reporters: ['json'],
    jsonReporter: { fileName: `dist/mutation-${name.replace('/', '-')}.json` },
    logLevel: 'warn' as LogLevel,
    // TypeScript 7 lacks the API that Stryker rewrites such a file with
    tsconfigFile: 'none',
    tempDirName: 'dist/mutation',
  }).runMutationTest();
  const judged = results.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError');
  const killed = judged.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  for (const { status, fileName, location, mutatorName, replacement } of judged) {
    if (status === 'Killed' || status === 'Timeout') continue;
    console.error(
      `${status} ${fileName}:${location.start.line}:${location.start.column} ${mutatorName}: ${replacement}`,
    );
  }
  const drawn = values.draw === undefined ? {} : { drawn: Number(values.draw), seed: SEED };
  console.log(JSON.stringify({ room: name, ...drawn, mutants: judged.length, killed, score: killed / judged.length }));
}
