/** `rr analyze` from the outside. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { finished, RR, type RunOptions, rr, start } from '../run.ts';

const folder = temporaryFolder();
const here: RunOptions = { cwd: folder };
const records = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
let model = '';

beforeAll(async () => {
  const [made] = records(
    (await rr(['model', 'init', '--board', 'hex8', '--arch', 'nano', '--seed', '1'], here)).stdout,
  ).filter(({ type }) => type === 'model');
  model = String(made?.hash);
  const games = await rr(['selfplay', '--board', 'hex8', '--games', '3', '--engine', 'random', '--seed', '1'], here);
  writeFileSync(join(folder, 'games.ndjson'), games.stdout);
});

test('a game is gone through, decision by decision, and drawn', async () => {
  const args = ['analyze', 'games.ndjson', '--game', '1', '--model', model, '--budget', '4', '--html', 'game.html'];
  const { status, stdout, stderr } = await rr(args, here);
  expect(status, stderr).toBe(0);
  const decisions = records(stdout).filter(({ type }) => type === 'decision');
  expect(decisions[0]).toMatchObject({ ply: 0, simulations: 4, loss: expect.any(Number) });
  expect(records(stdout).at(-1)).toMatchObject({ type: 'summary', decisions: decisions.length });
  expect(readFileSync(join(folder, 'game.html'), 'utf8')).toContain('</html>');
});

test('a game of a file that cannot be read is one bad answer: 6', async () => {
  const lines = readFileSync(join(folder, 'games.ndjson'), 'utf8').split('\n');
  writeFileSync(
    join(folder, 'bad.ndjson'),
    lines.map((line, i) => (i === 2 ? line.replace('"seed":1', '"seed":2') : line)).join('\n'),
  );
  const args = ['analyze', '--config', 'hex8_2p', '--model', model, '--budget', '4', '--from-records', 'bad.ndjson'];
  const { status, stdout, stderr } = await rr(args, here);
  expect(status).toBe(6);
  expect(stderr).toContain('bad.ndjson:3');
  expect(records(stdout).at(-1)).toMatchObject({ type: 'summary', queries: 3, bad: 1 });
});

test('SIGINT ends what is open', async () => {
  const args = ['analyze', '--config', 'hex8_2p', '--model', model, '--budget', '1000000'];
  const child = start(process.execPath, [RR, ...args], here);
  const ended = finished(child);
  const game = readFileSync(join(folder, 'games.ndjson'), 'utf8').split('\n')[1] ?? '';
  child.stdin?.write(`${JSON.stringify({ type: 'analyze', id: 'a', game: JSON.parse(game), partial: 0 })}\n`);
  // the first partial answer: it searches
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (text) => String(text).includes('"partial":true') && resolve());
  });
  child.kill('SIGINT');
  const { status, stdout } = await ended;
  expect(status).toBe(130);
  expect(records(stdout).some(({ terminated }) => terminated === true)).toBe(true);
});
