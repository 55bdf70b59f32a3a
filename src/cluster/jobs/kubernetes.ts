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

function resourcesOf({ cpus, gpus, memory }: JobSpec): Record<string, string> {
  return {
    cpu: String(cpus),
    ...(memory === undefined ? {} : { memory: `${Math.ceil(memory / 2 ** 20)}Mi` }),
    ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
  };
}

/** `$(NAME)` in an argument would be replaced; a doubled dollar sign stays one. */
const literal = (text: string): string => text.replaceAll('$(', '$$$$(');
