/** Keys of a topic's schema, so that unknown ones can be named where they stand and every knob has a path. */
import * as z from 'zod';

/** Keys from the topic down: `['max-moves', 'hex8_2p']`. */
export type KeyPath = readonly string[];

/** The keys of a schema that is a map, with the schema of each value; undefined for a value that is no map. */
export function childSchemas(schema: unknown): ReadonlyMap<string, unknown> | undefined {
  if (schema instanceof z.ZodObject) return new Map(Object.entries(schema.shape));
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    return new Map(schema.keyType.options.map((key): [string, unknown] => [String(key), schema.valueType]));
  }
  return undefined;
}

/** The paths of all knobs, in the schema's order. */
export function knobPaths(schema: unknown, prefix: KeyPath = []): KeyPath[] {
  const children = childSchemas(schema);
  if (!children) return [prefix];
  return [...children].flatMap(([key, child]) => knobPaths(child, [...prefix, key]));
}
