/** `rr loop --quick`: a whole round that takes a few minutes on two cores and still gives a model worth playing. */
export const QUICK_SETTINGS = {
  rounds: 1,
  'bootstrap-games': 600,
  games: 60,
  arch: 'nano',
  epochs: 4,
  opponents: 'random,heuristic',
  'gauntlet-games': 100,
  'gauntlet-budget': 32,
  budget: 32,
} as const;
