/** `rr cluster status`: what each host is doing and what it holds. */

import { Flags } from '@oclif/core';
import type { Host } from '../../cluster/hosts/file.ts';
import { pause } from '../../io/timer.ts';
import { eachHost, exitOfHosts, type HostOutcome } from '../../sync/each-host.ts';
import type { HostStatusReport } from '../../sync/peer/methods.ts';
import { RemoteSide } from '../../sync/peer/remote.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import type { Column } from '../cli/render.ts';
import { hostFlags, hostsFromFlags } from '../sync/flags.ts';
import { failureLines, visitOptions } from '../sync/hosts-command.ts';
import { openLocal } from '../sync/local.ts';

type Row = { readonly host: string; readonly state: string } & Partial<HostStatusReport>;

export default class ClusterStatus extends RrCommand {
  static override description =
    'Load, memory, disk, GPUs, running rr jobs, number and newest of games, and models with their pointers, per host.';

  static override examples = ['rr cluster status', 'rr cluster status --role selfplay --watch --interval 10'];

  static override flags = {
    ...dataFlag,
    ...hostFlags,
    watch: Flags.boolean({ description: 'again and again until stopped' }),
    interval: Flags.integer({ default: 5, min: 1, description: 'time between two looks', helpValue: 'SECONDS' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(ClusterStatus);
    const { hosts } = hostsFromFlags(flags);
    const local = await openLocal(flags.data);
    const options = visitOptions(flags, local, { signal: this.stop.signal, live: this.live && !flags.watch });
    try {
      for (;;) {
        const outcomes = await eachHost(hosts, options, async (session) => {
          const side = await RemoteSide.start(session);
          return side.call('status', {}).finally(() => side.close());
        });
        if (flags.watch && this.globals.format === 'table') process.stdout.write('\u001b[H\u001b[2J');
        await this.#show(hosts, outcomes);
        process.stderr.write(failureLines(outcomes));
        if (!flags.watch) return exitOfHosts(outcomes);
        await pause(flags.interval * 1000, this.stop.signal);
      }
    } finally {
      await local.close();
    }
  }

  #show(hosts: readonly Host[], outcomes: readonly HostOutcome<HostStatusReport>[]): Promise<void> {
    return this.present({
      type: 'host_status',
      rows: outcomes.map(
        (one): Row =>
          one.ok ? { host: one.host.name, state: 'ok', ...one.value } : { host: one.host.name, state: one.error.code },
      ),
      columns,
      summary: { hosts: hosts.length, failed: outcomes.filter((one) => !one.ok).map((one) => one.host.name) },
    });
  }
}

const gigabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '' : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;

const columns: readonly Column<Row>[] = [
  { title: 'HOST', value: (row) => row.host },
  { title: 'STATE', value: (row) => row.state },
  { title: 'RR', value: (row) => row.rr },
  { title: 'LOAD', value: (row) => row.load && `${row.load[0]?.toFixed(1)}/${row.cores}` },
  { title: 'DISK FREE', value: (row) => gigabytes(row.disk?.free), align: 'right' },
  { title: 'GPU', value: (row) => row.gpus?.map((gpu) => `${gpu.name} ${gpu.busyPercent}%`).join(', ') },
  { title: 'JOBS', value: (row) => row.jobs?.map((job) => job.command).join(', ') },
  { title: 'GAMES', value: (row) => row.games?.reduce((sum, one) => sum + one.games, 0) },
  {
    title: 'NEWEST GAME',
    value: (row) =>
      row.games
        ?.map((one) => one.newest ?? '')
        .sort()
        .at(-1),
  },
  {
    title: 'PRODUCTION',
    value: (row) =>
      row.models
        ?.filter((model) => model.pointers.includes('production'))
        .map((model) => `${model.config} ${model.hash.slice(0, 8)}`)
        .join(', '),
  },
];
