/** The network architectures by name, and the specification of one network. */
import { RrError } from '../../core/errors.ts';
import type { Family } from './boards.ts';

/** Sizes of a network; every one is a residual tower with squeeze-excitation and four small heads (see forward.ts). */
export interface Architecture {
  readonly name: string;
  /** Channels of the tower. */
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
  /** Hidden units of each block's squeeze-excitation. */
  readonly squeeze: number;
  /** Hidden channels per cell of the policy head. */
  readonly policyChannels: number;
  /** Length of the from-, to- and third-cell embeddings. */
  readonly embedding: number;
  /** Hidden channels per cell before global pooling. */
  readonly valueChannels: number;
  /** Hidden units of the pooled (global) features. */
  readonly globals: number;
}

const architecture = (
  name: string,
  channels: number,
  blocks: number,
  [squeeze, policyChannels, embedding, valueChannels, globals]: readonly [number, number, number, number, number],
): Architecture => ({ name, channels, blocks, squeeze, policyChannels, embedding, valueChannels, globals });

/** Channel counts are multiples of 16, the block size of vectorised kernels. */
export const ARCHITECTURES = {
  nano: architecture('nano', 32, 2, [8, 32, 16, 16, 32]),
  small: architecture('small', 64, 4, [16, 48, 24, 32, 64]),
  v2: architecture('v2', 96, 6, [24, 64, 32, 32, 96]),
  large: architecture('large', 128, 10, [32, 96, 32, 48, 128]),
  huge: architecture('huge', 192, 15, [48, 128, 48, 64, 192]),
} as const satisfies Record<string, Architecture>;
export type ArchitectureName = keyof typeof ARCHITECTURES;

/** @throws RrError USAGE naming the known architectures. */
export function architectureOf(name: string): Architecture {
  const found = Object.values(ARCHITECTURES).find((known) => known.name === name);
  if (found) return found;
  const known = Object.keys(ARCHITECTURES).join(', ');
  throw new RrError('USAGE', { detail: `no architecture '${name}'; known are ${known}` });
}

/** Everything that decides the shapes of a network's weights. */
export interface NetSpec {
  readonly architecture: Architecture;
  readonly family: Family;
  /** Input planes of the encoder; plane 0 is the valid-cell mask. */
  readonly planes: number;
  /** Seats, 2–4. */
  readonly players: number;
  /** Move kinds of the policy layout. */
  readonly kinds: number;
}
