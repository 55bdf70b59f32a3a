/** The players' colours as people see them who lack one kind of cone. */
import { describe, expect, it } from 'vitest';
import { DARK, LIGHT } from '../../src/view/board/palette.ts';
import { COLOURS } from '../../src/view/board/terminal.ts';

type Triple = readonly [number, number, number];

/** Linear RGB as seen (Machado, Oliveira and Fernandes 2009, table 1, severity 1). */
const SIGHT: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** sRGB bytes to linear RGB. */
function linear(bytes: Triple): Triple {
  const one = (byte: number): number => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [one(bytes[0]), one(bytes[1]), one(bytes[2])];
}

/** Linear RGB to CIELAB under D65. */
function lab(rgb: Triple): Triple {
  const seen = (row: Triple, white: number): number => {
    const t = Math.max(0, dot(row, rgb)) / white;
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  };
  const x = seen([0.4124, 0.3576, 0.1805], 0.95047);
  const y = seen([0.2126, 0.7152, 0.0722], 1);
  const z = seen([0.0193, 0.1192, 0.9505], 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function ofHex(hex: string): Triple {
  const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [byte(1), byte(3), byte(5)];
}

/** The 6 × 6 × 6 cube of the 256-colour table. */
const ofTerminal = (code: number): Triple => {
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const at = code - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
};

const SETS: Readonly<Record<string, readonly Triple[]>> = {
  'rings, light': LIGHT.players.map(({ face }) => ofHex(face)),
  'rings, dark': DARK.players.map(({ face }) => ofHex(face)),
  'land, light': LIGHT.players.map(({ land }) => ofHex(land)),
  'land, dark': DARK.players.map(({ land }) => ofHex(land)),
  terminal: COLOURS.map(ofTerminal),
};

/** 2.3 is what can just be noticed between patches side by side; between pieces it takes several times that. */
const APART = 14;

describe.each(Object.entries(SETS))('%s', (_, colours) => {
  it.each(Object.entries(SIGHT))('keep apart with %s', (_name, matrix) => {
    const seen = colours.map(linear).map((rgb) => {
      const clip = (row: Triple): number => Math.min(1, Math.max(0, dot(row, rgb)));
      return lab([clip(matrix[0]), clip(matrix[1]), clip(matrix[2])]);
    });
    seen.forEach((a, i) => {
      for (const b of seen.slice(i + 1)) {
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(APART);
      }
    });
  });
});
