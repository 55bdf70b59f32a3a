/** What hosts.yaml may say. Meaning of every key: config/hosts.example.yaml. */
import * as z from 'zod';
import { POINTERS } from '../../state/store/audit.ts';

/** A word that can stand in a command line or a file name without a second meaning. */
const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const ADDRESS = /^[A-Za-z0-9:][A-Za-z0-9._:-]{0,253}$/;
const USER = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/;

export const HOST_STATUSES = ['active', 'draining', 'retired'] as const;
export type HostStatus = (typeof HOST_STATUSES)[number];
export const HOST_ROLES = ['selfplay', 'train', 'gauntlet', 'store'] as const;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `20MB`, `1.5 GiB`, `500000` → bytes; undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

const quantity = (example: string, suffix = '') =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const text = String(value);
    const bytes = parseBytes(suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: 'custom', message: `'${text}' is no amount; write ${example}` });
    return z.NEVER;
  });

const text = (pattern: RegExp, what: string) => z.string().regex(pattern, `is not ${what}`);
const absolute = text(/^\/[^\0\n\r]*$/, 'an absolute path');
const rate = quantity('20MB/s', '/s');

/** Keys of a host, and of `defaults`. */
const settings = {
  port: z.int().min(1).max(65535).optional(),
  user: text(USER, 'a user name').optional(),
  key: z.string().min(1).optional(),
  agent: z.boolean().optional(),
  jump: text(HOST_NAME, 'a host name').optional(),
  provider: z.string().optional(),
  status: z.enum(HOST_STATUSES).optional(),
  roles: z.array(z.enum(HOST_ROLES)).optional(),
  trust: z.array(z.enum(POINTERS)).optional(),
  gpu: z.string().optional(),
  memory: quantity('64GB').optional(),
  bandwidth: rate.optional(),
  data: absolute.optional(),
  'min-free': quantity('5GB').optional(),
  rr: z
    .union([
      z
        .string()
        .min(1)
        .transform((word) => [word]),
      z.array(z.string().min(1)).min(1),
    ])
    .optional(),
};

const Host = z.strictObject({
  ...settings,
  addresses: z.union([
    text(ADDRESS, 'an address').transform((address) => [address]),
    z.array(text(ADDRESS, 'an address')).min(1),
  ]),
});
const Defaults = z.strictObject(settings);

export const HostsFileSchema = z.strictObject({
  'known-hosts': z.string().min(1).optional(),
  defaults: Defaults.optional(),
  bandwidth: z.record(z.string().min(1), rate).optional(),
  hosts: z.record(text(HOST_NAME, 'a host name (letters, digits, dot, dash)'), Host),
});
export type HostsFile = z.infer<typeof HostsFileSchema>;

/** The known keys of the map at a path of the file. */
export function hostsFileKeys(path: readonly (string | number)[]): readonly string[] {
  if (path.length === 0) return Object.keys(HostsFileSchema.shape);
  return Object.keys(path[0] === 'hosts' ? Host.shape : settings);
}
