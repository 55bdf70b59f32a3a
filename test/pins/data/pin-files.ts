/** The frozen files of test/pins/files, made once by make-files.ts and not remade since. */
import { fileURLToPath } from 'node:url';

export const PIN_FILES = [
  'games.ndjson.gz',
  'games.db',
  'upstream.db.gz',
  'rr1.npz',
  'ai-service.npz',
  'ai-service-exact.npz',
  'model.onnx',
  'training.ckpt',
  'rr.db',
] as const;
export type PinFile = (typeof PIN_FILES)[number];

export const pinFile = (name: PinFile): string => fileURLToPath(new URL(`../files/${name}`, import.meta.url));
