/** Untrained networks for tests of what uses them. */
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { RULES_VERSION } from '../../src/engine/rules.ts';
import { type ArchitectureName, architectureOf } from '../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../src/net/arch/boards.ts';
import { MODEL_FORMAT, type NetModel, specOf } from '../../src/net/arch/metadata.ts';
import { initialWeights } from '../../src/net/arch/parameters.ts';
import { RR1_ENCODER } from '../../src/net/encode/rr1/features.ts';
import { MOVE_KIND_COUNT, RR1_POLICY } from '../../src/net/encode/rr1/moves.ts';
import { RR1_PLANES } from '../../src/net/encode/rr1/planes.ts';

export function untrainedModel(
  board: BoardName,
  players: PlayerCount,
  architecture: ArchitectureName = 'nano',
  seed = 1,
): NetModel {
  const metadata = {
    format: MODEL_FORMAT,
    config: `${board}_${players}p`,
    family: BOARD_BOXES[board].family,
    architecture: architectureOf(architecture),
    planes: RR1_PLANES,
    players,
    kinds: MOVE_KIND_COUNT,
    encoder: RR1_ENCODER,
    policy: RR1_POLICY,
    rules: RULES_VERSION,
    training: {},
    created: '2026-01-01T00:00:00Z',
  } as const;
  return { metadata, weights: initialWeights(specOf(metadata), seed) };
}
