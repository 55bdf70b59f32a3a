/** `rr npz check`: is a training file whole, and is it worth learning from. */
import { Args, Flags } from '@oclif/core';
import { resolveSettings } from '../../config/settings.ts';
import { parseConfigKey } from '../../engine/config-key.ts';
import { openNpz } from '../../io/npz/reader.ts';
import { configOfFile } from '../../train/data/source-file.ts';
import { loadToJudge } from '../../train/quality/gate.ts';
import { isRefused, judgeQuality, type QualityFinding } from '../../train/quality/verdict.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { pathText } from '../cli/path-text.ts';

type Row = QualityFinding & { readonly path: string };

export default class NpzCheck extends RrCommand {
  static override description =
    'Reads rr1 training files in full: checksums, shapes, ranges, sums of policies and win shares. Then measures what a ' +
    'training would learn from: quality and length of the games, wins by seat, results that contradict each other or the ' +
    'positions, duplicated games, moves and policies that do not belong to their positions, games with policies far ' +
    'vaguer than the others. Several files are judged together, as one training would take them. Exit 5 for a corrupt ' +
    'file; with --gate, exit 3 below the limits of config/quality.yaml.';

  static override examples = [
    'rr npz check data/training/hex8_2p.npz',
    'rr npz check round-1.npz round-2.npz --gate',
    'rr npz check samples.npz --detailed | jq -r \'select(.type == "quality") | [.check, .value, .limit] | @tsv\'',
  ];

  static override args = { file: Args.string({ description: 'training files (.npz)', required: true }) };
  static override strict = false;

  static override flags = {
    gate: Flags.boolean({ description: 'exit 3 when a limit of config/quality.yaml is missed' }),
    detailed: Flags.boolean({ description: 'also the checks that passed' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(NpzCheck);
    const files = argv.map(String);
    const config = parseConfigKey(await configOfFile(files[0] ?? ''));
    for (const file of files) await verified(file);
    const data = await loadToJudge(files, config);
    const findings = judgeQuality(data, config, resolveSettings('quality').settings);
    const refused = isRefused(findings);
    const all = flags.detailed || this.globals.format === 'ndjson';
    const path = files.join(', ');
    await this.present<Row>({
      type: 'quality',
      rows: findings.filter(({ verdict }) => all || verdict !== 'passed').map((finding) => ({ path, ...finding })),
      columns: [
        { title: 'CHECK', value: (row) => row.check },
        { title: 'VERDICT', value: (row) => row.verdict },
        { title: 'FOUND', wrap: true, value: (row) => row.found },
        { title: 'LIMIT', value: (row) => (row.limit === null ? '' : String(Number(row.limit.toFixed(4)))) },
      ],
      none: 'nothing to complain of',
      header: { config: config.key },
      summary: { files: files.length, samples: data.rows.count, games: data.games.length, passed: !refused },
    });
    if (this.globals.format !== 'ndjson') {
      const what = `${data.rows.count} samples, ${data.games.length} games`;
      this.say(
        `${files.map((file) => pathText(file)).join(', ')}: ${what}, ${refused ? 'below the limits' : 'within the limits'}`,
      );
    }
    return flags.gate && refused ? 3 : undefined;
  }
}

/** @throws RrError FILE_CORRUPT, NPZ_CHECKSUM */
async function verified(path: string): Promise<void> {
  const npz = await openNpz(path);
  try {
    await npz.verify();
  } finally {
    npz.close();
  }
}
