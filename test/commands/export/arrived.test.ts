/** Ranges of arrival numbers, and sources that have none. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseArrived, readingsOf } from '../../../src/commands/export/arrived.ts';
import { REPO_ROOT } from '../../run.ts';

const UPSTREAM = join(REPO_ROOT, 'test', 'fixtures', 'db', 'hex8_2p_swap.db.gz');
const OURS = join(REPO_ROOT, 'test', 'pins', 'files', 'games.db');

it('reads ranges, with and without an end', () => {
  expect(parseArrived('1201..1500')).toEqual({ after: 1200, until: 1500 });
  expect(parseArrived('1..')).toEqual({ after: 0, until: undefined });
  for (const text of ['0..5', '5..4', '5', '..7', 'a..b', '1...3']) {
    expect(() => parseArrived(text)).toThrow(`--arrived '${text}' is no range of arrivals`);
  }
});

it('says which sources have no arrival numbers, and takes one database at a time', async () => {
  const newFor = { name: 'nightly', config: '' };
  await expect(readingsOf(['-'], { arrived: '1..', newFor: undefined })).rejects.toThrow(
    /^-: --arrived needs a database/,
  );
  await expect(readingsOf([UPSTREAM], { arrived: undefined, newFor })).rejects.toThrow(
    '--new-for needs a database of ours',
  );
  expect([...(await readingsOf([UPSTREAM, '-'], { arrived: undefined, newFor: undefined })).keys()]).toEqual([]);
  const readings = await readingsOf([OURS], { arrived: '2..3', newFor: undefined });
  expect([...readings.values()]).toMatchObject([{ path: OURS, after: 1, until: 3 }]);
});
