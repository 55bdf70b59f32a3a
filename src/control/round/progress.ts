/** Progress of the rounds of a config, stage by stage. */
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type RoundFolder, roundsOf } from './round-folder.ts';
import { stagesOf } from './stages.ts';

export interface StageProgress {
  readonly config: string;
  readonly round: number;
  readonly stage: string;
  readonly state: 'done' | 'skipped' | 'open';
  readonly seconds?: number;
  readonly model?: string;
  readonly promoted?: boolean;
}

export const progressOf = (paths: DataPaths, config: GameConfig): StageProgress[] =>
  roundsOf(paths, config).flatMap((folder) => roundProgress(folder, config));

function roundProgress(folder: RoundFolder, { key }: GameConfig): StageProgress[] {
  const facts = folder.facts();
  const { number } = facts;
  return stagesOf(facts).map((stage) => {
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
