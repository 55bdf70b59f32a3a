/** `rr db dump`: games of databases as a record stream. */
import { Args, Flags } from '@oclif/core';
import { orphansOf, rowsOf } from '../io/db/convert/files.ts';
import { findDatabases } from '../io/parity/read.ts';
import { dataPaths } from '../io/paths.ts';
import { recordFromStored } from '../io/records/game-store.ts';
import { header } from '../io/records/header.ts';
import { type Outcome, RrCommand } from './base.ts';
import { dataFlag, gameFlags, gameFromFlags } from './flags.ts';
import { note } from './note.ts';

export default class DbDump extends RrCommand {
  static override description =
    'Writes every game of a database as a complete game record, search data included, and then its quarantine list. ' +
    'rr db import turns the stream back into a database with the same content. The original’s databases are converted ' +
    'on the way. Without a file: all databases below data/games. Exit 4 when there is no such game, 6 when some could ' +
    'not be read.';

  static override examples = [
    'rr db dump games.db > games.ndjson',
    'rr db dump games.db | rr db import copy.db',
    'rr db dump original.db.gz --config hex8_2p | rr export --npz',
    'rr db dump games.db --limit 100 | jq -r \'select(.type == "game") | .id\'',
  ];

  static override args = { file: Args.string({ description: 'database to read; several are fine' }) };
  static override strict = false;
  static override flags = {
    ...gameFlags,
    ...dataFlag,
    engine: Flags.string({ description: 'only games of this engine', helpValue: 'NAME' }),
    since: Flags.string({ description: 'only games created at or after this', helpValue: 'DATE' }),
    limit: Flags.integer({ description: 'at most this many games', min: 1, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbDump);
    const config = gameFromFlags(flags)?.key;
    const files = argv.length > 0 ? argv.map(String) : findDatabases(dataPaths(flags.data).gamesFolder);
    const { engine, since, limit = Number.POSITIVE_INFINITY } = flags;
    const selected = config !== undefined || engine !== undefined || since !== undefined || limit < Infinity;
    const writer = await this.records();
    await writer.write(header({ command: this.commandName, ...(config && { config }) }));
    let games = 0;
    let unreadable = 0;
    for (const path of files) {
      for await (const row of rowsOf(path, { config, engine, since })) {
        if (games >= limit || this.stopping) break;
        if ('problem' in row) {
          unreadable++;
          this.#note(`${path}: game ${row.gameId}: ${row.problem}`);
          continue;
        }
        await writer.write(recordFromStored(row, path));
        games++;
      }
      // a selection of games is not the database, so its list stays behind
      if (selected) continue;
      for (const orphan of await orphansOf(path)) await writer.write({ type: 'orphan', ...orphan });
    }
    await writer.write({ type: 'summary', command: this.commandName, games, unreadable });
    if (unreadable > 0) return 6;
    return games === 0 ? 4 : undefined;
  }

  #note(message: string): void {
    note(message, { command: this.commandName, logJson: this.globals.logJson });
  }
}
