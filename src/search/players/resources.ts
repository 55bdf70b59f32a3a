/** Resources of players in a place without a network. */
import type { Rules } from '../../engine/rules.ts';
import { FormulaEvaluator } from '../evaluators/formula.ts';
import { Workbench } from '../tree/workbench.ts';
import type { PlayerResources } from './registry.ts';

/** `weightNoise`: spread of the multiplicative noise on heuristic weights, drawn once per game. */
export const plainResources = (rules: Rules, weightNoise = 0): PlayerResources => ({
  bench: new Workbench(rules),
  heuristic: new FormulaEvaluator(rules),
  weightNoise,
});
