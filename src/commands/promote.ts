/** `rr promote`: puts a model into production if it passes every check. */
import { Args, Flags } from '@oclif/core';
import { type PromotionReport, promote, rollBack } from '../arena/promotion/promote.ts';
import { type VerdictRecord, verdictKind } from '../arena/records.ts';
import { resolveSettings } from '../config/settings.ts';
import { RrError } from '../core/errors.ts';
import { type GameConfig, parseConfigKey } from '../engine/config-key.ts';
import { header } from '../io/ndjson/header.ts';
import { readRecords } from '../io/ndjson/reader.ts';
import { dataPaths } from '../io/paths.ts';
import { readStore, withStore } from '../models/open.ts';
import type { ModelStore } from '../models/store.ts';
import type { Outcome } from './cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags } from './cli/flags.ts';
import { paints } from './cli/paint.ts';
import { timeText } from './cli/time-text.ts';
import { requiredGame } from './cli/usual-game.ts';
import { GauntletCommand } from './gauntlet/command.ts';
import { measureCandidate, measureFlags, refuseGauntletFlags } from './promote/measure.ts';

export default class Promote extends GauntletCommand {
  static override description =
    'Reads verdicts (rr gauntlet … | rr promote -, or a file), or with --candidate plays the gauntlet they come from, ' +
    'and points `production` at the candidate when it passes every check of config/promotion.yaml: win rates and ' +
    'their lower bounds against random and heuristic, enough games, a sequential test won against the model in ' +
    'production, no regression. Exit 0 promoted, 3 refused, 4 in production already. Every move of a pointer leaves ' +
    'an audit row.';

  static override examples = [
    'rr gauntlet --config hex8_2p --against random --against heuristic --test production | rr promote -',
    'rr promote --config hex8_2p --candidate candidate --games 200',
    'rr promote verdicts.ndjson --dry-run',
    'rr promote --config hex8_2p --rollback',
    'rr promote --config hex8_2p --history',
  ];

  static override args = { file: Args.string({ description: 'verdict records; - for stdin (the default)' }) };

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...measureFlags,
    'dry-run': Flags.boolean({ description: 'say what would happen, change nothing' }),
    stage: Flags.boolean({ description: 'point `candidate` at the model, whatever the checks say' }),
    rollback: Flags.boolean({
      description: 'put back what was in production before',
      exclusive: ['history', 'stage'],
    }),
    history: Flags.boolean({ description: 'list every move of the pointers' }),
    reason: Flags.string({
      description: 'why, for the audit trail of --rollback',
      helpValue: 'TEXT',
      dependsOn: ['rollback'],
    }),
    'allow-truncated': Flags.boolean({ description: 'use the verdicts there are when the stream breaks off' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, args, metadata } = await this.parse(Promote);
    const typed = Object.keys(flags).filter((name) => !metadata.flags[name]?.setFromDefault);
    if (flags.candidate === undefined) refuseGauntletFlags(typed);
    const config = gameFromFlags(flags);
    const paths = dataPaths(flags.data);
    if (flags.history) return readStore(flags.data, (store) => this.#history(store, config));
    if (flags.rollback) {
      const game = requiredGame(flags);
      const options = { reason: flags.reason ?? 'rolled back', dryRun: flags['dry-run'] === true };
      const open = options.dryRun ? readStore : withStore;
      return open(flags.data, (store) => this.#rollBack(store, game, options));
    }
    const { settings: thresholds } = resolveSettings('promotion');
    const { candidate } = flags;
    if (candidate !== undefined && args.file !== undefined) {
      throw new RrError('USAGE', { detail: 'give verdicts, or a --candidate to be measured, not both' });
    }
    await this.recordRun(paths, { config: config?.key, needed: true });
    const verdicts =
      candidate === undefined
        ? await readVerdicts(args.file ?? '-', flags['allow-truncated'] === true)
        : await measureCandidate(requiredGame(flags), paths, { ...flags, candidate }, await this.face());
    if (candidate !== undefined) await this.tellVerdicts(verdicts);
    const game = config ?? configOf(verdicts);
    const open = flags['dry-run'] === true ? readStore : withStore;
    return open(flags.data, async (store) => {
      const report = await promote(store, {
        config: game,
        verdicts,
        thresholds,
        dryRun: flags['dry-run'] === true,
        stage: flags.stage === true,
      });
      await this.#report(report, {
        dryRun: flags['dry-run'] === true,
        staged: flags.stage === true,
        measured: candidate !== undefined,
      });
      if (report.already) return 4;
      if (!report.promoted && this.runId !== undefined) {
        const checks = report.checks.filter(({ passed }) => !passed).map(({ detail }) => detail.slice(0, 2000));
        await this.tell('promotion_refused', { run: this.runId, model: report.model, checks }, game.key);
      }
      return report.promoted ? 0 : 3;
    });
  }

  async #report(report: PromotionReport, options: ReportOptions): Promise<void> {
    const { dryRun, staged, measured } = options;
    const chalk = paints(this.globals.color);
    for (const { passed, detail } of report.checks) {
      this.say(`${passed ? chalk.green('ok     ') : chalk.red('refused')} ${detail}`);
    }
    this.say(`${report.config}: ${outcomeText(report, dryRun, staged)}`);
    if (this.globals.format === 'table') return;
    const writer = await this.records();
    const command = this.commandName;
    if (!measured) await writer.write(header({ command, config: report.config, model: report.model }));
    await writer.write({ type: 'promotion', ...report, dryRun, staged });
    await writer.write({ type: 'summary', command, config: report.config, promoted: report.promoted });
  }

  async #history(store: ModelStore, config: GameConfig | undefined): Promise<Outcome> {
    const rows = (await store.audit(config?.key)).map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
    await this.present({
      type: 'pointer_move',
      rows,
      columns: [
        { title: 'WHEN', value: ({ at }) => timeText(at) },
        { title: 'CONFIG', value: (row) => row.config },
        { title: 'POINTER', value: ({ pointer }) => pointer },
        { title: 'MODEL', value: ({ hash }) => hash.slice(0, 12) },
        { title: 'BEFORE', drop: 1, value: ({ previous }) => previous?.slice(0, 12) ?? '' },
        { title: 'BY', drop: 2, value: ({ actor }) => actor },
        { title: 'REASON', wrap: true, value: ({ reason }) => reason },
      ],
      none: 'no pointer has moved yet',
    });
    return rows.length === 0 ? 4 : 0;
  }

  async #rollBack(
    store: ModelStore,
    config: GameConfig,
    options: { readonly reason: string; readonly dryRun: boolean },
  ): Promise<Outcome> {
    const { from, to } = await rollBack(store, config, options);
    const would = options.dryRun ? 'would go' : 'went';
    this.say(`${config.key}: production ${would} back from ${from.slice(0, 12)} to ${to.slice(0, 12)}`);
    if (this.globals.format === 'table') return 0;
    const writer = await this.records();
    await writer.write(header({ command: this.commandName, config: config.key, model: to }));
    await writer.write({ type: 'rollback', config: config.key, from, to, dryRun: options.dryRun });
    await writer.write({ type: 'summary', command: this.commandName, config: config.key });
    return 0;
  }
}

interface ReportOptions {
  readonly dryRun: boolean;
  readonly staged: boolean;
  /** The gauntlet was played here; its records, and the header, have been written. */
  readonly measured: boolean;
}

async function readVerdicts(path: string, allowTruncated: boolean): Promise<VerdictRecord[]> {
  const verdicts: VerdictRecord[] = [];
  for await (const item of readRecords(path, { kinds: [verdictKind], allowTruncated })) {
    const verdict = item.as(verdictKind);
    if (verdict) verdicts.push(verdict);
  }
  return verdicts;
}

function configOf(verdicts: readonly VerdictRecord[]): GameConfig {
  const [first] = verdicts;
  if (!first) throw new RrError('NO_INPUT', { detail: 'no verdict records; pipe in rr gauntlet' });
  return parseConfigKey(first.config);
}

function outcomeText({ model, promoted, already }: PromotionReport, dryRun: boolean, staged: boolean): string {
  const short = model.slice(0, 12);
  if (already) return `${short} is ${staged ? 'the candidate, or in production,' : 'in production'} already`;
  if (!promoted) return `${short} was refused`;
  return `${short} ${dryRun ? 'would be' : 'is'} ${staged ? 'the candidate' : 'in production'}`;
}
