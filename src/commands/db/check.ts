/** `rr db check`: are databases whole, and what is to be done where they are not. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { assertDatabases, findDatabases } from '../../games/databases/find.ts';
import { databaseKind } from '../../games/databases/kind.ts';
import { checkDatabase } from '../../games/integrity/check.ts';
import type { DatabaseFinding } from '../../games/integrity/finding.ts';
import { type Fixed, fixDatabase } from '../../games/integrity/fix.ts';
import { type Distribution, Distributions } from '../../games/quality/distribution.ts';
import type { StoredGame } from '../../games/store/types.ts';
import { header } from '../../io/ndjson/header.ts';
import { dataPaths } from '../../io/paths.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { pathText } from '../cli/path-text.ts';
import { SHORT_ID } from '../cli/short-id.ts';
import { databaseArgs } from './query.ts';

interface Checked {
  readonly path: string;
  readonly games: number;
  readonly findings: number;
  readonly healthy: boolean;
  readonly aside: number;
  readonly recovered?: Fixed['recovered'];
}

type Distributed = Distribution & { readonly path: string };

export default class DbCheck extends RrCommand {
  static override description =
    'Reads databases in full: pages, every index against its table, the checksum of every game over its columns, seats and ' +
    'moves, the number of games that were stored, and rows that belong to no game. --deep replays every game as well. One ' +
    'record per finding, with its remedy. --fix puts bad games aside with all their bytes (see rr db quarantine), rebuilds ' +
    'indexes, and writes what a file with damaged pages still yields to FILE.recovered. Upstream’s databases are ' +
    'checked and never changed. --quality adds how games are distributed by config and engine (lengths, endings, wins ' +
    'by seat, copies, openings) and what is odd about it: exit 3 when something is. Without a file: all databases below ' +
    'data/games. Exit 0 when all is well, 5 when something ' +
    'is wrong, 6 when --fix put it right and games were put aside.';

  static override examples = [
    'rr db check',
    'rr db check games.db --deep',
    'rr db check games.db --fix',
    'rr db check --quality',
    'rr db check | jq -r \'select(.type == "finding") | [.path, .found, .remedy] | @tsv\'',
  ];

  static override args = databaseArgs;
  static override strict = false;
  static override flags = {
    ...dataFlag,
    deep: Flags.boolean({ description: 'replay every game, move by move' }),
    quality: Flags.boolean({ description: 'also distributions, of our databases; exit 3 when one is odd' }),
    fix: Flags.boolean({ description: 'put aside what is bad, rebuild indexes, recover damaged files' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbCheck);
    await this.recordRun(dataPaths(flags.data), {});
    const files = argv.length > 0 ? argv.map(String) : findDatabases(dataPaths(flags.data).gamesFolder);
    await assertDatabases(files);
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName }));
    const progress = this.progress({ label: 'checking', unit: 'games' });
    const findings: DatabaseFinding[] = [];
    const checked: Checked[] = [];
    const distributed: Distributed[] = [];
    try {
      for (const path of files) {
        if (this.stopping) break;
        const own: DatabaseFinding[] = [];
        let games = 0;
        const distributions = new Distributions();
        const onGame = (row?: StoredGame) => {
          games++;
          if (flags.quality && row) distributions.add(row);
          progress.add();
        };
        const options = { deep: flags.deep === true, stopped: () => this.stopping, onGame };
        for await (const finding of checkDatabase(path, options)) {
          own.push(finding);
          await writer?.write({ type: 'finding', ...finding });
        }
        for (const found of distributions.results) {
          distributed.push({ path, ...found });
          await writer?.write({ type: 'distribution', path, ...found });
        }
        const fixed = flags.fix === true && !this.stopping ? await fix(path, own, () => this.stopping) : undefined;
        const left = fixed && fixed.recovered === undefined ? [] : own;
        const row: Checked = {
          path,
          games,
          findings: own.length,
          healthy: left.length === 0,
          aside: fixed?.aside ?? 0,
          ...(fixed?.recovered && { recovered: fixed.recovered }),
        };
        await writer?.write({ type: 'database', ...row });
        findings.push(...own);
        checked.push(row);
      }
    } finally {
      progress.finish();
    }
    const broken = checked.filter(({ healthy }) => !healthy).length;
    await writer?.write({ type: 'summary', command: this.commandName, databases: checked.length, broken });
    if (!writer) await this.#show(findings, checked, distributed);
    if (broken > 0) return 5;
    if (checked.some(({ aside }) => aside > 0)) return 6;
    return distributed.some(({ odd }) => odd.length > 0) ? 3 : undefined;
  }

  async #show(
    findings: readonly DatabaseFinding[],
    checked: readonly Checked[],
    distributed: readonly Distributed[],
  ): Promise<void> {
    if (distributed.length > 0) {
      await this.table(distributed, [
        { title: 'DATABASE', drop: 2, value: (row) => pathText(row.path) },
        { title: 'CONFIG', value: (row) => row.config },
        { title: 'ENGINE', value: (row) => row.engine },
        { title: 'GAMES', value: (row) => row.games },
        { title: 'MOVES', value: (row) => row.plies.toFixed(0) },
        { title: 'WINS BY SEAT', value: (row) => row.seats.map((share) => `${Math.round(100 * share)}%`).join(' ') },
        { title: 'COPIES', drop: 1, value: (row) => row.copies },
        { title: 'OPENINGS', drop: 1, value: (row) => `${Math.round(100 * row.openings)}%` },
        { title: 'ODD', wrap: true, value: (row) => row.odd.join('; ') },
      ]);
    }
    if (findings.length > 0) {
      await this.table(findings, [
        { title: 'DATABASE', value: (row) => pathText(row.path) },
        { title: 'GAME', value: (row) => row.game.slice(0, SHORT_ID) },
        { title: 'FOUND', wrap: true, value: (row) => row.found },
        { title: 'REMEDY', wrap: true, value: (row) => row.remedy },
      ]);
    }
    for (const { path, games, healthy, aside, recovered } of checked) {
      const moved = aside > 0 ? `, ${aside} put aside` : '';
      const saved = recovered ? `, ${recovered.games} games saved in ${recovered.path}` : '';
      this.say(`${path}: ${games} games looked at, ${healthy ? 'healthy' : 'damaged'}${moved}${saved}`);
    }
  }
}

/** Nothing of a file that cannot even be opened, and nothing of a database of others. */
async function fix(
  path: string,
  findings: readonly DatabaseFinding[],
  stopped: () => boolean,
): Promise<Fixed | undefined> {
  if (findings.some(({ fault }) => fault === 'file')) return undefined;
  if ((await databaseKind(path)) !== 'rr') {
    if (findings.length === 0) return undefined;
    throw new RrError('USAGE', { detail: `${path}: is one of upstream's databases, which rr does not change` });
  }
  return fixDatabase(path, findings, { now: new Date().toISOString(), stopped });
}
