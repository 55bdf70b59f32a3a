import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatDuration, Progress, type ProgressStyle, progressLine } from '../../../src/commands/cli/progress.ts';
import { ProgressState } from '../../../src/commands/cli/progress-state.ts';

const work = { label: 'playing hex8_2p', unit: 'games', total: 200 };

/** A progress display whose clock and screen belong to the test. */
function display(style: ProgressStyle, { details, color = false }: { details?: () => string[]; color?: boolean } = {}) {
  let now = 0;
  const written: string[] = [];
  const stream = { columns: 60, write: (text: string) => written.push(text) };
  const progress = new Progress(work, {
    style,
    color,
    stream,
    clock: () => now,
    ...(details ? { details } : {}),
  });
  const at = (seconds: number, done: number): void => {
    now = seconds * 1000;
    progress.update(done);
    progress.tick();
  };
  return { progress, written, at };
}

test('rate and time left follow the last quarter of a minute', () => {
  const state = new ProgressState(work, 0);
  for (let second = 1; second <= 10; second++) state.set(second, second * 1000);
  expect(state.snapshot(10_000)).toMatchObject({ done: 10, rate: 1, etaSeconds: 190, elapsedSeconds: 10 });
  for (let second = 11; second <= 60; second++) state.set(10 + (second - 10) * 3, second * 1000);
  const { rate, etaSeconds } = state.snapshot(60_000);
  expect(rate).toBeCloseTo(3);
  expect(etaSeconds).toBeCloseTo(40 / 3);
});

test('nothing known is nothing claimed', () => {
  const state = new ProgressState({ label: 'reading', unit: 'records' }, 0);
  expect(state.snapshot(0)).toMatchObject({ rate: 0, etaSeconds: undefined, total: undefined });
  expect(new ProgressState(work, 0).snapshot(5000).etaSeconds).toBeUndefined();
});

test('what is over within two seconds shows nothing', () => {
  for (const style of ['live', 'plain', 'json'] as const) {
    const { progress, written, at } = display(style);
    at(0.5, 100);
    at(1.9, 200);
    progress.finish();
    expect(written).toEqual([]);
  }
});

test('plain lines come every few seconds, and one at the end', () => {
  const { progress, written, at } = display('plain');
  for (let tenth = 0; tenth <= 120; tenth++) at(tenth / 10, tenth);
  progress.finish();
  expect(written).toEqual([
    'playing hex8_2p  20/200 games  10%  10 games/s  ETA 18s\n',
    'playing hex8_2p  70/200 games  35%  10 games/s  ETA 13s\n',
    'playing hex8_2p  120/200 games  60%  10 games/s  ETA 8s\n',
    'playing hex8_2p  120/200 games  60%  10 games/s  ETA 8s\n',
  ]);
});

test('JSON lines carry the whole state', () => {
  const { progress, written, at } = display('json');
  progress.extra('plies/s', 3100);
  at(4, 40);
  progress.finish();
  expect(JSON.parse(written[0] ?? '')).toMatchObject({
    type: 'progress',
    done: 40,
    rate: 10,
    extras: { 'plies/s': 3100 },
  });
});

test('a live display is redrawn in place and left standing at the end', async () => {
  const details = () => ['seat 1: 12  seat 2: 8', 'x'.repeat(200)];
  const { progress, written, at } = display('live', { details });
  await progress.ready;
  at(2, 20);
  at(2.2, 22);
  progress.finish();
  expect(written[0]).toBe(
    `playing hex8_2p  20/200 games  10%  10 games/s  ETA 18s\n  seat 1: 12  seat 2: 8\n  ${'x'.repeat(56)}…\n`,
  );
  // Before each further drawing: up three lines, clear to the end of the screen.
  expect(written[1]).toBe('\u001b[3A\u001b[0J');
  expect(stripVTControlCharacters(written.at(-1) ?? '')).toContain('22/200 games');
});

test('a cut line ends its colour, and wide characters count twice', async () => {
  const details = () => ['ä'.repeat(200), '棋'.repeat(200)];
  const { progress, written, at } = display('live', { details, color: true });
  await progress.ready;
  at(2, 20);
  progress.finish();
  const lines = (written[0] ?? '').split('\n');
  expect(lines[1]).toBe(`\u001b[2m  ${'ä'.repeat(56)}…\u001b[22m`);
  expect(lines[2]).toBe(`\u001b[2m  ${'棋'.repeat(28)}…\u001b[22m`);
});

test('a live display that never got to draw ends with a plain line', () => {
  const { progress, written, at } = display('live');
  at(3, 30);
  progress.finish();
  expect(written).toEqual(['playing hex8_2p  30/200 games  15%  10 games/s  ETA 17s\n']);
});

test('a log line goes above the live display', async () => {
  const { progress, written, at } = display('live');
  await progress.ready;
  at(3, 30);
  progress.log('game 17 was stored twice');
  progress.finish();
  expect(written.slice(1, 3)).toEqual(['\u001b[1A\u001b[0J', 'game 17 was stored twice\n']);
});

test('a log line is a record among records', () => {
  const { progress, written } = display('json');
  progress.log('game 17 was stored twice');
  expect(written).toEqual(['{"type":"log","message":"game 17 was stored twice"}\n']);
  progress.finish();
});

test('without a total the time so far takes the place of the time left', () => {
  const state = new ProgressState({ label: 'reading', unit: 'records' }, 0);
  state.set(5000, 10_000);
  expect(progressLine(state.snapshot(10_000))).toBe('reading  5,000 records  500 records/s  10s');
});

test.each([
  [0, '0s'],
  [59.4, '59s'],
  [60, '1m 00s'],
  [3599, '59m 59s'],
  [3600 * 3 + 60 * 7, '3h 07m'],
  [86_400 * 2 + 3600 * 5, '2d 05h'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
