/** Time that counts: seconds of processor time, which other processes on the machine do not lengthen much. */

/** Processor seconds of this process so far, user and system, all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export interface Timed {
  readonly rounds: number;
  readonly cpuSeconds: number;
}

/** Runs `round` (numbered from 0) again and again for so many processor seconds, at least once. */
export function repeatFor(seconds: number, round: (index: number) => void): Timed {
  const start = cpuSeconds();
  let rounds = 0;
  let spent = 0;
  do {
    round(rounds++);
    spent = cpuSeconds() - start;
  } while (spent < seconds);
  return { rounds, cpuSeconds: spent };
}
