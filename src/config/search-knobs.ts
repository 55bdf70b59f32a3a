/** Knobs of searched self-play, the same in the topics `selfplay` and `loop`. */
import * as z from 'zod';

/** Largest temperature that moves may be sampled at. */
const MAX_TEMPERATURE = 2;

export const SEARCH_KNOBS = {
  'sample-from': z.enum(['visits', 'improved']),
  temperature: z.union([z.string().min(1), z.number().min(0).max(MAX_TEMPERATURE)]),
  'cheap-share': z.number().min(0).max(1),
  /** 0: a quarter of the full search. */
  'cheap-budget': z.union([z.literal(0), z.int().min(2), z.string().min(1)]),
  'c-visit': z.number().min(0),
  'c-scale': z.number().positive(),
} as const;

export const SEARCH_KNOB_NAMES = [
  ...(['sample-from', 'temperature', 'cheap-share', 'cheap-budget', 'c-visit', 'c-scale'] as const),
] satisfies readonly (keyof typeof SEARCH_KNOBS)[];
