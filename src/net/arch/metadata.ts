/** What a model file says about itself: zod-checked on reading, hashed together with the weights. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import type { NetSpec } from './architectures.ts';
import { FAMILIES } from './boards.ts';
import { parametersOf } from './parameters.ts';

const size = z.number().int().positive().max(4096);

const ARCHITECTURE = z.strictObject({
  name: z.string().min(1),
  channels: size,
  blocks: size,
  squeeze: size,
  policyChannels: size,
  embedding: size,
  valueChannels: size,
  globals: size,
});

/** Version of the metadata's own layout. */
export const MODEL_FORMAT = 1;

const METADATA = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  /** Configuration the model was trained for, as `<board>_<n>p`; its family alone decides where it can run. */
  config: z.string().regex(/^[a-z0-9]+_[234]p$/),
  family: z.enum(FAMILIES),
  architecture: ARCHITECTURE,
  planes: size,
  players: z.number().int().min(2).max(4),
  kinds: size,
  /** Ids of the encoder, the policy layout and the rules that the weights were trained with. */
  encoder: z.string().min(1),
  policy: z.string().min(1),
  rules: z.string().min(1),
  /** Content hash of the model this one was trained from. */
  parent: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** What the training was (samples, epochs, losses, …): free JSON, hashed, so without times or host names. */
  training: z.record(z.string(), z.json()).default({}),
  /** ISO 8601 time of writing; the one field that is not hashed, so that equal trainings give equal hashes. */
  created: z.iso.datetime(),
});
export type ModelMetadata = z.infer<typeof METADATA>;

/** A network in memory: its description and its weights in the order of parametersOf. */
export interface NetModel {
  readonly metadata: ModelMetadata;
  readonly weights: Float32Array;
}

/** The shapes that the metadata stand for. */
export function specOf({ architecture, family, planes, players, kinds }: ModelMetadata): NetSpec {
  return { architecture, family, planes, players, kinds };
}

const KEY_PREFIX = 'rr.';

/** Metadata as ONNX metadata_props: one `rr.*` string per field, JSON for what is not a string. */
export function metadataProps(metadata: ModelMetadata, hash: string): Record<string, string> {
  const props: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (value !== undefined) props[KEY_PREFIX + key] = typeof value === 'string' ? value : canonicalJson(value);
  }
  props[`${KEY_PREFIX}hash`] = hash;
  return props;
}

/** @throws RrError MODEL_INVALID when the `rr.*` fields are not those of a model of this format. */
export function parseMetadata(
  props: readonly { key?: string; value?: string }[],
  where: string,
): { metadata: ModelMetadata; hash: string } {
  const raw: Record<string, unknown> = {};
  for (const { key = '', value = '' } of props) {
    if (key.startsWith(KEY_PREFIX))
      raw[key.slice(KEY_PREFIX.length)] = parseField(key.slice(KEY_PREFIX.length), value, where);
  }
  const { hash, ...fields } = raw;
  if (typeof hash !== 'string') {
    throw new RrError('MODEL_INVALID', { where, detail: 'it carries no rr.hash: not a model written by rr' });
  }
  const parsed = METADATA.safeParse(fields);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const detail = `metadata rr.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
    throw new RrError('MODEL_INVALID', { where, detail });
  }
  return { metadata: parsed.data, hash };
}

const JSON_FIELDS: ReadonlySet<string> = new Set(['format', 'architecture', 'planes', 'players', 'kinds', 'training']);

function parseField(key: string, text: string, where: string): unknown {
  if (!JSON_FIELDS.has(key)) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RrError('MODEL_INVALID', { where, detail: `metadata rr.${key} is not JSON` }, { cause });
  }
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/**
 * SHA-256 (hex) over the metadata without `created`, then every weight's name, shape and little-endian float32 data. In
 * JavaScript, so that a browser can check a model too: 6 ms per megabyte.
 */
export function contentHash({ metadata, weights }: NetModel): string {
  const { created: _, ...hashed } = metadata;
  const hash = sha256.create().update(utf8ToBytes(`${canonicalJson(hashed)}\n`));
  for (const { name, shape, offset, size: count } of parametersOf(specOf(metadata)).all) {
    const values = weights.subarray(offset, offset + count);
    hash.update(utf8ToBytes(`${name}[${shape}]\n`));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return bytesToHex(hash.digest());
}
