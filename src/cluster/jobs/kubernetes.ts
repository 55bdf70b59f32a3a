/** An Indexed Job (batch/v1; Kubernetes 1.33 and later have all fields in their stable form). */
import { stringify } from 'yaml';
import { GRACE_S, HOPELESS, type JobSpec, SHARD } from './spec.ts';

export interface KubernetesOptions {
  readonly image: string;
  /** Claim of the volume that holds the data folder. */
  readonly claim: string | undefined;
}

const CONTAINER = 'rr';
const DATA = '/data';

/**
 * Exit-code policy: what trying again cannot cure fails its index at once, a pod taken away by the cluster does not
 * count, everything else is tried again a few times.
 */
export function kubernetesJob(spec: JobSpec, { image, claim }: KubernetesOptions): string {
  const { name, shards, parallel, seconds } = spec;
  const [command = 'rr', ...words] = [...spec.rr, ...spec.stage, '--shard', `${SHARD}/${shards}`];
  const resources = resourcesOf(spec);
  return stringify(
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        completions: shards,
        parallelism: parallel ?? shards,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 5,
        maxFailedIndexes: shards,
        podFailurePolicy: {
          rules: [
            {
              action: 'FailIndex',
              onExitCodes: { containerName: CONTAINER, operator: 'In', values: [...HOPELESS] },
            },
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          ],
        },
        template: {
          spec: {
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: GRACE_S,
            ...(seconds === undefined ? {} : { activeDeadlineSeconds: seconds }),
            containers: [
              {
                name: CONTAINER,
                image,
                // JOB_COMPLETION_INDEX is set by Kubernetes, and $(…) is filled in by it: no shell is involved
                command: [literal(command)],
                args: words.map((word) => word.split(SHARD).map(literal).join('$(JOB_COMPLETION_INDEX)')),
                env: [
                  { name: 'RR_SHARDS', value: String(shards) },
                  ...(claim === undefined ? [] : [{ name: 'RR_DATA', value: DATA }]),
                ],
                resources: { requests: resources, limits: resources },
                ...(claim === undefined ? {} : { volumeMounts: [{ name: 'data', mountPath: DATA }] }),
              },
            ],
            ...(claim === undefined
              ? {}
              : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] }),
          },
        },
      },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

export interface CronJobSpec {
  readonly name: string;
  /** Five fields of crontab(5). */
  readonly schedule: string;
  readonly words: readonly string[];
  /** Longest time of a run. Seconds. */
  readonly seconds: number;
  readonly image: string;
  readonly claim: string | undefined;
}

/** A CronJob (batch/v1). Runs that overlap are left to the leases of rr, but for those of the same job. */
export function kubernetesCronJob({ name, schedule, words, seconds, image, claim }: CronJobSpec): string {
  const [command = 'rr', ...args] = words;
  const volume =
    claim === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] };
  const mount = claim === undefined ? {} : { volumeMounts: [{ name: 'data', mountPath: DATA }] };
  const container = {
    ...{ name: CONTAINER, image, command: [literal(command)], args: args.map(literal) },
    ...(claim === undefined ? {} : { workingDir: DATA, env: [{ name: 'RR_DATA', value: DATA }] }),
    ...mount,
  };
  const pod = { restartPolicy: 'Never', terminationGracePeriodSeconds: GRACE_S, containers: [container], ...volume };
  return stringify(
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: seconds, template: { spec: pod } } },
      },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function resourcesOf({ cpus, gpus, memory }: JobSpec): Record<string, string> {
  return {
    cpu: String(cpus),
    ...(memory === undefined ? {} : { memory: `${Math.ceil(memory / 2 ** 20)}Mi` }),
    ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
  };
}

/** `$(NAME)` in an argument would be replaced; a doubled dollar sign stays one. */
const literal = (text: string): string => text.replaceAll('$(', '$$$$(');
