/** `rr loop --status`: rounds and stages as they stand. */
import { progressOf, type StageProgress } from '../../control/round/progress.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { Outcome, Presentation } from '../cli/base.ts';

/** @returns 4 when no round has begun */
export async function printStatus(
  configs: readonly GameConfig[],
  paths: DataPaths,
  present: (report: Presentation<StageProgress>) => Promise<void>,
): Promise<Outcome> {
  const rows = configs.flatMap((config) => progressOf(paths, config));
  await present({
    type: 'stage',
    rows,
    columns: [
      { title: 'CONFIG', value: ({ config }) => config },
      { title: 'ROUND', value: ({ round }) => round },
      { title: 'STAGE', value: ({ stage }) => stage },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'SECONDS', value: ({ seconds }) => seconds },
      { title: 'MODEL', value: ({ model }) => model?.slice(0, 12) },
      { title: '', value: ({ promoted }) => (promoted === undefined ? '' : promoted ? 'promoted' : 'refused') },
    ],
    none: 'no round has begun; rr loop begins one',
  });
  return rows.length === 0 ? 4 : 0;
}
