import { expect, test } from 'vitest';
import { runTaskList, sideBySide } from '../../src/io/task-list.ts';

const options = { title: (name: string) => name, live: false, maxParallel: 2 };

test('so many at a time, and one that fails stops no other', async () => {
  let running = 0;
  let most = 0;
  const done: string[] = [];
  await sideBySide(['a', 'b', 'c', 'd'], options, async (name) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    done.push(name);
    return name === 'b' ? 'no answer' : undefined;
  });
  expect(most).toBe(2);
  expect(done.sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('what is thrown ends the whole at once, and nothing further is begun', async () => {
  const begun: string[] = [];
  const whole = sideBySide(['hangs', 'throws', 'late'], options, async (name) => {
    begun.push(name);
    if (name === 'hangs') return new Promise<undefined>(() => {});
    throw new Error('stopped by the user');
  });
  await expect(whole).rejects.toThrow('stopped by the user');
  expect(begun).toEqual(['hangs', 'throws']);
});

test('signals stay with the command', async () => {
  const before = process.listenerCount('SIGINT');
  let during = 0;
  const task = async () => {
    during = process.listenerCount('SIGINT');
  };
  await runTaskList([{ title: 'one', task }], { live: false, maxParallel: 1, exitOnError: true });
  expect(during).toBe(before);
});

test('a list is drawn on stderr, and stdout stays untouched', async () => {
  const written = { stdout: '', stderr: '' };
  const real = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: unknown): boolean => {
      written[name] += String(text);
      return true;
    };
  }
  try {
    await sideBySide(['gpu-1', 'gpu-2'], { ...options, live: true }, async (name) =>
      name === 'gpu-2' ? 'gpu-2: cannot be reached' : undefined,
    );
  } finally {
    for (const name of ['stdout', 'stderr'] as const) process[name].write = real[name];
  }
  expect(written.stdout).toBe('');
  expect(written.stderr).toContain('gpu-1');
  expect(written.stderr).toContain('gpu-2: cannot be reached');
});
