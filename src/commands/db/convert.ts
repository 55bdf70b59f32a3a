/** `rr db convert`: databases of upstream's kind into ours, and back. */
import { existsSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { convertToRingrift, convertToRr } from '../../games/convert/files.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { outFile } from '../cli/out-file.ts';
import { pathText } from '../cli/path-text.ts';

export default class DbConvert extends RrCommand {
  static override description =
    '--to rr reads upstream’s GameReplayDB files (schema 1 to 18, plain or gzip) into a replay database; --to ' +
    'ringrift writes a GameReplayDB of schema 18. Nothing that either carries is lost on the way (docs/files.md lists ' +
    'every column): what has no place of its own is kept as a difference from what the game itself gives. Upstream ' +
    'takes no game with fewer than 5 moves; such games are reported and left out (exit 6).';

  static override examples = [
    'rr db convert selfplay_hex8_2p.db --to rr --out hex8_2p.db',
    'rr db convert old/*.db.gz --to rr --out data/games/hex8_2p.db',
    'rr db convert games.db --to ringrift --out for-upstream.db',
    'rr db convert games.db --to ringrift --full-history --out with-states.db',
  ];

  static override args = { file: Args.string({ description: 'database to read; several are fine', required: true }) };
  static override strict = false;
  static override flags = {
    to: Flags.option({ options: ['rr', 'ringrift'] as const, required: true })({
      description: 'kind of database to write: ours (rr), or upstream’s (ringrift)',
    }),
    out: outFile('--out')({
      description: 'database to write; rr: games are added to it',
      required: true,
      helpValue: 'FILE.db',
    }),
    'full-history': Flags.boolean({
      description: 'ringrift: history entries with full states for every move (about 90 KB a move)',
    }),
    force: Flags.boolean({ description: 'ringrift: replace the file if it exists' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(DbConvert);
    const sources = argv.map(String);
    const { to, out } = flags;
    if (to === 'rr' && (flags['full-history'] || flags.force)) {
      throw new RrError('USAGE', { detail: '--full-history and --force go with --to ringrift' });
    }
    const progress = this.progress({ label: 'converting', unit: 'games' });
    const hooks = {
      onGame: () => progress.add(),
      onRefused: (id: string, source: string, problem: string) => this.note(`${source}: game ${id}: ${problem}`),
      stopped: () => this.stopping,
    };
    const options = { fullHistory: flags['full-history'] === true };
    const counts = await (to === 'rr'
      ? convertToRr(sources, out, new Date().toISOString(), hooks).then(({ added, ...rest }) => ({
          ...rest,
          written: added,
        }))
      : this.#toRingrift(sources, out, flags.force === true, () => convertToRingrift(sources, out, options, hooks))
    ).finally(() => progress.finish());
    await this.present({
      type: 'convert',
      rows: [{ to, out, ...counts }],
      columns: [
        { title: 'DATABASE', value: (row) => pathText(row.out) },
        { title: 'KIND', value: (row) => row.to },
        { title: 'READ', value: (row) => row.read },
        { title: 'WRITTEN', value: (row) => row.written },
        { title: 'REFUSED', value: (row) => row.refused },
      ],
      summary: { sources: sources.length },
    });
    if (counts.refused > 0) return counts.read > 0 ? 6 : 5;
    return counts.read === 0 ? 4 : undefined;
  }

  async #toRingrift<T>(sources: readonly string[], out: string, force: boolean, convert: () => Promise<T>): Promise<T> {
    if (!force && existsSync(out) && !sources.includes(out)) {
      throw new RrError('USAGE', { detail: `${out}: exists; pass --force to replace it` });
    }
    return convert();
  }
}
