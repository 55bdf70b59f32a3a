/**
 * The package as people get it: packed, installed into an empty folder by the npm and the Node of the system, with
 * install scripts. The action for GitHub is run from there line by line.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../io/folder.ts';
import { REPO_ROOT, type Result, run, systemNode, systemPath } from '../run.ts';

const EXAMPLES = join(REPO_ROOT, 'examples');
const folder = temporaryFolder();
const env = { PATH: systemPath() };
const shell = (script: string, cwd: string, extra: Readonly<Record<string, string>> = {}): Promise<Result> =>
  run('/bin/sh', ['-ec', script], { cwd, env: { ...env, ...extra } });

const step = z.union([
  z.strictObject({ uses: z.string(), with: z.record(z.string(), z.unknown()).optional() }),
  z.strictObject({ name: z.string(), if: z.string(), uses: z.string(), with: z.record(z.string(), z.unknown()) }),
]);
const workflow = z
  .strictObject({
    name: z.string(),
    on: z.record(z.enum(['push', 'pull_request', 'schedule']), z.unknown()),
    permissions: z.record(z.string(), z.string()),
    jobs: z.record(
      z.string(),
      z.strictObject({ 'runs-on': z.string(), 'timeout-minutes': z.int(), steps: z.array(step).min(1) }),
    ),
  })
  .parse(parse(readFileSync(join(EXAMPLES, 'github-parity.yml'), 'utf8'), { version: '1.2' }));

const action = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    inputs: z.record(z.string(), z.strictObject({ description: z.string(), default: z.string() })),
    runs: z.strictObject({
      using: z.literal('composite'),
      steps: z.array(
        z.strictObject({
          name: z.string(),
          shell: z.literal('sh'),
          env: z.record(z.string(), z.string().regex(/^\$\{\{ inputs\.\w+ \}\}$/)),
          run: z.string(),
        }),
      ),
    }),
  })
  .parse(parse(readFileSync(join(EXAMPLES, 'github-action', 'action.yml'), 'utf8'), { version: '1.2' }));

const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const given = steps.find(({ uses }) => uses === './.github/actions/rr-parity')?.with ?? {};

it('the workflow for GitHub uses the action, and only what the action takes', () => {
  expect(steps.filter(({ uses }) => !/^[\w-]+\/[\w-]+@v\d+$/.test(uses))).toHaveLength(1);
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
  expect(existsSync(join(REPO_ROOT, 'examples', 'ci-parity-gate.sh'))).toBe(true);
});

const node = systemNode();
if (!node) console.log('skipped: no Node and npm of the system to install the package with');

describe.skipIf(!node)('the packed package', () => {
  it('runs the action and the examples under the Node of the system', async (context) => {
    const packed = await run('npm', ['run', '--silent', 'pack', '--', '--silent', '--pack-destination', folder], {
      cwd: REPO_ROOT,
    });
    expect(packed).toMatchObject({ status: 0 });
    const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
    const home = join(folder, 'home');
    mkdirSync(home);

    // with install scripts, unlike the action: nothing but packages may be fetched
    const installed = await shell(`npm install --no-save --prefer-offline ${tarball}`, home);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(installed.stderr)) {
      console.log('skipped: the registry of npm cannot be reached');
      context.skip();
    }
    expect({ status: installed.status, stderr: installed.stderr }).toMatchObject({ status: 0 });
    const libraries = join(home, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    for (const name of existsSync(libraries) ? readdirSync(libraries) : []) {
      if (/providers/.test(name)) expect(statSync(join(libraries, name)).size).toBeLessThan(1000);
    }
    const version = await shell('node_modules/.bin/rr --version', home);
    expect(version).toMatchObject({ status: 0, stdout: `rr ${manifest.version}\n` });
    const doctor = await shell('node_modules/.bin/rr doctor --for train --format ndjson', home);
    expect(doctor.stdout).toContain('"check":"provider cpu","status":"ok"');

    const inputs = new Map<string, string>(
      Object.entries(action.inputs).map(([name, { default: usual }]) => [name, String(given[name] ?? usual)]),
    );
    inputs.set('package', tarball).set('games', '2');
    for (const { name, run: script, env: variables } of action.runs.steps) {
      const values = Object.entries(variables).map(([key, expression]) => {
        const [, input = ''] = /inputs\.(\w+)/.exec(expression) ?? [];
        return [key, inputs.get(input) ?? `no input ${input}`];
      });
      const { status, stderr } = await shell(script, home, Object.fromEntries(values));
      expect({ name, status, stderr: status === 0 ? '' : stderr }).toEqual({ name, status: 0, stderr: '' });
    }
    const reports = readdirSync(join(home, 'parity')).sort();
    expect(reports).toEqual(expect.arrayContaining(['against.xml', 'gate-hex8_2p.xml']));
    expect(readFileSync(join(home, 'parity/against.xml'), 'utf8')).toContain('failures="0"');
  });
});
