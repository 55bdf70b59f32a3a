/** The command that continues a training which was stopped. */
import { quoteArgv } from '../../io/shell.ts';
import type { TrainingFiles } from '../../train/driver/inputs.ts';

/** `typed`: the arguments of the command as it was started. Files that came by stdin are named. */
export function howToResume(typed: readonly string[], { paths, fromStdin }: TrainingFiles, seed: number): string {
  const has = (flag: string): boolean => typed.some((word) => word === flag || word.startsWith(`${flag}=`));
  const words = [
    ...(fromStdin ? paths : []),
    ...typed.filter((word) => !(fromStdin && word === '-') && word !== '--resume' && word !== '--no-resume'),
    ...(has('--seed') ? [] : ['--seed', String(seed)]),
    '--resume',
  ];
  return `to continue: rr train ${quoteArgv(words)}`;
}
