/** `rr loop`: from nothing to a promoted model, and on. */
import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostsPath, loadHosts, selectHosts } from '../cluster/hosts/file.ts';
import { resolveSettings } from '../config/settings.ts';
import { checkNames, executorOf } from '../control/loop/choose.ts';
import { Loop } from '../control/loop/loop.ts';
import type { LoopRun } from '../control/loop/loop-run.ts';
import { exitOfLoops, runLoops } from '../control/loop/run-loops.ts';
import { skippedStages } from '../control/round/stages.ts';
import { printableLines } from '../core/printable.ts';
import { parseConfigKey } from '../engine/config-key.ts';
import { header } from '../io/ndjson/header.ts';
import { dataPaths } from '../io/paths.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { usualGame } from './cli/usual-game.ts';
import { loopFlags, loopSettings } from './loop/flags.ts';
import { printStatus } from './loop/status.ts';

/** The hosts file, where there is one that names hosts in use. @throws RrError CONFIG_INVALID, CONFIG_UNKNOWN_KEY */
function hostsToSync(): string | undefined {
  const path = hostsPath(undefined);
  return existsSync(path) && selectHosts(loadHosts(path)).length > 0 ? path : undefined;
}

/** Seeds drawn when none is given stay far below 2^53: rounds add to them. */
const SEED_RANGE = 2 ** 47;

export default class LoopCommand extends RrCommand {
  static override description =
    'Runs rounds of self-play, export, training, gauntlet and promotion for one config or several. The first round ' +
    'learns from games of the heuristic, later ones from games of the best model. A loop can be stopped or killed at ' +
    'any instant: rerun the same command to resume at the first unfinished stage. Every round has a folder below runs/ with ' +
    'the exact commands, settings, seeds, versions, records and logs. Where hosts.yaml names hosts, a round fetches their ' +
    'games before its export and sends models after the promotion. Exit 0 when a model was promoted, 3 when all ' +
    'were refused, 4 when there is nothing to do.';

  static override examples = [
    'rr loop --quick',
    'rr loop --config hex8_2p --rounds 3 --max-seconds 3600',
    'rr loop --config hex8_2p --config square8_2p',
    'rr loop --config hex8_2p --executor slurm --shards 16 --shard-cpus 4',
    'rr loop --config hex8_2p --status',
    'rr loop --config hex8_2p --from train --dry-run',
  ];

  static override flags = loopFlags;

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LoopCommand);
    const configs = [...new Set(flags.config ?? [usualGame(flags.data)?.key ?? 'hex8_2p'])].map(parseConfigKey);
    const paths = dataPaths(flags.data);
    if (flags.status) return printStatus(configs, paths, (report) => this.present(report));
    const skip = skippedStages(flags);
    const hosts = flags.sync ? hostsToSync() : undefined;
    const loops: Loop[] = [];
    for (const config of configs) {
      const resolved = resolveSettings('loop', { flags: loopSettings(flags, config) });
      await checkNames(resolved.settings, config, paths);
      const seed = flags.seed ?? randomInt(SEED_RANGE);
      loops.push(new Loop({ config, resolved, paths, seed, skip, hosts, executor: executorOf(resolved.settings) }));
    }
    if (flags['max-seconds']) this.stop.limit(flags['max-seconds']);
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName, configs: configs.map(({ key }) => key) }));
    const run: LoopRun = {
      signal: this.stop.signal,
      dryRun: flags['dry-run'] === true,
      ifNew: flags['if-new'],
      to: flags.to,
      writer,
      say: (text) => this.say(text),
      problem: (text) => this.note(text),
      progress: (text) => (this.globals.logJson ? this.note(text) : process.stderr.write(`${printableLines(text)}\n`)),
      live: process.stderr.isTTY === true && !this.globals.logJson,
    };
    // the stages are runs of their own, tied together by this
    process.env.RR_TRACE_ID ||= randomUUID();
    if (!run.dryRun) await this.recordRun(paths, { config: configs.map(({ key }) => key).join(','), needed: true });
    const outcomes = await runLoops(paths.state, loops, run);
    await writer?.write({ type: 'summary', command: this.commandName, outcomes });
    return exitOfLoops(outcomes);
  }
}
