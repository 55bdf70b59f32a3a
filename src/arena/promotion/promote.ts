/** Carries out a decision: moves the pointer with its audit row, or says why not. */
import * as z from 'zod';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { ModelStore } from '../../models/store.ts';
import type { AuditRow } from '../../state/store/audit.ts';
import { ROLLBACK } from '../../state/store/event-of-rows.ts';
import type { Fence } from '../../state/store/lease.ts';
import type { RatedParticipant } from '../ratings/ratings.ts';
import type { VerdictRecord } from '../records.ts';
import { type BaselineFigures, type Decision, decide, type Production } from './decide.ts';
import { REGRESSION_GAMES, regressionOf } from './regression.ts';

const ACTOR = 'rr promote';

/** What the audit row of a promotion keeps of the decision. */
const auditDetail = z.looseObject({
  figures: z.record(z.string(), z.object({ winRate: z.number(), games: z.number() })).optional(),
});

/** The model in production and what it showed when it got there. */
export async function currentProduction(store: ModelStore, config: GameConfig): Promise<Production | undefined> {
  const hash = await store.pointer(config.key, 'production');
  if (hash === undefined) return undefined;
  const rows = (await store.audit(config.key)).filter(({ pointer }) => pointer === 'production');
  const figures = rows.findLast((row) => row.hash === hash && figuresOf(row) !== undefined);
  return { hash, figures: (figures && figuresOf(figures)) ?? {} };
}

function figuresOf({ detail }: AuditRow): Record<string, BaselineFigures> | undefined {
  const parsed = auditDetail.safeParse(JSON.parse(detail));
  return parsed.success ? parsed.data.figures : undefined;
}

export interface PromotionRequest {
  readonly config: GameConfig;
  readonly verdicts: readonly VerdictRecord[];
  readonly thresholds: Settings<'promotion'>;
  readonly dryRun: boolean;
  /** Point `candidate`, not `production`, at the model, without asking whether it passes. */
  readonly stage: boolean;
}

export interface PromotionReport extends Decision {
  readonly config: string;
  /** Content hash of the candidate. */
  readonly model: string;
  /** What was in production before; null: nothing. */
  readonly previous: string | null;
  /** The pointer moved (or would have, with `dryRun`). */
  readonly promoted: boolean;
  /** The pointer stood there already; a model in production is staged no more. */
  readonly already: boolean;
}

/**
 * @throws RrError USAGE when the verdicts are about several candidates, another config, or no network;
 *   MODEL_NOT_FOUND when the model has gone from the store; MODEL_POINTER_MOVED when somebody else promoted meanwhile
 */
export async function promote(store: ModelStore, request: PromotionRequest): Promise<PromotionReport> {
  const { config, verdicts, thresholds, dryRun, stage } = request;
  const model = candidateOf(verdicts, config);
  // a model that was deleted since must not be pointed at
  await store.resolve(config.key, model);
  const production = await currentProduction(store, config);
  const inProduction = production?.hash === model;
  const already = inProduction || (stage && (await store.pointer(config.key, 'candidate')) === model);
  const decision = decide({
    players: config.players,
    thresholds,
    verdicts,
    production: inProduction ? undefined : production,
  });
  const moves = (stage || decision.passed) && !already;
  if (moves && !dryRun) {
    await store.point(config.key, stage ? 'candidate' : 'production', model, {
      actor: ACTOR,
      reason: stage ? 'staged' : 'passed every check',
      detail: { figures: decision.figures, checks: decision.checks },
      ...(!stage && { expected: production?.hash ?? null }),
    });
  }
  return { ...decision, config: config.key, model, previous: production?.hash ?? null, promoted: moves, already };
}

function candidateOf(verdicts: readonly VerdictRecord[], { key }: GameConfig): string {
  const models = new Set(verdicts.map(({ candidate }) => candidate.model ?? candidate.id));
  const [model] = models;
  if (model === undefined) throw new RrError('NO_INPUT', { detail: 'no verdict records; pipe in rr gauntlet' });
  if (models.size > 1) {
    throw new RrError('USAGE', { detail: `verdicts about ${models.size} candidates; promote one at a time` });
  }
  const other = verdicts.find(({ config }) => config !== key);
  if (other) throw new RrError('USAGE', { detail: `a verdict about ${other.config} says nothing about ${key}` });
  if (verdicts.some(({ candidate }) => candidate.model === undefined)) {
    throw new RrError('USAGE', { detail: `${model} is no network; only models can be promoted` });
  }
  return model;
}

export interface RollBackOptions {
  readonly reason: string;
  readonly dryRun: boolean;
  /** Go back only while this lease is held. */
  readonly fence?: Fence | undefined;
}

/** Puts what was in production before back. @throws RrError USAGE when there is nothing to go back to */
export async function rollBack(
  store: ModelStore,
  config: GameConfig,
  { reason, dryRun, fence }: RollBackOptions,
): Promise<{ readonly from: string; readonly to: string }> {
  const from = await store.pointer(config.key, 'production');
  const target = rollBackTarget(await store.audit(config.key), from);
  if (from === undefined || target === undefined) {
    throw new RrError('USAGE', { detail: `${config.key}: no earlier model was in production` });
  }
  if (!dryRun) {
    const detail = { [ROLLBACK]: true };
    await store.point(config.key, 'production', target, { actor: ACTOR, reason, detail, expected: from, fence });
  }
  return { from, to: target };
}

/**
 * Goes back when the model in production has turned out weaker than the one before (regression.ts). Returns why it did,
 * or undefined when it did not.
 */
export async function rollBackIfWeaker(
  store: ModelStore,
  config: GameConfig,
  rated: readonly RatedParticipant[],
  { eloDrop, fence }: { readonly eloDrop: number; readonly fence: Fence },
): Promise<string | undefined> {
  const production = await store.pointer(config.key, 'production');
  const previous = rollBackTarget(await store.audit(config.key), production);
  if (production === undefined || previous === undefined) return undefined;
  const reason = regressionOf(rated, production, previous, { eloDrop, minGames: REGRESSION_GAMES });
  if (reason !== undefined) await rollBack(store, config, { reason, dryRun: false, fence });
  return reason;
}

/**
 * The model to go back to: what was in production before the current model was first put there. Going back twice goes
 * back two steps, not to and fro.
 */
function rollBackTarget(audit: readonly AuditRow[], current: string | undefined): string | undefined {
  const first = audit.find(({ pointer, hash }) => pointer === 'production' && hash === current);
  return first?.previous ?? undefined;
}
