/** `rr config show`: the settings in force, topic by topic. */
import { Args, Flags } from '@oclif/core';
import { resolveSettings } from '../../config/settings.ts';
import { isTopic, TOPICS } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';

export default class ConfigShow extends RrCommand {
  static override description =
    'Settings come from flags, then RR_* variables, then rr.yaml in the current folder, then the defaults that ' +
    'config/*.yaml document. The first that names a setting wins.';

  static override examples = ['rr config show', 'rr config show selfplay --origin'];

  static override args = {
    topic: Args.string({ description: `one topic only: ${TOPICS.join(', ')}` }),
  };

  static override flags = {
    origin: Flags.boolean({ description: 'say where each value came from' }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(ConfigShow);
    const rows = topicsNamed(args.topic).flatMap((topic) =>
      [...resolveSettings(topic).origins].map(([key, { value, layer, where }]) => ({
        key: `${topic}.${key}`,
        value,
        ...(flags.origin ? { layer, where } : {}),
      })),
    );
    const origin = [
      { title: 'FROM', value: ({ layer }: (typeof rows)[number]) => layer },
      { title: 'AT', drop: 1, value: ({ where }: (typeof rows)[number]) => where },
    ];
    await this.present({
      type: 'setting',
      rows,
      columns: [
        { title: 'SETTING', value: (row) => row.key },
        { title: 'VALUE', value: (row) => String(row.value) },
        ...(flags.origin ? origin : []),
      ],
      summary: { settings: rows.length },
    });
    return undefined;
  }
}

function topicsNamed(name: string | undefined): typeof TOPICS {
  if (name === undefined) return TOPICS;
  if (isTopic(name)) return [name];
  throw new RrError('USAGE', {
    detail: `no topic '${name}'${nearestHint(name, TOPICS)}; topics: ${TOPICS.join(', ')}`,
  });
}
