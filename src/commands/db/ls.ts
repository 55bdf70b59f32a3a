/** `rr db ls`: games of databases, one line each. */
import { badText } from '../../games/bad-game.ts';
import { type ListedGame, listGames } from '../../games/databases/listing.ts';
import { header } from '../../io/ndjson/header.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { pathText } from '../cli/path-text.ts';
import { SHORT_ID } from '../cli/short-id.ts';
import { timeText } from '../cli/time-text.ts';
import { databaseArgs, databaseQuery, limitFlag, queryFlags } from './query.ts';

/** Rows shown on a terminal unless --limit asks for another number; a pipe gets all. */
const SHOWN = 50;

export default class DbLs extends RrCommand {
  static override description =
    'Lists games in the order in which they were stored, of our databases and upstream’s. Without a file: all ' +
    `databases below data/games. A terminal shows ${SHOWN} unless --limit says otherwise. Exit 4 when there is none.`;

  static override examples = [
    'rr db ls games.db',
    'rr db ls --config hex8_2p --engine heuristic --since 2026-11-01',
    "rr db ls games.db | jq -r 'select(.winner == 1) | .id'",
  ];

  static override args = databaseArgs;
  static override strict = false;
  static override flags = { ...queryFlags, ...limitFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbLs);
    const { files, query } = await databaseQuery(flags, argv);
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    const limit = flags.limit ?? (writer ? Number.POSITIVE_INFINITY : SHOWN);
    await writer?.write(header({ command: this.commandName, ...(query.config && { config: query.config }) }));
    const shown: (ListedGame & { path: string })[] = [];
    let games = 0;
    let bad = 0;
    let more = false;
    for (const path of files) {
      for await (const game of listGames(path, query)) {
        if ('problem' in game) {
          this.note(badText(game));
          bad++;
          continue;
        }
        more = games >= limit;
        if (more || this.stopping) break;
        games++;
        if (writer) await writer.write({ type: 'listing', path, ...game });
        else shown.push({ path, ...game });
      }
    }
    await writer?.write({ type: 'summary', command: this.commandName, games });
    if (!writer) await this.#show(shown, files.length > 1, more);
    if (bad > 0) return 6;
    return games === 0 ? 4 : undefined;
  }

  async #show(rows: readonly (ListedGame & { path: string })[], severalFiles: boolean, more: boolean): Promise<void> {
    const columns = [
      { title: 'GAME', value: (row: ListedGame) => row.id.slice(0, SHORT_ID) },
      { title: 'CONFIG', value: (row: ListedGame) => row.config },
      { title: 'ENGINE', drop: 3, value: (row: ListedGame) => row.engine ?? '' },
      { title: 'WINNER', value: (row: ListedGame) => (row.winner === null ? '-' : String(row.winner)) },
      { title: 'REASON', value: (row: ListedGame) => row.reason ?? '' },
      { title: 'MOVES', value: (row: ListedGame) => row.plies },
      { title: 'PARITY', drop: 1, value: (row: ListedGame) => row.parity },
      { title: 'CREATED', drop: 2, value: (row: ListedGame) => timeText(row.created) },
      ...(severalFiles
        ? [{ title: 'DATABASE', value: (row: ListedGame & { path: string }) => pathText(row.path) }]
        : []),
    ];
    if (rows.length === 0) {
      this.say('no games');
      return;
    }
    await this.table(rows, columns);
    if (more) this.say(`first ${rows.length}; --limit N shows more`);
  }
}
