/** Where the stages of a round run. */

import type { Stage } from '../round/stages.ts';
import { runStageProcess, type StageProcess } from './stage-process.ts';

export interface Executor {
  /**
   * Runs a stage to its end and writes its records to their file. Called again after a kill, it resumes with what is
   * left. Resolves with the exit status; aborting the signal asks it to stop.
   */
  run(stage: Stage, process: StageProcess): Promise<number>;
}

/** Processes of this machine. */
export const localExecutor: Executor = { run: (_stage, process) => runStageProcess(process) };
