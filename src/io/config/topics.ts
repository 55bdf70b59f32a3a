/**
 * The topics of the configuration and the schema of each. A topic is one file in config/ that documents its knobs, one
 * section of rr.yaml, and one family of environment variables. To add one: write config/NAME.yaml and its entry here.
 */
import * as z from 'zod';
import { CONFIG_KEYS } from '../../config-key.ts';

/** Whole number of at least `least`. */
const count = (least: number): z.ZodInt => z.int().min(least);

/** One value for every config key; keys left out keep the default of the file before. */
const perConfig = <T extends z.ZodType>(value: T) => z.record(z.enum(CONFIG_KEYS), value);

/** `heuristic:0.7,random:0.3`: names and weights. */
const mix = z
  .string()
  .regex(/^[a-z][\w-]*:\d+(\.\d+)?(,[a-z][\w-]*:\d+(\.\d+)?)*$/, "expected weights such as 'heuristic:0.7,random:0.3'");

/** One value for each number of players. */
const perPlayers = <T extends z.ZodType>(value: T) => z.record(z.enum(['2p', '3p', '4p']), value);

const share = z.number().min(0).max(1);

export const TOPIC_SCHEMAS = {
  selfplay: z.strictObject({
    games: count(1),
    engine: z.string().min(1),
    mix,
    workers: count(0),
    'max-moves': perConfig(count(1)),
    'max-seconds': z.number().min(0),
    'swap-rule': z.boolean(),
    'opening-moves': count(0),
    'weight-noise': z.number().min(0).max(1),
  }),
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
    'rollback-win-rate-drop': share,
  }),
} as const;

export type Topic = keyof typeof TOPIC_SCHEMAS;
export const TOPICS: readonly Topic[] = ['selfplay', 'gauntlet', 'promotion'];
export const isTopic = (name: string): name is Topic => Object.hasOwn(TOPIC_SCHEMAS, name);

/** The settings of one topic, checked. */
export type Settings<T extends Topic> = z.output<(typeof TOPIC_SCHEMAS)[T]>;
