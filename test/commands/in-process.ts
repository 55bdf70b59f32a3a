/** A command without a process of its own, for what it says before it does anything. Not for tests that run at once. */
import type { EventEmitter } from 'node:events';
import { vi } from 'vitest';
import type { CommandEntry } from '../../src/commands/cli/base.ts';
import { runCommand } from '../../src/commands/cli/run.ts';
import { CATALOGUE } from '../../src/commands/table.ts';

/** Where a command listens until its process ends. */
const LISTENED: readonly (readonly [EventEmitter, string])[] = [
  [process, 'uncaughtException'],
  [process, 'unhandledRejection'],
  [process.stdout, 'error'],
  [process.stderr, 'error'],
];

export async function inProcess(
  entry: CommandEntry,
  argv: readonly string[],
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const before = LISTENED.map(([emitter, event]) => new Set(emitter.listeners(event)));
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  try {
    const status = await runCommand(entry, argv, CATALOGUE);
    return { status, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    LISTENED.forEach(([emitter, event], i) => {
      for (const listener of emitter.rawListeners(event)) {
        if (!before[i]?.has(listener)) emitter.off(event, listener as () => void);
      }
    });
  }
}
