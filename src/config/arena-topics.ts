/** Schemas of the topics about judging: gauntlets, promotion and the loop. */
import * as z from 'zod';
import { CONFIG_KEYS } from '../engine/config-key.ts';
import { SEARCH_KNOBS } from './search-knobs.ts';

/** Whole number, `min` or more. */
const count = (min: number): z.ZodInt => z.int().min(min);
const share = z.number().min(0).max(1);

/** One value for each number of players; those left out keep the default of the file before. */
const perPlayers = <T extends z.ZodType>(value: T) => z.record(z.enum(['2p', '3p', '4p']), value);

/** The same for every config key. */
const perConfig = <T extends z.ZodType>(value: T) => z.record(z.enum(CONFIG_KEYS), value);

export const ARENA_TOPICS = {
  gauntlet: z.strictObject({
    opponents: z.string().min(1),
    games: perPlayers(count(1)),
    engine: z.enum(['gumbel', 'mcts', 'nn-descent', 'policy-only']),
    budget: z.union([count(2), z.string().min(1)]),
    'opening-moves': count(0),
    workers: count(0),
    'max-seconds': z.number().min(0),
    elo0: z.number(),
    elo1: z.number(),
    alpha: z.number().gt(0).lt(0.5),
    beta: z.number().gt(0).lt(0.5),
    'test-games': count(1),
    'move-seconds': z.number().gt(0),
  }),
  promotion: z.strictObject({
    'random-win-rate': perPlayers(share),
    'heuristic-win-rate': perPlayers(share),
    'random-floor': perPlayers(share),
    'heuristic-floor': perPlayers(share),
    'min-games': perPlayers(count(1)),
    'max-win-rate-drop': share,
    'rollback-elo-drop': z.number().min(0),
  }),
  loop: z.strictObject({
    rounds: count(1),
    'quality-gate': z.boolean(),
    'bootstrap-games': perConfig(count(1)),
    'bootstrap-opening-moves': count(0),
    'bootstrap-weight-noise': share,
    games: perConfig(count(1)),
    budget: perConfig(count(2)),
    ...SEARCH_KNOBS,
    arch: z.string().min(1),
    epochs: count(1),
    uses: count(1),
    'window-rounds': count(1),
    'keep-bootstrap': count(0),
    'train-seconds': z.number().min(0),
    provider: z.enum(['cpu', 'cuda', 'webgpu', 'auto']),
    device: count(0),
    'require-gpu': z.boolean(),
    batch: count(0),
    opponents: z.string().min(1),
    'gauntlet-games': count(1),
    'gauntlet-budget': count(2),
    auto: z.boolean(),
    'auto-budget': count(2),
    'auto-games': z.number().min(1),
    'auto-promote': z.boolean(),
    'auto-rollback': z.boolean(),
    executor: z.enum(['local', 'slurm']),
    shards: count(1),
    'shard-cpus': count(1),
    'shard-gpus': count(0),
    'shard-seconds': count(0),
  }),
} as const;
