/** `rr db stats`: what databases hold. */

import { formatNumber } from '../../core/format.ts';
import { hanging } from '../../core/hanging.ts';
import { type BadGame, badText } from '../../games/bad-game.ts';
import { type ConfigStats, type DatabaseStats, databaseStats } from '../../games/databases/stats.ts';
import { header } from '../../io/ndjson/header.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { timeText } from '../cli/time-text.ts';
import { databaseArgs, databaseQuery, queryFlags } from './query.ts';

export default class DbStats extends RrCommand {
  static override description =
    'Counts games by config, engine, reason, winning seat, quality and parity status, with their lengths and sizes, for ' +
    'our databases and upstream’s. Without a file: all databases below data/games. Exit 4 when all are empty.';

  static override examples = [
    'rr db stats games.db',
    'rr db stats --since 2026-11-01',
    'rr db stats games.db | jq \'select(.type == "stats") | {config, games, winners}\'',
  ];

  static override args = databaseArgs;
  static override strict = false;
  static override flags = queryFlags;

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbStats);
    const { files, query } = await databaseQuery(flags, argv);
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName, ...(query.config && { config: query.config }) }));
    let games = 0;
    let unreadable = 0;
    const hooks = { onBad: (bad: BadGame) => this.note(badText(bad)), stopped: () => this.stopping };
    for (const file of files) {
      if (this.stopping) break;
      const { configs, ...database } = await databaseStats(file, query, hooks);
      games += database.games;
      unreadable += database.unreadable;
      if (!writer) await this.#show(database, configs);
      for (const stats of configs) {
        await writer?.write({ type: 'stats', path: database.path, kind: database.kind, ...stats });
      }
      await writer?.write({ type: 'database', ...database });
    }
    await writer?.write({ type: 'summary', command: this.commandName, databases: files.length, games });
    if (unreadable > 0) return 6;
    return games === 0 ? 4 : undefined;
  }

  async #show(database: Omit<DatabaseStats, 'configs'>, configs: readonly ConfigStats[]): Promise<void> {
    const { path, kind, bytes, games, unreadable } = database;
    const bad = unreadable > 0 ? `, ${unreadable} unreadable` : '';
    this.say(`${path}: ${formatNumber(games)} games${bad}, ${size(bytes)} (${kind})`);
    if (configs.length === 0) return;
    await this.table(configs, [
      { title: 'CONFIG', value: (row) => row.config },
      { title: 'GAMES', value: (row) => row.games },
      { title: 'MOVES', value: ({ plies }) => `${plies.min}–${plies.max}, median ${formatNumber(plies.median)}` },
      { title: 'WINS BY SEAT', wrap: true, value: ({ winners }) => listed(winners) },
      { title: 'QUALITY', value: (row) => (row.quality === null ? '-' : row.quality.toFixed(2)) },
      { title: 'BYTES/GAME', value: (row) => formatNumber(Math.round(row.bytesPerGame ?? bytes / games)) },
    ]);
    for (const { config, engines, reasons, parity, status, first, last } of configs) {
      const told = [
        `engine: ${listed(engines)} · ended: ${listed(reasons)} · ${listed(status)}`,
        `parity: ${listed(parity)} · created ${timeText(first)} to ${timeText(last)}`,
      ];
      const columns = process.stdout.columns || Number.POSITIVE_INFINITY;
      for (const text of told) this.say(hanging(`${config}  `, text, columns));
    }
  }
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${formatNumber(count)}`)
    .join(', ');

function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatNumber(value)} ${units[unit]}`;
}
