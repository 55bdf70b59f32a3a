/** `rr parity`: replays recorded games strictly and reports every difference. */
import { Args, Flags } from '@oclif/core';
import type { ConfigKey } from '../engine/config-key.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { requireKind } from '../games/convert/files.ts';
import { assertDatabases, findDatabases } from '../games/databases/find.ts';
import { configOf } from '../games/game/game.ts';
import { type GameItem, openGames } from '../games/game/open.ts';
import { requireFile } from '../io/missing-file.ts';
import { header } from '../io/ndjson/header.ts';
import { dataPaths } from '../io/paths.ts';
import { OtherEngine } from '../parity/against.ts';
import { isResultOnly } from '../parity/check.ts';
import { gateGames } from '../parity/gate.ts';
import { ParityMarks } from '../parity/mark.ts';
import type { CheckRecord, DivergenceRecord } from '../parity/records.ts';
import { ParityRun } from '../parity/run.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags, seedFlag } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';
import { requiredGame } from './cli/usual-game.ts';

export default class Parity extends RrCommand {
  static override description =
    'Replays every game move by move: legality, state hashes wherever the source stores them, result and reason. ' +
    'Reads replay databases, recorded traces and game records, compressed or not. Moves that upstream accepts ' +
    'although its legal set does not list them are counted as variants. A game whose moves and positions all agree and ' +
    'whose recorded end is not what the rules give is counted apart, as a divergence of the result. Exit 3 when a game ' +
    'diverges or nothing was checked, 5 when something could not be read.';

  static override examples = [
    'rr parity --db selfplay_hex8_2p.db --db old.db.gz',
    'rr parity --db',
    'rr parity --db data/games/hex8_2p.db --mark',
    'rr parity --db archive.db --allow-result',
    'rr parity traces-hex8-2p.jsonl.gz --junit parity.xml',
    'rr selfplay --board hex8 --games 20 | rr parity -',
    'rr parity --gate --config hex8_2p --games 20 --seed 7',
    "rr parity games.ndjson --against 'node examples/parity-engine.mjs'",
  ];

  static override args = {
    file: Args.string({ description: 'game records or traces; - for stdin' }),
  };
  static override strict = false;

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    db: Flags.string({
      description: 'replay database, may be given several times; bare: all below data/',
      multiple: true,
      helpValue: 'FILE',
    }),
    gate: Flags.boolean({
      description: 'play fresh games and send them through every storage form',
      exclusive: ['db'],
    }),
    games: Flags.integer({ description: 'games of --gate (default 20)', min: 1, helpValue: 'N', dependsOn: ['gate'] }),
    ...seedFlag,
    against: Flags.string({
      description: 'hold the hashes of another engine against ours: a command, split at blanks',
      helpValue: 'CMD',
    }),
    mark: Flags.boolean({
      description: 'write the verdict of each game into its database, for rr export --require-parity',
      exclusive: ['gate', 'against'],
    }),
    'allow-result': Flags.boolean({ description: 'count divergences of the result alone, but pass' }),
    limit: Flags.integer({ description: 'stop after this many games', min: 1, helpValue: 'N' }),
    'emit-fixture': Flags.string({
      description: 'write a minimal reproduction of each divergence into this folder',
      helpValue: 'DIR',
    }),
    junit: outFile('--junit')({ description: 'also write a JUnit report', helpValue: 'FILE' }),
  };

  protected override get bareFlags(): Readonly<Record<string, string>> {
    return { db: '' };
  }

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Parity);
    const files = argv.map(String);
    const config = gameFromFlags(flags)?.key;
    const databases = (flags.db ?? []).flatMap((path) =>
      path === '' ? findDatabases(dataPaths(flags.data).dataFolder) : [path],
    );
    if (databases.length === 0 && files.length === 0 && !flags.gate) files.push('-');

    const gate = flags.gate ? requiredGame(flags) : undefined;
    // What is not there is an error of the call; what is there and cannot be read is a finding.
    for (const path of [...databases, ...files]) if (path !== '-') requireFile(path);

    await this.recordRun(dataPaths(flags.data), { config });
    if (flags.mark) for (const path of [...databases, ...files]) await requireKind(path, 'rr', '--mark writes into it');

    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    const progress = this.progress({ label: 'replaying', unit: 'games', total: flags.limit });
    const other = flags.against === undefined ? undefined : await OtherEngine.start(flags.against);
    let problems = 0;
    let marks: ParityMarks | undefined;
    let marked = 0;
    const run = new ParityRun({
      checkWith: other && ((game) => other.check(game)),
      limit: flags.limit ?? Number.POSITIVE_INFINITY,
      fixtures: flags['emit-fixture'],
      allowResult: flags['allow-result'] === true,
      stopped: () => this.stopping,
      emit: async (record) => {
        if (record.type === 'check') {
          progress.add();
          progress.extra('plies', run.totals.plies);
        }
        marks?.add(record);
        const problem = problemLine(record);
        if (!writer) for (const line of problem === undefined ? notes(record) : [problem]) this.say(line);
        await writer?.write(record);
        // a log is read before the records are, and those of a CI run often go nowhere
        if (writer && problem !== undefined && ++problems <= LOGGED) progress.log(problem);
      },
    });
    await writer?.write(header({ command: this.commandName, rules: RULES_VERSION, ...(config && { config }) }));
    try {
      if (gate) await run.read('gate', () => gateGames(gate, flags.games ?? 20, flags.seed ?? 0));
      const read = async (path: string, database: boolean): Promise<void> => {
        const now = () => new Date().toISOString();
        marks = flags.mark ? new ParityMarks(path, { allowResult: flags['allow-result'] === true, now }) : undefined;
        try {
          await run.read(path, () => gamesOf(path, config, database));
          marks?.flush();
        } finally {
          marked += marks?.marked ?? 0;
          marks?.close();
        }
      };
      for (const path of databases) await read(path, true);
      for (const path of files) await read(path, false);
    } finally {
      progress.finish();
      other?.stop();
    }
    if (flags.junit !== undefined) await run.junit.write(flags.junit);
    await writer?.write({
      type: 'summary',
      command: this.commandName,
      ...run.totals,
      ...(flags.mark && { marked }),
      files: databases.length + files.length,
    });
    const exit = run.exit();
    if (!writer) this.say(`${verdict(run)}${flags.mark ? `; ${marked} verdicts written` : ''}`);
    else if (exit !== 0) {
      if (problems > LOGGED) progress.log(`and ${problems - LOGGED} more, in the records`);
      progress.log(verdict(run));
    }
    return exit;
  }
}

/** Problems that are told on stderr while records go to stdout. */
const LOGGED = 20;

/** A game that diverged or could not be read, in one line; undefined for everything else. */
function problemLine(record: CheckRecord | DivergenceRecord): string | undefined {
  if (record.type === 'divergence') {
    const { config, game, kind, move, expected, actual, source } = record;
    const label = isResultOnly(record) ? 'result     ' : 'diverged   ';
    return `${label} ${config} ${game}  ${kind} at move ${move}: expected ${expected}, got ${actual}  (${source})`;
  }
  if (record.status !== 'unreadable') return undefined;
  const { source, game, problem } = record;
  return `unreadable  ${source}${game === '' ? '' : ` ${game}`}: ${problem}`;
}

/** How a game was read where its record can be read in two ways. */
function notes(record: CheckRecord | DivergenceRecord): readonly string[] {
  if (record.type !== 'check') return [];
  return (record.notes ?? []).map((note) => `note        ${record.config} ${record.game}  ${note}`);
}

/** Every game of a file but those that are known to be of another config. @throws RrError as openGames() */
async function* gamesOf(path: string, config: ConfigKey | undefined, database: boolean): AsyncGenerator<GameItem> {
  if (database) await assertDatabases([path]);
  for await (const item of openGames(path, { config, truncated: 'named' })) {
    const other = config !== undefined && 'game' in item && configOf(item.game) !== config;
    if (!other) yield item;
  }
}

/** The totals in one line. */
function verdict({ totals }: ParityRun): string {
  const { games, plies, hashes, divergences, result_divergences: results, variants, unreadable } = totals;
  const ends = results > 0 ? `, ${results} in the result alone` : '';
  const bad = unreadable > 0 ? `, ${unreadable} unreadable` : '';
  if (games === 0) return `nothing was checked${bad}; name files, --db FILE or --gate`;
  return `${games} games, ${plies} plies, ${hashes} hashes compared, ${variants} variants: ${divergences} diverge${ends}${bad}`;
}
