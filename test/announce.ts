/** Says before the tests what they cost, and afterwards what they did cost. */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

const SHORT_MINUTES = 5;

export default function announce({ vitest }: TestProject): void {
  const names = vitest.projects.map(({ name }) => name);
  const isShort = !names.includes('long');
  console.log(
    isShort
      ? `npm test: the short tests, meant to take at most ${SHORT_MINUTES} CPU-minutes; npm run test:all adds the long ones`
      : 'all tests with those of *.long.test.ts: tens of CPU-minutes; npm test runs the short ones alone',
  );
  // by then the workers have ended, and count
  process.once('exit', () => {
    const minutes = cpuMinutes();
    if (minutes !== undefined) console.log(`used ${minutes.toFixed(1)} CPU-minutes`);
  });
}

/** Of this process and of all it has waited for; undefined where there is no /proc. */
function cpuMinutes(): number | undefined {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8');
    // behind the name in parentheses, the fields 14 to 17 of proc(5): ticks of a hundredth of a second
    const [user, system, childUser, childSystem] = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return ((user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)) / 6000;
  } catch {
    return undefined;
  }
}
