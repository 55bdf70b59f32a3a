/** Looks whether the rounds of a config have stalled, and gathers what is known of those that have. */
import { existsSync } from 'node:fs';
import { resolveSettings } from '../../config/settings.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { readingOf } from '../../games/databases/arrivals.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { RoundFolder } from './round-folder.ts';
import { type JudgedRound, type Stall, stalledRounds, stallOf } from './stall.ts';
import { type TargetFigures, targetFigures } from './target-figures.ts';

/** A round with its records. */
type ReadRound = Omit<JudgedRound, 'promoted' | 'targets'> & {
  readonly promotion: { readonly promoted: boolean; readonly already?: boolean | undefined } | undefined;
};

/** The stall of a config, with the targets of the rounds that it is about. */
export async function findStall(
  rounds: readonly ReadRound[],
  folders: readonly RoundFolder[],
  config: GameConfig,
  paths: DataPaths,
): Promise<Stall | undefined> {
  const judged = rounds.flatMap((round) =>
    round.promotion ? [{ ...round, promoted: round.promotion.promoted || round.promotion.already === true }] : [],
  );
  const stalled = stalledRounds(judged);
  const last = folders.at(-1);
  if (stalled.length === 0 || last === undefined) return undefined;
  const numbers = new Set(stalled.map(({ number }) => number));
  const known: JudgedRound[] = [];
  for (const round of judged) {
    const targets = numbers.has(round.number) ? await targetsOf(round.number, folders, config, paths) : undefined;
    known.push({ ...round, targets });
  }
  const { settings } = last.round(resolveSettings('loop').settings);
  const { [config.key]: budget = 0 } = settings.budget;
  const { [config.key]: games = 0 } = settings.games;
  return stallOf(known, { ...settings, budget, games });
}

/** Of the games that a round exported. */
async function targetsOf(
  number: number,
  folders: readonly RoundFolder[],
  config: GameConfig,
  paths: DataPaths,
): Promise<TargetFigures | undefined> {
  const path = paths.games(config.key);
  const at = folders.findIndex((folder) => folder.facts().number === number);
  const exported = folders[at]?.done('export');
  if (exported?.command === undefined || !existsSync(path)) return undefined;
  const { read, since } = folders[at]?.facts() ?? {};
  if (exported.read && exported.read.store !== (await readingOf(path))?.store) return undefined;
  const figures = await targetFigures(path, {
    config: config.key,
    ...(exported.read
      ? { arrivals: { after: read?.until ?? 0, until: exported.read.until } }
      : { playedBefore: exported.started }),
    ...(since !== undefined && { since }),
  });
  return figures.targets === 0 ? undefined : figures;
}
