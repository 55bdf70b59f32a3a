/** After a round: what it came to in words, going back if that is called for, and the report. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { rollBackIfWeaker } from '../../arena/promotion/promote.ts';
import { matchesOf } from '../../arena/ratings/facts.ts';
import { ratingsOf } from '../../arena/ratings/ratings.ts';
import { resolveSettings } from '../../config/settings.ts';
import { writeFileAtomic } from '../../io/atomic.ts';
import { ModelStore } from '../../models/store.ts';
import { withState } from '../../state/open.ts';
import type { Fence } from '../../state/store/lease.ts';
import { collectReport } from '../report/collect.ts';
import { reportPage } from '../report/page.ts';
import { type RoundFolder, runsFolder } from '../round/round-folder.ts';
import type { Stall } from '../round/stall.ts';
import type { Loop } from './loop.ts';
import type { LoopRun } from './loop-run.ts';

/** Games to step through in the report. */
const REPORT_GAMES = 4;

const promotionRecord = z.looseObject({
  type: z.literal('promotion'),
  promoted: z.boolean(),
  model: z.string(),
  checks: z.array(z.looseObject({ passed: z.boolean(), detail: z.string() })),
});

/** `fence` is that of the loop's lease. */
export async function endRound(loop: Loop, folder: RoundFolder, run: LoopRun, fence: Fence): Promise<void> {
  const { config, paths, resolved } = loop.options;
  if (folder.done('promote')?.skipped === false) sayPromotion(folder, config.key, run);
  if (resolved.settings['auto-rollback']) await rollBackProduction(loop, run, fence);
  const path = join(runsFolder(paths, config), 'report.html');
  const data = await collectReport(config, paths, { games: REPORT_GAMES, createdMs: Date.now() });
  if (data.stall) await sayStall(data.stall, config.key, run);
  await writeFileAtomic(path, reportPage(data));
  run.say(`${config.key}: report in ${path}`);
  await run.writer?.write({ type: 'report', config: config.key, path });
}

function sayPromotion(folder: RoundFolder, key: string, { say }: LoopRun): void {
  for (const line of readFileSync(folder.file('promote.ndjson'), 'utf8').split('\n')) {
    if (line === '') continue;
    const parsed = promotionRecord.safeParse(JSON.parse(line));
    if (!parsed.success) continue;
    const { promoted, model, checks } = parsed.data;
    say(`${key} round ${folder.facts().number}: ${model.slice(0, 12)} ${promoted ? 'promoted' : 'not promoted'}`);
    for (const { passed, detail } of checks) say(`  ${passed ? 'ok     ' : 'refused'} ${detail}`);
  }
}

async function sayStall(stall: Stall, key: string, { say, writer }: LoopRun): Promise<void> {
  say(`${key}: no improvement in rounds ${stall.rounds.join(', ')}`);
  for (const line of stall.evidence) say(`  ${line}`);
  say('  to try:');
  for (const line of stall.advice) say(`    ${line}`);
  await writer?.write({ type: 'stall', config: key, ...stall });
}

async function rollBackProduction(loop: Loop, run: LoopRun, fence: Fence): Promise<void> {
  const { config, paths } = loop.options;
  const eloDrop = resolveSettings('promotion').settings['rollback-elo-drop'];
  const reason = await withState(paths.state, async ({ results, audit }) => {
    const { rated } = ratingsOf(await matchesOf(results, config.key));
    return rollBackIfWeaker(new ModelStore(paths.modelsFolder, audit), config, rated, { eloDrop, fence });
  });
  if (reason === undefined) return;
  run.say(`${config.key}: went back to the model before: ${reason}`);
  await run.writer?.write({ type: 'rollback', config: config.key, reason });
}
