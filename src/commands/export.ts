/** `rr export`: games become training files. */
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RrError } from '../core/errors.ts';
import type { GameConfig } from '../engine/config-key.ts';
import { badText } from '../games/bad-game.ts';
import { markRead, type Reading } from '../games/databases/arrivals.ts';
import { assertDatabases, findDatabases } from '../games/databases/find.ts';
import { type GameItem, type OpenOptions, openGames } from '../games/game/open.ts';
import { makeFolder } from '../io/folder.ts';
import { DownstreamClosed } from '../io/ndjson/downstream.ts';
import { dataPaths } from '../io/paths.ts';
import { AI_SERVICE_ENCODERS } from '../net/encode/ai-service/frames.ts';
import { AiServiceWriter } from '../samples/ai-service/writer.ts';
import { type ExportReport, exportGames, TRUST } from '../samples/export.ts';
import { type ExportTarget, LAYOUTS, type LayoutWriter } from '../samples/layout.ts';
import { Rr1Writer } from '../samples/rr1.ts';
import { SKIP_REASONS } from '../samples/sieve.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags, parseShare, seedFlag, sinceFlag } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';
import { pathText } from './cli/path-text.ts';
import { arrivedFlags, readingsOf } from './export/arrived.ts';

/** Order of rows under --shuffle when no --seed is given. */
const SHUFFLE_SEED = 1;

export default class Export extends RrCommand {
  static override description =
    'Turns finished games into NPZ training files, one per config: data/training/<config>.npz, or --out. Games come ' +
    'from records on stdin or in files, or from databases, ours and upstream’s alike. Layout rr1 is what ' +
    'rr train reads; ai-service is what upstream’s trainer loads. Memory stays bounded however many samples there ' +
    'are, and a file appears only when it is complete. Games without a winner are left out. Exit 4 when nothing was ' +
    'left to export, 6 when some games could not be read.';

  static override examples = [
    'rr selfplay --board hex8 --games 200 | rr export --npz',
    'rr export data/games/hex8_2p.db --min-quality 0.5 --shuffle',
    'rr export --db --since 2026-11-01',
    'rr export --db data/games/hex8_2p.db --new-for nightly --out new.npz',
    'rr export --db original.db --layout ai-service --exact --out hex8.npz',
  ];

  static override args = {
    file: Args.string({ description: 'game records or databases; - for stdin' }),
  };
  static override strict = false;

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...seedFlag,
    ...sinceFlag,
    ...arrivedFlags,
    npz: Flags.boolean({ description: 'NPZ training files; the default, and the only kind there is' }),
    db: Flags.string({
      description: 'database of games, may be given several times; bare: all below data/games',
      multiple: true,
      helpValue: 'FILE',
    }),
    out: outFile('--out', { stdout: true })({
      description: 'the file to write, - for its bytes on stdout',
      helpValue: 'FILE.npz',
    }),
    layout: Flags.option({ options: LAYOUTS, default: 'rr1' as const })({
      description: 'what the file is laid out for',
    }),
    encoder: Flags.option({ options: AI_SERVICE_ENCODERS })({ description: 'encoder of layout ai-service' }),
    trust: Flags.option({ options: TRUST })({
      description:
        'how a game of upstream ended: as the rules have it, which is the default, or as its record says. Games where ' +
        'the two differ are named',
    }),
    exact: Flags.boolean({
      description: 'ai-service: byte for byte what upstream exports, with its defects and its results',
      exclusive: ['trust'],
    }),
    'quality-weighted': Flags.boolean({ description: 'ai-service: add sample weights and timestamps' }),
    heuristics: Flags.boolean({ description: 'ai-service: add 21 heuristic features' }),
    'sample-every': Flags.integer({
      description: 'keep every Kth decision of a game',
      min: 1,
      default: 1,
      helpValue: 'K',
    }),
    'surprise-share': Flags.string({
      description: 'rr1: share of the weight of searched decisions that goes by surprise, 0 to 1 (default 0.5)',
      helpValue: 'X',
    }),
    'include-bookkeeping': Flags.boolean({ description: 'also moves that only record that nothing could be done' }),
    'min-moves': Flags.integer({ description: 'leave out shorter games', min: 0, helpValue: 'N' }),
    'max-games': Flags.integer({
      description: 'at most this many games per config; of our databases the first by id',
      min: 1,
      helpValue: 'N',
    }),
    'min-games': Flags.integer({
      description: 'make no file of fewer games (exit 4); with --new-for they wait for more',
      min: 1,
      helpValue: 'N',
    }),
    engine: Flags.string({
      description: 'only games of this engine; may be given several times',
      multiple: true,
      helpValue: 'NAME',
    }),
    'min-quality': Flags.string({ description: 'leave out games of lower quality, 0 to 1', helpValue: 'X' }),
    'require-parity': Flags.boolean({
      description: 'only games of databases that passed the parity check (rr parity --mark)',
    }),
    dedupe: Flags.boolean({ description: 'leave out games whose id has been read before in this export' }),
    shuffle: Flags.boolean({ description: 'rows in random order (--seed)' }),
    compression: Flags.integer({ description: 'deflate level', min: 0, max: 9, default: 3, helpValue: '0-9' }),
    'allow-truncated': Flags.boolean({ description: 'use the records there are when the stream breaks off' }),
  };

  protected override get bareFlags(): Readonly<Record<string, string>> {
    return { db: '' };
  }

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Export);
    const config = gameFromFlags(flags);
    const paths = dataPaths(flags.data);
    const toStdout = flags.out === '-';
    if (toStdout && process.stdout.isTTY)
      throw new RrError('USAGE', { detail: '--out - writes bytes: pipe them somewhere' });
    if (flags.layout !== 'ai-service') refuseOthers(flags);
    else if (flags['surprise-share'] !== undefined) {
      throw new RrError('USAGE', { detail: '--surprise-share belongs to --layout rr1' });
    }
    const minQuality =
      flags['min-quality'] === undefined ? undefined : parseShare('--min-quality', flags['min-quality']);

    const written = new Map<string, string>();
    const open = (game: GameConfig): LayoutWriter => {
      const [first] = written.keys();
      if (flags.out !== undefined && first !== undefined) {
        throw new RrError('USAGE', {
          detail: `games of ${first} and ${game.key} do not fit one file; pass --config ${first}, or no --out for a file each`,
        });
      }
      const path = flags.out ?? paths.training(game.key);
      written.set(game.key, path);
      return this.#writer(game, path, flags);
    };
    const options: OpenOptions = {
      forTraining: true,
      config: config?.key,
      since: flags.since,
      newestFirst: flags.exact === true,
      provenOnly: flags['require-parity'] === true,
      truncated: flags['allow-truncated'] ? 'used' : 'refused',
    };
    const databases = (flags.db ?? []).flatMap((path) => (path === '' ? findDatabases(paths.gamesFolder) : [path]));
    await assertDatabases(databases);
    const sources = [...databases, ...argv.map(String)];
    if (sources.length === 0) sources.push('-');

    await this.recordRun(paths, { config: config?.key });
    const newFor = flags['new-for'] === undefined ? undefined : { name: flags['new-for'], config: config?.key ?? '' };
    if (flags['require-parity']) await assertDatabases(sources);
    if (newFor && flags['min-games'] !== undefined && config === undefined) {
      // the cursor is one for all configs, and those with enough games could not move it alone
      throw new RrError('USAGE', {
        detail: '--min-games with --new-for needs --config: each config then has its own cursor',
      });
    }
    const readings = await readingsOf(sources, { arrived: flags.arrived, newFor });

    const progress = this.progress({ label: 'exporting', unit: 'games', total: flags['max-games'] });
    let samples = 0;
    const report = await exportGames(
      gamesOf(sources, options, readings),
      {
        ...(config && { config: config.key }),
        ...(flags['min-moves'] !== undefined && { minMoves: flags['min-moves'] }),
        ...(flags['max-games'] !== undefined && { maxGames: flags['max-games'] }),
        ...(flags.since !== undefined && { since: flags.since }),
        ...(flags.engine && { engines: flags.engine }),
        ...(minQuality !== undefined && { minQuality }),
        dedupe: flags.dedupe === true,
      },
      {
        open,
        ...(flags['min-games'] !== undefined && { minGames: flags['min-games'] }),
        // the exact writer has upstream's own way with results
        trust: flags.exact ? 'record' : (flags.trust ?? 'rules'),
        stopped: () => this.stopping,
        onGame: (count) => {
          samples += count;
          progress.add();
          progress.extra('samples', samples);
        },
        onUnreadable: (bad) => progress.log(badText(bad)),
        onCorrected: (game) => progress.log(badText(game)),
      },
    )
      .catch((error: unknown) => {
        throw toStdout && isClosedPipe(error) ? new DownstreamClosed() : error;
      })
      .finally(() => progress.finish());
    if (newFor && !this.stopping && report.tooFew.length === 0) {
      for (const reading of readings.values()) markRead(reading, newFor, new Date().toISOString());
    }
    if (!toStdout) await this.#report(report, written, flags.layout, [...readings.values()]);
    if (report.files.length === 0) return 4;
    return report.skipped.unreadable > 0 ? 6 : undefined;
  }

  #writer(config: GameConfig, path: string, flags: WriterFlags): LayoutWriter {
    const toStdout = path === '-';
    const spillFolder = toStdout ? tmpdir() : dirname(path);
    if (!toStdout) makeFolder(spillFolder);
    const target: ExportTarget = {
      config,
      target: toStdout ? { stream: process.stdout } : { path },
      spillFolder,
    };
    const options = {
      sampleEvery: flags['sample-every'],
      includeBookkeeping: flags['include-bookkeeping'] === true || flags.exact === true,
      ...(flags['surprise-share'] !== undefined && {
        surpriseShare: parseShare('--surprise-share', flags['surprise-share']),
      }),
      compressionLevel: flags.compression,
      ...(flags.shuffle && { shuffleSeed: flags.seed ?? SHUFFLE_SEED }),
    };
    if (flags.layout === 'rr1') return new Rr1Writer(target, options);
    return new AiServiceWriter(target, {
      ...options,
      ...(flags.encoder && { encoder: flags.encoder }),
      exact: flags.exact === true,
      qualityWeighted: flags['quality-weighted'] === true,
      heuristics: flags.heuristics === true,
      now: Date.now() / 1000,
    });
  }

  async #report(
    report: ExportReport,
    written: ReadonlyMap<string, string>,
    layout: string,
    readings: readonly Reading[],
  ): Promise<void> {
    const rows = report.files.map(({ config, games, samples }) => ({
      path: written.get(config) ?? '',
      config,
      layout,
      games,
      samples,
    }));
    const skipped = Object.fromEntries(
      SKIP_REASONS.filter((reason) => report.skipped[reason] > 0).map((reason) => [reason, report.skipped[reason]]),
    );
    await this.present({
      type: 'npz',
      rows,
      columns: [
        { title: 'FILE', value: (row) => pathText(row.path) },
        { title: 'CONFIG', value: (row) => row.config },
        { title: 'GAMES', value: (row) => String(row.games) },
        { title: 'SAMPLES', value: (row) => String(row.samples) },
      ],
      none: 'nothing to export',
      summary: {
        files: rows.length,
        samples: rows.reduce((sum, row) => sum + row.samples, 0),
        skipped,
        ...(report.corrected > 0 && { corrected: report.corrected }),
        ...(report.tooFew.length > 0 && { too_few: report.tooFew }),
        ...(readings.length > 0 && { arrived: readings }),
      },
    });
    for (const { config, games } of report.tooFew)
      this.say(`${config}: no file of ${games} games; --min-games asks for more`);
    const reasons = Object.entries(skipped).map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
    if (reasons.length > 0) this.say(`left out: ${reasons.join(', ')}`);
    if (report.corrected > 0)
      this.say(`by the rules, ${report.corrected} games end otherwise than recorded; --trust record takes the records`);
  }
}

/** A boolean flag that was not given is undefined. */
interface WriterFlags {
  readonly layout: (typeof LAYOUTS)[number];
  readonly encoder?: (typeof AI_SERVICE_ENCODERS)[number] | undefined;
  readonly exact: boolean | undefined;
  readonly 'quality-weighted': boolean | undefined;
  readonly heuristics: boolean | undefined;
  readonly 'sample-every': number;
  readonly 'surprise-share'?: string | undefined;
  readonly 'include-bookkeeping': boolean | undefined;
  readonly compression: number;
  readonly shuffle: boolean | undefined;
  readonly seed?: number | undefined;
}

async function* gamesOf(
  sources: readonly string[],
  options: OpenOptions,
  readings: ReadonlyMap<string, Reading>,
): AsyncGenerator<GameItem> {
  for (const path of sources) yield* openGames(path, { ...options, arrivals: readings.get(path) });
}

const isClosedPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE';

function refuseOthers(flags: WriterFlags): void {
  for (const name of ['encoder', 'exact', 'quality-weighted', 'heuristics'] as const) {
    if (flags[name]) throw new RrError('USAGE', { detail: `--${name} belongs to --layout ai-service` });
  }
}
