/** Processor seconds of this thread since `start`: other processes and threads lengthen them little. */
export function cpuSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1e6;
}
