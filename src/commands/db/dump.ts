/** `rr db dump`: games of databases as a record stream. */
import { type BadGame, badText, problemOf } from '../../games/bad-game.ts';
import { recordFromStored } from '../../games/convert/record.ts';
import { orphansOf, rowsOf } from '../../games/convert/rows.ts';
import { withChecksum } from '../../games/record/checksum.ts';
import type { GameRecord } from '../../games/record/game.ts';
import type { StoredGame } from '../../games/store/types.ts';
import { header } from '../../io/ndjson/header.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { databaseArgs, databaseQuery, limitFlag, queryFlags } from './query.ts';

export default class DbDump extends RrCommand {
  static override description =
    'Writes every game of a database as a complete game record, search data included, and then its quarantine list. ' +
    'rr db import turns the stream back into a database with the same content. Upstream’s databases are converted ' +
    'on the way. Without a file: all databases below data/games. Exit 4 when there is no such game, 6 when some could ' +
    'not be read.';

  static override examples = [
    'rr db dump games.db > games.ndjson',
    'rr db dump games.db | rr db import copy.db',
    'rr db dump original.db.gz --config hex8_2p | rr export --npz',
    'rr db dump games.db --limit 100 | jq -r \'select(.type == "game") | .id\'',
  ];

  static override args = databaseArgs;
  static override strict = false;
  static override flags = { ...queryFlags, ...limitFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbDump);
    const { files, query } = await databaseQuery(flags, argv);
    const { limit = Number.POSITIVE_INFINITY } = flags;
    const selected = Object.keys(query).length > 0 || limit < Infinity;
    const writer = await this.records();
    await writer.write(header({ command: this.commandName, ...(query.config && { config: query.config }) }));
    let games = 0;
    let unreadable = 0;
    for (const path of files) {
      for await (const row of rowsOf(path, query)) {
        if (games >= limit || this.stopping) break;
        const record = recordOf(row, path);
        if (!('type' in record)) {
          unreadable++;
          this.note(badText(record));
          continue;
        }
        await writer.write(withChecksum(record));
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
}

function recordOf(row: StoredGame | BadGame, path: string): GameRecord | BadGame {
  if ('problem' in row) return row;
  try {
    return recordFromStored(row, path);
  } catch (error) {
    return { id: row.game_id, where: path, problem: problemOf(error) };
  }
}
