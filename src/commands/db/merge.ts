/** `rr db merge`: the union of replay databases. */
import { Args } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { type BadGame, badText } from '../../games/bad-game.ts';
import { refuseSameFile, requireKind } from '../../games/convert/files.ts';
import { mergeGoodGames } from '../../games/store/merge.ts';
import { GameStore } from '../../games/store/store.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { pathText } from '../cli/path-text.ts';

export default class DbMerge extends RrCommand {
  static override description =
    'Adds the games of other replay databases to TARGET, which is made when missing: a set union by game id. The same ' +
    'games come out whatever the order and however often it is repeated; what was learnt about a game later (parity, ' +
    'quality) is joined. Two different games under one id count as a conflict (exit 6).';

  static override examples = [
    'rr db merge data/games/hex8_2p.db gpu1/hex8_2p.db gpu2/hex8_2p.db',
    'rr db merge all.db data/games/*.db',
  ];

  static override args = {
    target: Args.string({ description: 'database to add to', required: true }),
    source: Args.string({ description: 'database to read; several are fine', required: true }),
  };
  static override strict = false;

  protected async execute(): Promise<Outcome> {
    const { argv } = await this.parse(DbMerge);
    const [target, ...sources] = argv.map(String);
    if (target === undefined) throw new RrError('USAGE', { detail: 'which database? rr db merge TARGET SOURCE...' });
    for (const source of sources) {
      refuseSameFile(source, target);
      await requireKind(source, 'rr', `first: rr db convert ${source} --to rr --out NEW.db`);
    }
    const progress = this.progress({ label: 'merging', unit: 'databases', total: sources.length });
    const store = GameStore.open(target);
    const hooks = { onBad: (bad: BadGame) => this.note(badText(bad)), stopped: () => this.stopping };
    const rows: ({ path: string } & Awaited<ReturnType<typeof mergeGoodGames>>)[] = [];
    try {
      for (const path of sources) {
        if (this.stopping) break;
        const source = await GameStore.openReadOnly(path);
        try {
          rows.push({ path, ...(await mergeGoodGames(store, source, hooks)) });
        } finally {
          source.close();
        }
        progress.add();
      }
    } finally {
      progress.finish();
      store.close();
    }
    const conflicts = rows.reduce((sum, row) => sum + row.conflicts, 0);
    await this.present({
      type: 'merge',
      rows,
      columns: [
        { title: 'SOURCE', value: (row) => pathText(row.path) },
        { title: 'READ', value: (row) => row.read },
        { title: 'ADDED', value: (row) => row.added },
        { title: 'UPDATED', value: (row) => row.updated },
        { title: 'CONFLICTS', value: (row) => row.conflicts },
        { title: 'REFUSED', value: (row) => row.refused },
      ],
      summary: { target, added: rows.reduce((sum, row) => sum + row.added, 0), conflicts },
    });
    return conflicts > 0 || rows.some(({ refused }) => refused > 0) ? 6 : undefined;
  }
}
