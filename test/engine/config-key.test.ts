import { expect, test } from 'vitest';
import { CONFIG_KEYS, parseConfigKey } from '../../src/engine/config-key.ts';

test('twelve keys, each of which reads back', () => {
  expect(CONFIG_KEYS).toHaveLength(12);
  for (const key of CONFIG_KEYS) expect(parseConfigKey(key).key).toBe(key);
});

test.each(['hex8', 'hex8_5p', 'hex8_1p', 'hex9_2p', 'hex8_2px', '', 'toString_2p'])('%j is refused', (key) => {
  expect(() => parseConfigKey(key)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
