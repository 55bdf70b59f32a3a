/** `rr db import`: game records into a replay database. */
import { Args, Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { importRecords } from '../../games/convert/import.ts';
import { isDatabase } from '../../games/databases/find.ts';
import { GameStore } from '../../games/store/store.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { pathText } from '../cli/path-text.ts';

export default class DbImport extends RrCommand {
  static override description =
    'Adds the games of a record stream to a replay database, which is made when missing; also games that upstream writes ' +
    'as JSON: records, one to a file or to a line, and self-play logs that hold moves. Every game is replayed ' +
    'strictly; one that is not legal is reported and left out (exit 6). A game that is there already adds nothing, so ' +
    'an import can be repeated.';

  static override examples = [
    'rr db dump games.db | rr db import copy.db',
    'rr db import games.db monday.ndjson.zst tuesday.ndjson.gz',
    'rr db import games.db few.ndjson',
    'rr selfplay --board hex8 --games 100 | tee games.ndjson | rr db import games.db',
  ];

  static override args = {
    target: Args.string({ description: 'database to add to', required: true }),
    file: Args.string({ description: 'game records, gzip or zstd or plain; - or nothing for stdin' }),
  };
  static override strict = false;
  static override flags = {
    'allow-truncated': Flags.boolean({ description: 'use the records there are when the stream breaks off' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbImport);
    const [target, ...named] = argv.map(String);
    if (target === undefined) throw new RrError('USAGE', { detail: 'which database? rr db import TARGET [FILE...]' });
    const files = named.length > 0 ? named : ['-'];
    for (const path of files) {
      if (path === '-' || !(await isDatabase(path))) continue;
      throw new RrError('USAGE', {
        detail: `${path}: is a database and no records; see rr db merge and rr db convert`,
      });
    }
    const progress = this.progress({ label: 'importing', unit: 'games' });
    const store = GameStore.open(target);
    try {
      const summary = await importRecords(store, files, {
        now: new Date().toISOString(),
        allowTruncated: flags['allow-truncated'] === true,
        onGame: () => progress.add(),
        onRefused: (error) => this.note(error.message),
        stopped: () => this.stopping,
      });
      progress.finish();
      const present = summary.read - summary.added;
      await this.present({
        type: 'import',
        rows: [{ target, ...summary, present }],
        columns: [
          { title: 'DATABASE', value: (row) => pathText(row.target) },
          { title: 'READ', value: (row) => row.read },
          { title: 'ADDED', value: (row) => row.added },
          { title: 'PRESENT', value: (row) => row.present },
          { title: 'CONFLICTS', value: (row) => row.conflicts },
          { title: 'REFUSED', value: (row) => row.refused },
        ],
        summary: { games: store.count() },
      });
      if (summary.refused > 0) return summary.read > 0 ? 6 : 5;
      if (summary.conflicts > 0) return 6;
      return summary.read === 0 ? 4 : undefined;
    } finally {
      progress.finish();
      store.close();
    }
  }
}
