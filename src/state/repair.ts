/** Looks at the state database of this machine, and repairs it. */

export { stateProblems } from './sqlite/problems.ts';
export { repairState } from './sqlite/repair.ts';
