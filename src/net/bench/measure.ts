/** Timing of repeated calls: rates per CPU-second hold still on a shared machine, the best wall time shows the rest. */
export interface Timing {
  readonly calls: number;
  /** Mean CPU time of a call, user and system of the whole process. */
  readonly cpuSeconds: number;
  /** Shortest wall time of a call. */
  readonly bestSeconds: number;
}

/** Calls `work` for about `seconds` (at least three times) after one call to warm up. */
export async function measure(work: () => Promise<unknown>, seconds: number): Promise<Timing> {
  await work();
  const startCpu = process.cpuUsage();
  const start = performance.now();
  let best = Number.POSITIVE_INFINITY;
  let calls = 0;
  while (calls < 3 || performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await work();
    best = Math.min(best, performance.now() - before);
    calls++;
  }
  const { user, system } = process.cpuUsage(startCpu);
  return { calls, cpuSeconds: (user + system) / 1e6 / calls, bestSeconds: best / 1000 };
}
