/** The gate before a training: the verdict of `rr npz check` on its files, all of their games. */
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { loadTrainingData, type TrainingData } from '../data/load.ts';
import { judgeQuality } from './verdict.ts';

/** No window: everything that is there is judged. */
const EVERYTHING = { start: 0, exponent: 1, slope: 1 };

/** @throws RrError as loadTrainingData() */
export const loadToJudge = (paths: readonly string[], config: GameConfig): Promise<TrainingData> =>
  loadTrainingData(paths, config, EVERYTHING);

/** Memory: all samples, until it returns. @throws RrError QUALITY_REFUSED, and as loadTrainingData() */
export async function refuseBelowGate(
  paths: readonly string[],
  config: GameConfig,
  limits: Settings<'quality'>,
): Promise<void> {
  const findings = judgeQuality(await loadToJudge(paths, config), config, limits);
  const refused = findings.filter(({ verdict }) => verdict === 'refused');
  if (refused.length === 0) return;
  const detail = refused.map(({ check, found }) => `${check}: ${found}`).join('; ');
  throw new RrError('QUALITY_REFUSED', { where: paths.join(', '), detail });
}
