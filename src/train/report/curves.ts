/** The course of a training as an SVG file: losses, accuracies beside those of guessing, and the learning rate. */
import { lineChart, type Series } from '../../view/chart/chart.ts';
import { chartFile } from '../../view/chart/chart-style.ts';
import type { Baselines } from '../learn/baselines.ts';
import type { EpochFigures } from '../learn/progress.ts';

type Metrics = EpochFigures['train'];

/** @param guesses left out where no games were held out */
export function curvesSvg(title: string, epochs: readonly EpochFigures[], guesses?: Baselines): string {
  const curve = (name: string, of: (figures: EpochFigures) => number | undefined, dashed = false): Series => ({
    name,
    dashed,
    points: epochs.flatMap((figures) => {
      const y = of(figures);
      return y === undefined ? [] : [{ x: figures.epoch, y }];
    }),
  });
  const both = (name: string, of: (metrics: Metrics) => number): Series[] => [
    curve(`${name}, held out`, ({ validation }) => validation && of(validation)),
    curve(`${name}, learned`, ({ train }) => of(train), true),
  ];
  const level = (name: string, height: number | undefined): Series => curve(name, () => height, true);
  const chart = (what: string, yLabel: string, series: readonly Series[]): string =>
    lineChart(
      series.filter(({ points }) => points.length > 0),
      { title: `${title}: ${what}`, xLabel: 'epoch', yLabel },
    );
  return chartFile([
    chart('losses', 'nats', [
      ...both('policy', ({ losses }) => losses.policy),
      ...both('value', ({ losses }) => losses.value),
    ]),
    chart('most likely move is the best one', 'share', [
      ...both('policy', ({ policy_top1 }) => policy_top1),
      level('uniform', guesses?.uniform.policy_top1),
      level('majority', guesses?.majority.policy_top1),
    ]),
    chart('winner foretold', 'share', [
      ...both('value', ({ value_accuracy }) => value_accuracy),
      level('uniform', guesses?.uniform.value_accuracy),
      level('majority', guesses?.majority.value_accuracy),
    ]),
    chart('learning rate', '', [curve('rate', ({ learning_rate }) => learning_rate)]),
  ]);
}
