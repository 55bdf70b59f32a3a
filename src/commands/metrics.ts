/** `rr metrics`: figures of this machine for Prometheus. */
import { collectMetrics } from '../health/metrics/collect.ts';
import { metricsText } from '../health/metrics/text.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import { dataPaths } from '../io/paths.ts';
import { readState } from '../state/open.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';

export default class Metrics extends RrCommand {
  static override description =
    "Writes games, runs, leases, syncs, ratings, events, disk, memory and cards in Prometheus' text format: on stdout, or " +
    "with --textfile into a file that node_exporter's textfile collector reads, replaced at once. Start it from cron " +
    'every minute or so.';

  static override examples = ['rr metrics', 'rr metrics --textfile rr.prom'];

  static override flags = {
    ...dataFlag,
    textfile: outFile('--textfile')({ description: 'file to write, its name ends with .prom', helpValue: 'FILE.prom' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Metrics);
    const paths = dataPaths(flags.data);
    await this.recordRun(paths, { onlyLast: true });
    const families = await readState(paths.state, (state) => collectMetrics(paths, state, Date.now()));
    const text = metricsText(families);
    if (flags.textfile === undefined) process.stdout.write(text);
    else await writeFileAtomic(flags.textfile, text);
    return undefined;
  }
}
