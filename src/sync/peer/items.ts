/** Messages between two sides of a sync, checked on arrival: names that could lead elsewhere do not pass. */
import * as z from 'zod';
import { AuditRowSchema, CONFIG_NAME, MODEL_HASH } from '../../state/store/audit.ts';
import { EventSchema } from '../../state/store/event.ts';
import { ResultSchema } from '../../state/store/results.ts';

export const KINDS = ['games', 'npz', 'models', 'results', 'events'] as const;
export type Kind = (typeof KINDS)[number];

/** One path component, shown and used as it is: no separator, no control characters, not hidden. */
const fileName = (extension: string) =>
  z
    .string()
    .max(200)
    .refine((name) => name.endsWith(extension) && isPlainName(name), `not the name of a ${extension} file`);

/** Also keeps out the characters that only look like nothing (format and separator characters of Unicode). */
const isPlainName = (name: string): boolean =>
  /^[^./\\\p{C}\p{Zl}\p{Zp}][^/\\\p{C}\p{Zl}\p{Zp}]*$/u.test(name) && name.isWellFormed();

export const Sha256 = z.string().regex(MODEL_HASH);
export const DatabaseName = fileName('.db');
/** Names the staging folders of one sync: who the other side is, and who started. */
export const SessionName = z.string().regex(/^[0-9a-f-]{36}-(push|pull)$/);

const content = { sha256: Sha256, bytes: z.int().min(0), mtimeMs: z.number().min(0) };

/** A file that travels whole. */
export const FileItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('npz'), name: fileName('.npz'), ...content }),
  /** `hash` names the model by its content as the network sees it, `sha256` are the bytes. */
  z.object({ kind: z.literal('models'), config: z.string().regex(CONFIG_NAME), hash: Sha256, ...content }),
]);
export type FileItem = z.infer<typeof FileItemSchema>;

/** A game as a set member: id, hash of what was played, and what is known about it since (as merge.ts orders it). */
export const GameKeySchema = z.tuple([z.string().min(1).max(200), z.string(), z.string(), z.string()]);
export type GameKey = z.infer<typeof GameKeySchema>;

/** A file in a staging folder, under its SHA-256. */
export const StagedSchema = z.object({ sha256: Sha256, bytes: z.int().min(0) });
export type Staged = z.infer<typeof StagedSchema>;

export const RowsSchema = z.object({
  results: z.array(ResultSchema),
  audit: z.array(AuditRowSchema),
  events: z.array(EventSchema),
});
export const RowIdsSchema = z.object({ results: z.array(Sha256), audit: z.array(Sha256), events: z.array(Sha256) });
export type RowIds = z.infer<typeof RowIdsSchema>;

/** For lists and messages. */
export const itemName = (item: FileItem): string =>
  item.kind === 'npz' ? item.name : `${item.config}/${item.hash.slice(0, 12)}.onnx`;
