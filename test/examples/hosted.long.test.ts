/** The hosted CI: each of its lines is one of .ci/run, or runs here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { temporaryFolder } from '../io/folder.ts';
import { bash, REPO_ROOT } from '../run.ts';

const step = z.union([
  z.strictObject({
    uses: z.string().regex(/^actions\/[\w-]+@v\d+$/),
    with: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({ run: z.string() }),
]);
const workflow = z
  .strictObject({
    name: z.string(),
    on: z.strictObject({ push: z.unknown(), pull_request: z.unknown() }),
    permissions: z.strictObject({ contents: z.literal('read') }),
    defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }),
    jobs: z.record(
      z.string(),
      z.strictObject({
        strategy: z
          .strictObject({ 'fail-fast': z.boolean(), matrix: z.strictObject({ os: z.array(z.string()) }) })
          .optional(),
        'runs-on': z.string(),
        'timeout-minutes': z.int(),
        steps: z.array(step),
      }),
    ),
  })
  .parse(parse(readFileSync(join(REPO_ROOT, '.github', 'workflows', 'ci.yml'), 'utf8'), { version: '1.2' }));

const lines = Object.values(workflow.jobs).flatMap(({ steps }) =>
  steps.flatMap((one) => ('run' in one ? [one.run] : [])),
);
const here = readFileSync(join(REPO_ROOT, '.ci', 'run'), 'utf8').split('\n');
const isOfCi = (line: string): boolean => here.some((own) => own === line || own.startsWith(`${line} `));
const others = lines.filter((line) => line !== '.ci/run' && !isOfCi(line));

const built = existsSync(join(REPO_ROOT, 'dist', 'rr'));
if (!built) console.log('skipped: there is no dist/rr; npm run build makes it');
const folder = temporaryFolder();

describe('.github/workflows/ci.yml', () => {
  it('does what .ci/run does, and some more', () => {
    for (const line of ['npm ci', 'npm run lint', 'npm run typecheck', 'npm run build', 'npm test']) {
      expect(isOfCi(line) && lines.includes(line) ? '' : line).toBe('');
    }
    expect(others.length).toBeGreaterThan(0);
  });

  it('names a system for every Node that comes with rr', () => {
    const { optionalDependencies } = z
      .object({ optionalDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(REPO_ROOT, 'package.json'), 'utf8')));
    expect(workflow.jobs.short?.strategy?.matrix.os).toHaveLength(Object.keys(optionalDependencies).length);
  });

  it.skipIf(!built).each(others)('%s', async (line) => {
    const { status, stderr } = await bash(`set -eo pipefail; ${line}`, { env: { RUNNER_TEMP: folder } });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });
});
