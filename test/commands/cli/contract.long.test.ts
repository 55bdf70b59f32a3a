/** The command contract as a shell sees it, on the probe command and the real program. */
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { TOPICS } from '../../../src/config/topics.ts';
import { bash, finished, firstOutput, PROBE, probe, rr, start } from '../../run.ts';

const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('finding the command', () => {
  test('help without a command and with --help is the same page', async () => {
    const page = await rr([]);
    expect(page.status).toBe(0);
    expect(page.stdout).toContain('config show');
    expect((await rr(['--help'])).stdout).toBe(page.stdout);
    expect((await rr(['help'])).stdout).toBe(page.stdout);
  });

  test('help of a topic and of a command', async () => {
    expect((await rr(['config', '--help'])).stdout).toContain('config show');
    const page = (await rr(['config', 'show', '--help'])).stdout;
    expect(page).toContain('$ rr config show [TOPIC] [FLAGS]');
    expect(page).toContain('--origin');
    expect(page).toContain('--ok-codes');
    expect((await rr(['help', 'config', 'show'])).stdout).toBe(page);
  });

  test.each([
    [['config', 'shwo'], "rr: no command 'config shwo' (did you mean 'config show'?); see rr --help\n"],
    [['confg', 'show'], "rr: no command 'confg' (did you mean 'config show'?); see rr --help\n"],
    [['confg'], "rr: no command 'confg' (did you mean 'config'?); see rr --help\n"],
    [['xyzzy'], "rr: no command 'xyzzy'; see rr --help\n"],
    // words of other programs, and words that several commands end on
    [
      ['status'],
      "rr: no command 'status' (did you mean rr loop --status, rr cluster status or rr sync status?); see rr --help\n",
    ],
    [['analysis'], "rr: no command 'analysis' (did you mean rr analyze?); see rr --help\n"],
    [['analyse'], "rr: no command 'analyse' (did you mean 'analyze'?); see rr --help\n"],
    [['merge'], "rr: no command 'merge' (did you mean rr db merge or rr elo merge?); see rr --help\n"],
    [
      ['config', 'show', 'selfpaly'],
      `rr config show: no topic 'selfpaly' (did you mean 'selfplay'?); topics: ${TOPICS.join(', ')}\n`,
    ],
  ])('%j: one line, exit 2', async (args, stderr) => {
    expect(await rr(args)).toEqual({ status: 2, signal: null, stdout: '', stderr });
  });

  test('a topic alone and flags before the command are usage errors', async () => {
    expect((await rr(['config'])).stderr).toMatch(/^rr config: needs one of show[^\n]*\n$/);
    expect((await rr(['--no-color', 'config', 'show'])).status).toBe(2);
  });
});

describe('flags', () => {
  test.each([
    [['--cuont', '3'], 'no flag --cuont (did you mean --count?)'],
    [['--count=x'], '--count: '],
    [['--format', 'xml'], 'table, ndjson'],
    [['a', 'b'], 'unexpected argument: b'],
    [['--count'], '--count expects a value'],
    [['--ok-codes', '9'], "'9' is no exit status"],
    [['--grace', 'soon'], 'not a number of seconds'],
    [['--seed', '-1'], '--seed'],
    [['--board', 'hex9'], "no board 'hex9' (did you mean 'hex8'?)"],
    [['--board', 'hex8', '--players', '5'], '2, 3 or 4'],
    [['--config', 'hex8_2'], "did you mean 'hex8_2p'?"],
    [['--config', 'hex8_2p', '--board', 'square8'], 'contradicts'],
    [['--shard', '3/3'], 'counted from 0'],
  ])('%j: one line, exit 2', async (args, message) => {
    const result = await probe(args);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/^rr probe: [^\n]+\n$/);
    expect(result.stderr).toContain(message);
  });

  test('a flag that may stand bare', async () => {
    expect(lines((await probe(['--db', '--count', '0'])).stdout)[0]).toMatchObject({ db: [''] });
    expect(lines((await probe(['--db', 'a', 'b', '--count', '0'])).stdout)[0]).toMatchObject({ db: ['a', 'b'] });
    expect(lines((await probe(['--db'])).stdout)[0]).toMatchObject({ db: [''] });
  });

  test('a missing argument never eats records on stdin', async () => {
    const result = await probe(['--echo'], { input: '{"type":"game"}\n' });
    expect(lines(result.stdout)).toContainEqual({ type: 'input', text: '{"type":"game"}\n' });
  });

  test('Slurm tells the shard', async () => {
    const env = { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' };
    expect(lines((await probe([], { env })).stdout)[0]).toMatchObject({ shard: '4/8' });
  });
});

describe('failures', () => {
  test.each([
    ['expected', 5, 'rr probe: stdin:3: not a valid record: two lines\n'],
    ['rules', 5, 'rr probe: move 3: not legal\n'],
    ['ENOSPC', 75, 'rr probe: /data/x.db: no space left on the device; free some and run the same command again\n'],
    ['SQLITE_BUSY_SNAPSHOT', 75, 'rr probe: /data/x.db: in use by another process; try again later\n'],
    ['SQLITE_NOTADB', 5, "rr probe: /data/x.db: SQLITE_NOTADB: something, open '/data/x.db'\n"],
    [
      'EFBIG',
      2,
      'rr probe: /data/x.db: the limit on the size of files is reached; raise it (ulimit -f) and run the same command again\n',
    ],
    [
      'SQLITE_IOERR_WRITE',
      75,
      "rr probe: /data/x.db: the disk refused to read or write it (SQLITE_IOERR_WRITE: something, open '/data/x.db'); see whether it is sound\n",
    ],
    ['EACCES', 2, 'rr probe: /data/x.db: no permission\n'],
    ['ENOENT', 2, 'rr probe: /data/x.db: no such file\n'],
    ['bug', 1, 'rr probe: x is not a function (this is a bug in rr; RR_DEBUG=1 shows where)\n'],
  ])('%s: exit %i with one line', async (how, status, stderr) => {
    expect(await probe(['--fail', how])).toEqual({ status, signal: null, stdout: '', stderr });
  });

  test('--log-json makes it a record', async () => {
    const { stderr } = await probe(['--fail', 'ENOSPC', '--log-json']);
    expect(JSON.parse(stderr)).toMatchObject({ type: 'error', command: 'probe', code: 'DISK_FULL', exit: 75 });
  });

  test('RR_DEBUG=1 shows the stack', async () => {
    expect((await probe(['--fail', 'bug'], { env: { RR_DEBUG: '1' } })).stderr).toContain('at fail');
  });

  test('--ok-codes turns listed statuses into 0, of failures too', async () => {
    expect((await probe(['--exit', '4'])).status).toBe(4);
    expect((await probe(['--exit', '4', '--ok-codes', '4,75'])).status).toBe(0);
    expect((await probe(['--exit', '6', '--ok-codes', '4,75'])).status).toBe(6);
    expect((await probe(['--fail', 'ENOSPC', '--ok-codes', '4,75'])).status).toBe(0);
  });
});

describe('stopping', () => {
  const stopped = async (args: readonly string[], signals: readonly NodeJS.Signals[]) => {
    const child = start(process.execPath, [PROBE, ...args]);
    const end = finished(child);
    await firstOutput(child);
    for (const [index, signal] of signals.entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, 300));
      child.kill(signal);
    }
    return end;
  };

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: flushes, writes the summary, exits %i', async (signal, status) => {
    const result = await stopped(['--wait', '--count', '2'], [signal]);
    expect(result).toMatchObject({ status, stderr: '' });
    expect(lines(result.stdout).at(-1)).toEqual({ type: 'summary', written: 2 });
  });

  test('a second signal exits at once', async () => {
    expect((await stopped(['--stubborn'], ['SIGTERM', 'SIGTERM'])).status).toBe(143);
  });

  test('the same Ctrl-C passed on twice is one signal', async () => {
    const child = start(process.execPath, [PROBE, '--wait']);
    const end = finished(child);
    await firstOutput(child);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(lines((await end).stdout).at(-1)).toMatchObject({ type: 'summary' });
  });

  test('a command that does not stop is ended after --grace', async () => {
    expect((await stopped(['--stubborn', '--grace', '0.3'], ['SIGINT'])).status).toBe(130);
  });

  test('a reader that is busy does not keep a signal from working', async () => {
    const script =
      '"$NODE" "$PROBE" --count 200000 --grace 0.3 > >(sleep 3) & pid=$!; sleep 1; kill -TERM $pid; wait $pid';
    expect((await bash(script)).status).toBe(143);
  });

  test('time used up: 124 after the summary', async () => {
    const result = await probe(['--wait', '--limit', '0.1']);
    expect(result.status).toBe(124);
    expect(lines(result.stdout).at(-1)).toMatchObject({ type: 'summary' });
  });
});

describe('pipes', () => {
  test('a reader that leaves ends the command quietly with 0', async () => {
    const result = await bash('"$NODE" "$PROBE" --count 3000000 | head -1; echo $PIPESTATUS >&2');
    expect(lines(result.stdout)).toEqual([expect.objectContaining({ type: 'header' })]);
    expect(result.stderr).toBe('0\n');
  });

  test('help for a reader that has already left', async () => {
    expect(await bash('(sleep 0.2; "$NODE" "$RR" --help; echo $? >&2) | true')).toMatchObject({ stderr: '0\n' });
  });

  test('a failure is not hidden by a reader that has left', async () => {
    expect((await bash('(sleep 0.2; "$NODE" "$PROBE" --count 5 --late; echo $? >&2) | true')).stderr).toMatch(
      /^rr probe: [^\n]*no space[^\n]*\n75\n$/,
    );
  });

  test('a closed stdout is no reason for a stack trace', async () => {
    const result = await bash('"$NODE" "$RR" config show >&-');
    expect(result.stderr).not.toContain('    at ');
  });

  test('a full disk: 75 and one line', async () => {
    const result = await bash('"$NODE" "$PROBE" --count 10 > /dev/full');
    expect(result.status).toBe(75);
    expect(result.stderr).toMatch(/^rr probe: [^\n]*no space left[^\n]*\n$/);
  });

  test('config show into a pipe is a whole record stream', async () => {
    const records = lines((await rr(['config', 'show', '--origin'])).stdout);
    expect(records[0]).toMatchObject({ type: 'header', schema: 1, command: 'config show' });
    expect(records).toContainEqual(
      expect.objectContaining({ type: 'setting', key: 'selfplay.games', value: 100, layer: 'default' }),
    );
    expect(records.at(-1)).toMatchObject({ type: 'summary', settings: records.length - 2 });
  });
});

describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
  const terminal = (command: string) => bash(`/usr/bin/script -qec '${command}' /dev/null`);

  test('a coloured table, plain with --no-color, records with --format ndjson', async () => {
    const coloured = (await terminal('"$NODE" "$RR" config show')).stdout;
    expect(stripVTControlCharacters(coloured)).toMatch(/^SETTING +VALUE\r\n/);
    expect(coloured).toContain('\u001b[');
    expect((await terminal('"$NODE" "$RR" config show --no-color')).stdout).not.toContain('\u001b[');
    expect((await terminal('"$NODE" "$RR" config show --format ndjson')).stdout).toMatch(/^\{"type":"header"/);
  });
});
