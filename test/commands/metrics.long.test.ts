/** Metrics as a real Prometheus reads them from a real node_exporter. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { metricsText } from '../../src/health/metrics/text.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { withState } from '../../src/state/open.ts';
import { makeEvent } from '../../src/state/store/event.ts';
import { REPO_ROOT, rr } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-metrics-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const installed = has('promtool') && has('prometheus') && has('prometheus-node-exporter');
if (!installed) console.log('skipped: prometheus or prometheus-node-exporter is not installed');

/** A data folder in which everything has happened that a metric tells of. */
async function eventfulFolder(): Promise<string> {
  const data = join(folder, 'data');
  const place = ['--data', data, '--config', 'hex8_2p'];
  const games = dataPaths(data).games('hex8_2p');
  expect((await rr(['selfplay', ...place, '--games', '30', '--seed', '1', '--out', games])).status).toBe(0);
  expect((await rr(['export', games, '--data', data])).status).toBe(0);
  expect(
    (
      await rr([
        'train',
        dataPaths(data).training('hex8_2p'),
        ...place,
        '--arch',
        'nano',
        '--epochs',
        '1',
        '--batch',
        '64',
      ])
    ).status,
  ).toBe(0);
  const measured = await rr(['gauntlet', ...place, '--games', '2', '--budget', '2', '--against', 'random']);
  expect(measured.status).toBe(0);
  const easy = {
    ...{ RR_PROMOTION_MIN_GAMES_2P: '1', RR_PROMOTION_RANDOM_WIN_RATE_2P: '0', RR_PROMOTION_RANDOM_FLOOR_2P: '0' },
    ...{ RR_PROMOTION_HEURISTIC_WIN_RATE_2P: '0', RR_PROMOTION_HEURISTIC_FLOOR_2P: '0' },
  };
  const promoted = await rr(['promote', ...place, '--candidate', 'candidate', '--games', '2', '--budget', '2'], {
    env: easy,
  });
  expect(promoted.status, promoted.stderr).toBe(0);
  const me = (await import('node:os')).hostname();
  await withState(dataPaths(data).state, async ({ events, breakers, leases, runs }) => {
    const transfer = {
      by: me,
      with: 'gpu-1',
      direction: 'pull',
      ended: Date.now(),
      files: 1,
      games: 2,
      rows: 3,
    } as const;
    await events.add([
      makeEvent({ type: 'data_synced', at: 1, host: me, facts: { ...transfer, bytes: 4, seconds: 5 } }),
    ]);
    for (let failure = 0; failure < 4; failure++) await breakers.failed('gpu-2', 'no route');
    await leases.take({
      name: 'train/hex8_2p',
      owner: 'x#1',
      holder: { host: 'far', bootId: 'b', pid: 1 },
      ttlMs: 3.6e6,
    });
    await runs.start({ command: 'sync pull' });
  });
  return data;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const started = (program: string, ...args: string[]): void => {
  children.push(spawn(program, args, { stdio: 'ignore' }));
};

test.skipIf(!installed)(
  'promtool finds nothing to say, and Prometheus knows every metric that the source defines',
  async () => {
    const data = await eventfulFolder();
    const textfiles = join(folder, 'textfiles');
    mkdirSync(textfiles);
    const file = join(textfiles, 'rr.prom');
    expect((await rr(['metrics', '--data', data, '--textfile', file])).status).toBe(0);
    const text = readFileSync(file, 'utf8');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(`${checked.stdout}${checked.stderr}`).toBe('');
    const rules = spawnSync('promtool', ['check', 'rules', join(REPO_ROOT, 'examples/prometheus-alerts.yml')], {
      encoding: 'utf8',
    });
    expect(rules.stdout).toContain('6 rules found');

    const [exporter, server] = [await freePort(), await freePort()];
    const config = join(folder, 'prometheus.yml');
    const job = `{job_name: node, scrape_interval: 1s, static_configs: [{targets: ['127.0.0.1:${exporter}']}]}`;
    writeFileSync(config, `scrape_configs: [${job}]\n`);
    started(
      'prometheus-node-exporter',
      `--web.listen-address=127.0.0.1:${exporter}`,
      `--collector.textfile.directory=${textfiles}`,
    );
    const places = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`];
    started('prometheus', ...places, `--web.listen-address=127.0.0.1:${server}`);
    const ask = async (path: string): Promise<string[]> => {
      const answer = await fetch(`http://127.0.0.1:${server}/api/v1/${path}`).then(
        (response) => response.json(),
        () => undefined,
      );
      return (answer as { data?: string[] } | undefined)?.data ?? [];
    };
    let known: string[] = [];
    while (known.length === 0) {
      await sleep(200);
      known = (await ask('label/__name__/values')).filter((name) => name.startsWith('rr_'));
    }
    const written = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    expect(known.sort()).toEqual(written.sort());
    // what a machine without a graphics card cannot have is the only thing missing
    const defined = ['collect', 'runs', 'sync', 'ratings', 'events'].flatMap((name) => {
      const source = readFileSync(join(REPO_ROOT, 'src/health/metrics', `${name}.ts`), 'utf8');
      const names = [...source.matchAll(/(?:one\(|gauge\(|family\(|name: )\s*'(\w+)'/g)].map(([, found]) => found);
      return [...names, ...[...source.matchAll(/^ {2}(\w+): '[A-Z]/gm)].map(([, found]) => found)];
    });
    expect(defined.length).toBeGreaterThan(25);
    const missing = defined.filter((name) => !known.includes(`rr_${name}`));
    expect(missing.filter((name) => !name?.startsWith('gpu_'))).toEqual([]);
    const labels = await ask(`labels?match[]=${encodeURIComponent('{__name__=~"rr_.*"}')}`);
    const ours = labels.filter((name) => !['__name__', 'instance', 'job'].includes(name)).sort();
    expect(ours).toEqual(['command', 'config', 'database', 'direction', 'exit', 'host', 'lease', 'type', 'version']);
  },
);

test('labels and help that hold quotes, backslashes and line breaks are escaped', () => {
  const samples = [{ labels: { gpu: 'a "b" \\c\nd' }, value: 0.5 }];
  expect(metricsText([{ name: 'x', help: 'one\\two\nthree', kind: 'gauge', samples }])).toBe(
    '# HELP rr_x one\\\\two\\nthree\n# TYPE rr_x gauge\nrr_x{gpu="a \\"b\\" \\\\c\\nd"} 0.5\n',
  );
  expect(metricsText([{ name: 'x', help: 'none', kind: 'gauge', samples: [] }])).toBe('');
});
