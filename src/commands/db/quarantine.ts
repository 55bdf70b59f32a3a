/** `rr db quarantine`: games that were put aside. */
import { Args, Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { assertDatabases } from '../../games/databases/find.ts';
import { dropGames, restoreGames } from '../../games/integrity/quarantine.ts';
import type { AsideGame } from '../../games/store/aside.ts';
import { GameStore } from '../../games/store/store.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { SHORT_ID } from '../cli/short-id.ts';

const ACTIONS = ['ls', 'restore', 'drop'] as const;
type Action = (typeof ACTIONS)[number];

interface Listed extends AsideGame {
  readonly path: string;
  readonly state: 'aside' | 'restored' | 'dropped' | 'to be dropped';
  /** Why it was not restored. */
  readonly problem?: string;
}

const DAY_MS = 86_400_000;

export default class DbQuarantine extends RrCommand {
  static override description =
    'Games that rr db check --fix or a migration put aside, with reason, time and all their bytes. ls lists them; restore ' +
    'puts back those whose checksums are right and that replay (--force: those that replay); drop removes them for good, and ' +
    'only says so without --execute. Name games by id or number to act on those alone. Exit 4 when there is none, 6 when some ' +
    'could not be restored.';

  static override examples = [
    'rr db quarantine ls games.db',
    'rr db quarantine restore games.db 3f2a90c41b7788d0',
    'rr db quarantine drop games.db --older-than 7 --execute',
  ];

  static override args = {
    action: Args.string({ description: 'what to do', options: [...ACTIONS], required: true }),
    database: Args.string({ description: 'database of games', required: true }),
    game: Args.string({ description: 'id or number of a game; several are fine' }),
  };
  static override strict = false;
  static override flags = {
    force: Flags.boolean({ description: 'restore: take a legal game as it is, whatever its checksum says' }),
    execute: Flags.boolean({ description: 'drop: remove them, instead of saying which' }),
    'older-than': Flags.integer({
      description: 'drop: only those put aside so many days ago',
      min: 0,
      helpValue: 'DAYS',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags, argv } = await this.parse(DbQuarantine);
    const action = ACTIONS.find((name) => name === args.action) ?? 'ls';
    const wrong = misplaced(action, flags);
    if (wrong !== undefined) throw new RrError('USAGE', { detail: wrong });
    await assertDatabases([args.database]);
    const rows = await act(action, args.database, argv.slice(2).map(String), flags);
    await this.present({
      type: 'quarantine',
      rows,
      columns: [
        { title: 'NO', value: (row) => row.id },
        { title: 'GAME', value: (row) => row.game.slice(0, SHORT_ID) },
        { title: 'PUT ASIDE', value: (row) => row.time },
        { title: 'REASON', wrap: true, value: (row) => row.reason },
        { title: 'BYTES', drop: 1, value: (row) => row.bytes },
        { title: 'STATE', wrap: true, value: (row) => row.problem ?? row.state },
      ],
      summary: { games: rows.length },
    });
    if (rows.length === 0) return 4;
    return rows.some(({ problem }) => problem !== undefined) ? 6 : undefined;
  }
}

interface ActionFlags {
  readonly force?: boolean | undefined;
  readonly execute?: boolean | undefined;
  readonly 'older-than'?: number | undefined;
}

function misplaced(action: Action, { force, execute, 'older-than': days }: ActionFlags): string | undefined {
  if (force && action !== 'restore') return '--force goes with restore';
  if ((execute || days !== undefined) && action !== 'drop') return '--execute and --older-than go with drop';
  return undefined;
}

async function act(action: Action, path: string, names: readonly string[], flags: ActionFlags): Promise<Listed[]> {
  if (action === 'restore') {
    return restoreGames(path, names, { force: flags.force === true }).map(({ game, problem }) =>
      problem === undefined ? { path, ...game, state: 'restored' } : { path, ...game, state: 'aside', problem },
    );
  }
  if (action === 'drop') {
    const dryRun = flags.execute !== true;
    const before = new Date(Date.now() - (flags['older-than'] ?? 0) * DAY_MS).toISOString();
    return (await dropGames(path, names, before, { dryRun })).map((game) => ({
      path,
      ...game,
      state: dryRun ? 'to be dropped' : 'dropped',
    }));
  }
  const store = await GameStore.openReadOnly(path);
  try {
    return store.aside(names).map((game) => ({ path, ...game, state: 'aside' }));
  } finally {
    store.close();
  }
}
