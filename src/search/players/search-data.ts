/** What a search says about one decision, in the integers that records and databases keep without loss. */

/** Probabilities are multiples of 1/65535 and sum to 1. */
export const PROBABILITY_UNIT = 65535;
/** Values are multiples of 1/32767, from −1 (certain loss) to 1 (certain win). */
export const VALUE_UNIT = 32767;
/** Surprises are multiples of 1/1000 nat, weights multiples of 1/1000. */
export const SURPRISE_UNIT = 1000;
export const WEIGHT_UNIT = 1000;

export interface DecisionSearch {
  /** Sparse policy over the list of legal moves at the decision: ascending positions, probability of each. */
  readonly policy?: { readonly indices: Uint16Array; readonly probs: Uint16Array };
  /** Root value for each seat. */
  readonly values?: Int16Array;
  /** Simulations spent. */
  readonly budget?: number;
  /** How far the policy is from what the evaluator thought before, KL(policy ‖ prior), with a policy only. */
  readonly surprise?: number;
  /** How much the decision shall count in training; one unit when absent. */
  readonly weight?: number;
}

/** A decision's search and the move it chose, as a place in the game's list of moves. */
export interface PlySearch extends DecisionSearch {
  readonly ply: number;
}
