/** The game of a command that was told none: that of rr.yaml, or the only one that the data folder holds anything of. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveSettings } from '../../config/settings.ts';
import { RrError } from '../../core/errors.ts';
import { CONFIG_KEYS, type ConfigKey, type GameConfig, parseConfigKey } from '../../engine/config-key.ts';
import { dataPaths } from '../../io/paths.ts';
import { POINTERS } from '../../state/store/audit.ts';
import { type GameFlagValues, gameFromFlags } from './flags.ts';

type Flags = GameFlagValues & { readonly data?: string | undefined };

/** `game.config` of the settings, else the one config that is present. */
export function usualGame(data: string | undefined): GameConfig | undefined {
  const { config } = resolveSettings('game').settings;
  if (config !== 'none') return parseConfigKey(config);
  const [only, ...others] = presentConfigs(data);
  return others.length === 0 ? only : undefined;
}

/** @throws RrError USAGE when neither flags nor rr.yaml name a game and the folder holds none, or several. */
export function requiredGame(flags: Flags): GameConfig {
  const game = gameFromFlags(flags) ?? usualGame(flags.data);
  if (game) return game;
  const present = presentConfigs(flags.data).map(({ key }) => key);
  const here = present.length === 0 ? '' : `; this folder holds ${present.join(', ')}`;
  throw new RrError('USAGE', { detail: `which game? --board hex8 (--players 2) or --config hex8_2p${here}` });
}

/** The config to look for `model` in; undefined for a file or a hash that may be of any. @throws as requiredGame */
export function gameOfModel(flags: Flags, model: string): ConfigKey | undefined {
  const isPointer = POINTERS.some((pointer) => pointer === model);
  return isPointer ? requiredGame(flags).key : gameFromFlags(flags)?.key;
}

/** Configs with games, training files, models or runs below the data root. */
function presentConfigs(data: string | undefined): GameConfig[] {
  const paths = dataPaths(data);
  const places = (key: ConfigKey): string[] => [
    ...[paths.games(key), paths.training(key), paths.models(key)],
    join(paths.runsFolder, key),
  ];
  return CONFIG_KEYS.filter((key) => places(key).some((path) => existsSync(path))).map(parseConfigKey);
}
