/** How many simulations a decision gets, by name or number. */
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';

export const BUDGETS = { throughput: 64, standard: 150, quality: 800, ultimate: 1600 } as const;
export type BudgetName = keyof typeof BUDGETS;
export const BUDGET_NAMES = ['throughput', 'standard', 'quality', 'ultimate'] as const satisfies readonly BudgetName[];

/** Below two, sequential halving has nothing to compare. */
export const LEAST_SIMULATIONS = 2;

/** `64` or `throughput` → 64. @throws RrError USAGE, SEARCH_BUDGET */
export function parseBudget(text: string): number {
  const name = BUDGET_NAMES.find((known) => known === text);
  if (name) return BUDGETS[name];
  if (!/^\d+$/.test(text)) {
    const hint = nearestHint(text, BUDGET_NAMES);
    throw new RrError('USAGE', { detail: `no budget '${text}'${hint}; a number or ${BUDGET_NAMES.join(', ')}` });
  }
  return checkBudget(Number(text));
}

/** @throws RrError SEARCH_BUDGET */
export function checkBudget(simulations: number): number {
  if (Number.isInteger(simulations) && simulations >= LEAST_SIMULATIONS) return simulations;
  throw new RrError('SEARCH_BUDGET', { simulations });
}
