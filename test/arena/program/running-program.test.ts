import { describe, expect, test, vi } from 'vitest';
import { ProgramFault } from '../../../src/arena/program/program-fault.ts';
import { ProgramProcess } from '../../../src/arena/program/program-process.ts';
import { RunningProgram } from '../../../src/arena/program/running-program.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';

/** A month: more milliseconds than a timer of the runtime counts. */
const LONG_MS = 2_592_000_000;

const node = (script: string): string => `${process.execPath} -e '${script}'`;

describe('a running program', () => {
  test('gives its lines in order, split at newlines alone', async () => {
    const program = await RunningProgram.start(node(String.raw`process.stdout.write("a\u2028b\rc\n\nd\n")`));
    expect([await program.line(LONG_MS), await program.line(LONG_MS), await program.line(LONG_MS)]).toEqual([
      'a\u2028b\rc',
      '',
      'd',
    ]);
    await program.end();
  });

  test('has the time it was given, also above 2^31 milliseconds', async () => {
    const program = await RunningProgram.start('read question; echo "$question"');
    const answer = program.line(LONG_MS);
    program.send({ type: 'hello' });
    expect(await answer).toBe('{"type":"hello"}');
    await program.end();
  });

  test.each([
    ['exit 3', /^ with exit status 3$/],
    ['kill -s USR1 $$', /^ by SIGUSR1$/],
    ['echo first >&2; echo "ValueError: no" >&2; exit 1', /^ with exit status 1; its stderr ends in 'ValueError: no'$/],
  ])('%s: its end is told', async (command, told) => {
    const program = await RunningProgram.start(command);
    await expect(program.line(LONG_MS)).rejects.toThrow(new ProgramFault('ended'));
    expect(await program.end()).toMatch(told);
  });

  test.each([
    ['a line without end', 'setInterval(() => process.stdout.write("x".repeat(1e5)), 1)', /^wrote a line of more than/],
    [
      'lines without end',
      'setInterval(() => console.log("{}\\n{}\\n{}"), 1)',
      /^wrote 64 lines that nobody asked for$/,
    ],
  ])('%s is a fault', async (_, script, message) => {
    const program = await RunningProgram.start(node(script));
    await vi.waitFor(async () => await expect(program.line(LONG_MS)).rejects.toThrow(message), { timeout: 600_000 });
    await program.end();
  });

  test('takes what it started with it', async () => {
    // whatever the program leaves behind holds its stdout open
    const program = await RunningProgram.start('sleep 1000 & echo started; read question; exit 0');
    expect(await program.line(LONG_MS)).toBe('started');
    await program.end();
    await vi.waitFor(() => expect(program.hasEnded).toBe(true), { timeout: 600_000 });
  });
});

describe('a program that is asked for moves', () => {
  const rules = createRules('hex8', 2);
  const state = new State(rules);
  const legal = new MoveList();
  legalMoves(state, legal);

  test('forfeits once per fault for as long as it starts, and says how it ended', async () => {
    const command = `read hello; echo '{"type":"ready"}'; read question; echo "out of ideas" >&2; exit 127`;
    const program = new ProgramProcess(rules, command, LONG_MS / 1000);
    for (let game = 0; game < 5; game++) {
      await expect(program.choose(state, legal)).rejects.toThrow(
        new ProgramFault("ended with exit status 127; its stderr ends in 'out of ideas'"),
      );
    }
    await program.close();
  });

  test('is given up when it never becomes ready', async () => {
    const program = new ProgramProcess(rules, 'exit 3', 1);
    const fault = new ProgramFault('ended with exit status 3');
    for (let start = 0; start < 3; start++) await expect(program.choose(state, legal)).rejects.toThrow(fault);
    await expect(program.choose(state, legal)).rejects.toThrow('gave no answer in 3 starts');
  });
});
