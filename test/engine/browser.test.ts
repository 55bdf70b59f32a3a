/** The engine, a tree search and the encoder of networks run where there is no Node: bundled for a browser, in an empty world. */
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { REPO_ROOT } from '../run.ts';
