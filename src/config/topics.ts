/**
 * The topics of the configuration and the schema of each. A topic is one file in config/ that documents its knobs, one
 * section of rr.yaml, and one family of environment variables. To add one: write config/NAME.yaml and its entry here.
 */
import * as z from 'zod';
import { CONFIG_KEYS } from '../engine/config-key.ts';
import { ARENA_TOPICS } from './arena-topics.ts';
import { SEARCH_KNOBS } from './search-knobs.ts';

/** Whole number, `min` or more. */
const count = (min: number): z.ZodInt => z.int().min(min);

/** One value for every config key; keys left out keep the default of the file before. */
const perConfig = <T extends z.ZodType>(value: T) => z.record(z.enum(CONFIG_KEYS), value);

const share = z.number().min(0).max(1);

/** `heuristic:0.7,random:0.3`: names and weights. */
const mix = z
  .string()
  .regex(/^[a-z][\w-]*:\d+(\.\d+)?(,[a-z][\w-]*:\d+(\.\d+)?)*$/, "expected weights such as 'heuristic:0.7,random:0.3'");

export const TOPIC_SCHEMAS = {
  game: z.strictObject({ config: z.enum([...CONFIG_KEYS, 'none']) }),
  selfplay: z.strictObject({
    games: count(1),
    engine: z.string().min(1),
    mix,
    workers: count(0),
    'games-in-flight': count(1),
    batch: count(1),
    cache: count(0),
    'max-moves': perConfig(count(1)),
    'max-seconds': z.number().min(0),
    'swap-rule': z.boolean(),
    'opening-moves': count(0),
    'fork-share': share,
    'fork-within': count(1),
    'weight-noise': z.number().min(0).max(1),
    ...SEARCH_KNOBS,
  }),
  training: z.strictObject({
    arch: z.string().min(1),
    batch: count(1),
    accumulate: count(1),
    epochs: perConfig(count(1)),
    'epoch-samples': count(0),
    lr: z.number().positive(),
    schedule: z.enum(['constant', 'cosine', 'restarts', 'plateau']),
    'warmup-steps': count(0),
    'min-lr': share,
    'restart-epochs': z.number().positive(),
    'plateau-patience': count(1),
    'plateau-factor': z.number().positive().max(1),
    'weight-decay': z.number().min(0),
    clipping: z.enum(['off', 'fixed', 'adaptive']),
    'clip-norm': z.number().positive(),
    'clip-factor': z.number().positive(),
    ema: z.number().min(0).lt(1),
    'label-smoothing': perConfig(share),
    'policy-weight': perConfig(z.number().min(0)),
    'value-weight': z.number().min(0),
    'root-value-share': share,
    'ownership-weight': z.number().min(0),
    'margins-weight': z.number().min(0),
    'plies-weight': z.number().min(0),
    validation: z.number().min(0).lt(1),
    patience: perConfig(count(0)),
    uses: count(0),
    'hard-share': z.number().min(0).max(0.5),
    symmetry: z.boolean(),
    'policy-rows': z.enum(['auto', 'all', 'searched']),
    'quality-blend': share,
    'half-life-days': z.number().min(0),
    'phase-weights': z.record(
      z.enum([
        'ring_placement',
        'movement',
        'capture',
        'chain_capture',
        'line_processing',
        'territory_processing',
        'forced_elimination',
      ]),
      z.number().min(0),
    ),
    'window-start': count(0),
    'window-exponent': z.number().positive().max(1),
    'window-slope': z.number().positive().max(1),
    'checkpoint-steps': count(1),
    'spike-factor': z.number().min(0),
    threads: count(0),
    'max-seconds': z.number().min(0),
  }),
  streams: z.strictObject({
    'max-line-mb': z.int().min(1).max(511),
    'max-unpacked-gb': z.number().positive(),
  }),
  quality: z.strictObject({
    'min-quality': perConfig(share),
    'confidence-games': z.number().positive(),
    'min-length': count(0),
    'seat-margin': share,
    'max-duplicates': share,
    'max-vague': share,
    'vague-from': z.number().positive(),
    'min-samples': count(0),
  }),
  ...ARENA_TOPICS,
} as const;

export type Topic = keyof typeof TOPIC_SCHEMAS;
export const TOPICS: readonly Topic[] = [
  'game',
  'selfplay',
  'training',
  'gauntlet',
  'promotion',
  'loop',
  'quality',
  'streams',
];
export const isTopic = (name: string): name is Topic => Object.hasOwn(TOPIC_SCHEMAS, name);

/** The settings of one topic, checked. */
export type Settings<T extends Topic> = z.output<(typeof TOPIC_SCHEMAS)[T]>;
