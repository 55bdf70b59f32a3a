import { describe, expect, test } from 'vitest';
import { withBareFlags } from '../../../src/commands/cli/base.ts';
import { gameFromFlags, parseSince } from '../../../src/commands/cli/flags.ts';
import { globalOptions } from '../../../src/commands/cli/global-flags.ts';
import { requiredGame } from '../../../src/commands/cli/usual-game.ts';
import { shardFrom, shardNote } from '../../../src/selfplay/setup/shard.ts';

test('both ways of naming a game mean the same', () => {
  expect(gameFromFlags({ board: 'hex8', players: 3 })).toEqual(gameFromFlags({ config: 'hex8_3p' }));
  expect(gameFromFlags({ board: 'hex8' })).toEqual(gameFromFlags({ config: 'hex8_2p' }));
  expect(gameFromFlags({ board: 'hex8', players: 2, config: 'hex8_2p' })?.key).toBe('hex8_2p');
  expect(gameFromFlags({})).toBeUndefined();
  expect(() => requiredGame({})).toThrow(/which game/);
  expect(() => gameFromFlags({ players: 3 })).toThrow(/needs --board/);
});

const slurm = (id: number, count: number, first: number, last: number) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_MIN: String(first),
  SLURM_ARRAY_TASK_MAX: String(last),
});

describe('shard', () => {
  test.each([
    [undefined, {}, undefined],
    ['0/4', {}, { index: 0, count: 4 }],
    ['3/4', { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '2' }, { index: 3, count: 4 }],
    [undefined, { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '2' }, { index: 1, count: 2 }],
    [
      undefined,
      {
        SLURM_ARRAY_TASK_ID: '30',
        SLURM_ARRAY_TASK_COUNT: '3',
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_STEP: '10',
      },
      { index: 2, count: 3 },
    ],
    [undefined, { JOB_COMPLETION_INDEX: '2', RR_SHARDS: '5' }, { index: 2, count: 5 }],
  ])('%j %j → %j', (flag, env, shard) => {
    expect(shardFrom(flag, env)).toEqual(shard);
  });

  test.each(['4/4', '1', '-1/4', '1/0', 'a/b', '1/2/3'])('--shard %s is refused', (flag) => {
    expect(() => shardFrom(flag, {})).toThrow(/counted from 0/);
  });

  test.each([
    ['an id without a count', { SLURM_ARRAY_TASK_ID: '2' }],
    ['--array=5', slurm(5, 1, 5, 5)],
    ['--array=1', slurm(1, 1, 1, 1)],
    ['--array=1,5,7', slurm(1, 3, 1, 7)],
    ['--array=1,5,7', slurm(5, 3, 1, 7)],
  ])('%s is refused: %j', (_, env) => {
    expect(() => shardFrom(undefined, env)).toThrow(/of how many/);
  });

  test('an array of one task is whole, one from 1 counts from its first', () => {
    expect(shardFrom(undefined, slurm(0, 1, 0, 0))).toEqual({ index: 0, count: 1 });
    expect(shardFrom(undefined, slurm(9, 9, 1, 9))).toEqual({ index: 8, count: 9 });
  });

  test('a shard that the environment chose is named', () => {
    expect(shardNote(undefined, { index: 2, count: 9 })).toContain('shard 2/9');
    expect(shardNote('2/9', { index: 2, count: 9 })).toBeUndefined();
  });

  test('an index without a count is refused', () => {
    expect(() => shardFrom(undefined, { JOB_COMPLETION_INDEX: '2' })).toThrow(/RR_SHARDS/);
  });
});

describe('--since', () => {
  test.each([
    ['2026', '2026-01-01T00:00:00'],
    ['2026-11', '2026-11-01T00:00:00'],
    ['2026-11-22', '2026-11-22T00:00:00'],
    ['2026-11-22T04:05', '2026-11-22T04:05:00'],
    ['2026-11-22 04:05:06.789', '2026-11-22T04:05:06.789'],
    ['2026-11-22T04:00:00Z', '2026-11-22T04:00:00'],
    ['2026-11-22T04:00+05:30', '2026-11-21T22:30:00'],
  ])('%s is %s in UTC', (text, instant) => {
    expect(parseSince(text)).toBe(instant);
  });

  test.each(['', 'noon', 'loop 3', '11/22/2026', '2026-13'])("'%s' is no date", (text) => {
    expect(() => parseSince(text)).toThrow(/is no date; write 2026-11-22/);
  });
});

describe('what stdout carries', () => {
  const terminal = { stdout: { isTTY: true }, stderr: { isTTY: true } };
  const pipe = { stdout: {}, stderr: { isTTY: true } };

  test('a table on a terminal, records into a pipe, unless told otherwise', () => {
    expect(globalOptions({}, terminal, {}).format).toBe('table');
    expect(globalOptions({}, pipe, {}).format).toBe('ndjson');
    expect(globalOptions({ format: 'ndjson' }, terminal, {}).format).toBe('ndjson');
    expect(globalOptions({ format: 'table' }, pipe, {}).format).toBe('table');
    expect(globalOptions({}, pipe, { RR_FORMAT: 'table' }).format).toBe('table');
    expect(globalOptions({ format: 'ndjson' }, pipe, { RR_FORMAT: 'table' }).format).toBe('ndjson');
    expect(() => globalOptions({}, pipe, { RR_FORMAT: 'tabel' })).toThrow(
      /RR_FORMAT: 'tabel' is none of table, ndjson/,
    );
  });

  test('colours on terminals only, and never when refused', () => {
    expect(globalOptions({}, terminal, {})).toMatchObject({ color: true, logColor: true });
    expect(globalOptions({}, pipe, {})).toMatchObject({ color: false, logColor: true });
    expect(globalOptions({}, terminal, { NO_COLOR: '1' })).toMatchObject({ color: false, logColor: false });
    expect(globalOptions({}, pipe, { FORCE_COLOR: '1' }).color).toBe(true);
    expect(globalOptions({ 'no-color': true }, terminal, { FORCE_COLOR: '1' }).color).toBe(false);
  });
});

test('bare flags get their value, flags with a value keep it', () => {
  const bare = { db: '*' };
  expect(withBareFlags(['--db', '--limit', '3'], bare)).toEqual(['--db=*', '--limit', '3']);
  expect(withBareFlags(['--limit', '3', '--db'], bare)).toEqual(['--limit', '3', '--db=*']);
  expect(withBareFlags(['--db', 'a', 'b'], bare)).toEqual(['--db', 'a', 'b']);
  expect(withBareFlags(['--db', '-'], bare)).toEqual(['--db', '-']);
  expect(withBareFlags(['--', '--db'], bare)).toEqual(['--', '--db']);
});
