/** What the stages of a round wrote, read back from their files. */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const losses = z.looseObject({ policy: z.number(), value: z.number() });
const figures = z.looseObject({ losses, policy_top1: z.number(), value_accuracy: z.number() });
export const epochRecord = z.looseObject({
  type: z.literal('epoch'),
  epoch: z.number(),
  train: figures,
  validation: figures.nullish(),
  samples_per_second: z.number().optional(),
});
export type Epoch = z.infer<typeof epochRecord>;

export const modelRecord = z.looseObject({ type: z.literal('model'), hash: z.string() });

/** The records of one kind in a file; lines that are something else, or torn, are passed over. */
export function recordsOf<T>(path: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed = schema.safeParse(JSON.parse(line));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    });
}
