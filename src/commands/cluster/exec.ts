/** `rr cluster exec -- COMMAND`: one command on many hosts, each result on its own. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { printableLines } from '../../core/printable.ts';
import { eachHost, exitOfHosts } from '../../sync/each-host.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from '../sync/flags.ts';
import { failureLines, visitOptions } from '../sync/hosts-command.ts';
import { openLocal } from '../sync/local.ts';

export default class ClusterExec extends RrCommand {
  static override description =
    'Runs the words after -- as one command on each host, as they are: nothing is expanded by a shell there (for a ' +
    "pipeline write -- sh -c '…'). Exits 6 when it failed on some hosts.";

  static override examples = [
    'rr cluster exec -- nvidia-smi -L',
    "rr cluster exec --host gpu-1 -- sh -c 'df -h | tail -1'",
  ];

  static override strict = false;
  static override usage = 'cluster exec [FLAGS] -- COMMAND…';

  static override flags = {
    ...dataFlag,
    ...hostFlags,
    timeout: Flags.integer({ default: 600, min: 1, description: 'longest time on a host', helpValue: 'SECONDS' }),
  };

  protected async execute(): Promise<Outcome> {
    const end = this.argv.indexOf('--');
    const command = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags } = await this.parse(ClusterExec, end === -1 ? this.argv : this.argv.slice(0, end));
    if (command.length === 0) throw new RrError('USAGE', { detail: 'no command; write it after --' });
    const { hosts } = hostsFromFlags(flags);
    const local = await openLocal(flags.data);
    try {
      const { signal } = this.stop;
      const outcomes = await eachHost(
        hosts,
        visitOptions(flags, local, { signal: this.stop.signal, live: this.live }),
        async (session) => {
          const start = performance.now();
          const result = await session.run(command, { timeoutMs: flags.timeout * 1000, signal });
          return { ...result, seconds: Math.round(performance.now() - start) / 1000 };
        },
      );
      const rows = outcomes.map((outcome) => ({
        host: outcome.host.name,
        ...(outcome.ok
          ? { ...outcome.value, exit: outcome.value.code ?? null }
          : { exit: null, code: outcome.error.code, reason: outcome.error.message }),
      }));
      const failed = rows.filter((row) => row.exit !== 0).map((row) => row.host);
      if (this.globals.format === 'table') this.#print(rows);
      else await this.present({ type: 'exec', rows, columns: [], summary: { hosts: rows.length, failed } });
      process.stderr.write(failureLines(outcomes));
      if (outcomes.some((outcome) => !outcome.ok)) return exitOfHosts(outcomes);
      return failed.length > 0 ? 6 : undefined;
    } finally {
      await local.close();
    }
  }

  /** Output as it came, each line under its host's name. */
  #print(rows: readonly { host: string; exit: number | null; stdout?: string; stderr?: string }[]): void {
    for (const { host, exit, stdout = '', stderr = '' } of rows) {
      this.say(`${host}: ${exit === null ? 'did not end on its own' : `exit ${exit}`}`);
      for (const line of `${stdout}${stderr}`.trimEnd().split('\n')) this.say(`  ${printableLines(line)}`);
    }
  }
}
