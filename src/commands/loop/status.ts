/** `rr loop --status`: rounds and stages as they stand. */
import { type RoundFolder, roundsOf } from '../../control/round/round-folder.ts';
import { STAGES } from '../../control/round/stages.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { Outcome, Presentation } from '../cli/base.ts';

interface StageRow {
  readonly config: string;
  readonly round: number;
  readonly stage: string;
  readonly state: 'done' | 'skipped' | 'open';
  readonly seconds?: number;
  readonly model?: string;
  readonly promoted?: boolean;
}

/** @returns 4 when no round has begun */
export async function printStatus(
  configs: readonly GameConfig[],
  paths: DataPaths,
  present: (report: Presentation<StageRow>) => Promise<void>,
): Promise<Outcome> {
  const rows = configs.flatMap((config) => roundsOf(paths, config).flatMap((folder) => rowsOf(folder, config)));
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
    none: 'no round has begun',
  });
  return rows.length === 0 ? 4 : 0;
}

function rowsOf(folder: RoundFolder, { key }: GameConfig): StageRow[] {
  const { number } = folder.facts();
  return STAGES.map((stage) => {
    const done = folder.done(stage);
    return {
      config: key,
      round: number,
      stage,
      state: done ? (done.skipped ? 'skipped' : 'done') : 'open',
      ...(done && { seconds: Math.round((Date.parse(done.ended) - Date.parse(done.started)) / 1000) }),
      ...(done?.model !== undefined && { model: done.model }),
      ...(done?.promoted !== undefined && { promoted: done.promoted }),
    };
  });
}
