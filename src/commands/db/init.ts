/** `rr db init`: makes or migrates replay databases. */
import { existsSync } from 'node:fs';
import { Args } from '@oclif/core';
import { MIGRATIONS } from '../../games/store/schema.ts';
import { GameStore } from '../../games/store/store.ts';
import { dataPaths } from '../../io/paths.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { pathText } from '../cli/path-text.ts';
import { requiredGame } from '../cli/usual-game.ts';

export default class DbInit extends RrCommand {
  static override description =
    'Makes an empty replay database, or brings one of an older schema up to date, step by step; one that is up to date ' +
    'stays as it is. Without a file it is the database of the config named, data/games/<config>.db. Other commands ' +
    'make the databases they write to by themselves.';

  static override examples = ['rr db init games.db', 'rr db init --config hex8_2p', 'rr db init old.db older.db'];

  static override args = { file: Args.string({ description: 'database to make or migrate; several are fine' }) };
  static override strict = false;
  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbInit);
    const files = argv.length > 0 ? argv.map(String) : [dataPaths(flags.data).games(requiredGame(flags).key)];
    const rows = files.map((path) => {
      const known = existsSync(path);
      const store = GameStore.open(path);
      const games = store.count();
      store.close();
      return { path, schema: MIGRATIONS.length, games, made: !known };
    });
    await this.present({
      type: 'database',
      rows,
      columns: [
        { title: 'DATABASE', value: (row) => pathText(row.path) },
        { title: 'SCHEMA', value: (row) => row.schema },
        { title: 'GAMES', value: (row) => row.games },
        { title: '', value: (row) => (row.made ? 'new' : '') },
      ],
      summary: { databases: rows.length },
    });
    return undefined;
  }
}
