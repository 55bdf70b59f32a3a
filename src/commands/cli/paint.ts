import { Chalk, type ChalkInstance } from 'chalk';

/** A chalk that colours or does not, as the command's flags say. */
export const paints = (color: boolean): ChalkInstance => new Chalk({ level: color ? 2 : 0 });
