/**
 * What the published API of Kubernetes 1.33 (batch/v1 Job, core/v1 PodTemplateSpec) says about every field that we
 * write, and the rules that its validation adds. Strict: a field that is not named here fails. Written down by hand from
 * the API reference and the examples of its documentation; the schema file itself is not part of the test.
 */
import * as z from 'zod';

const int32 = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const quantity = z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/);
const resources = z.record(z.string(), quantity);

const Container = z.strictObject({
  name: label,
  image: z.string().min(1),
  command: z.array(z.string()),
  args: z.array(z.string()),
  env: z.array(z.strictObject({ name: z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/), value: z.string() })),
  resources: z.strictObject({ requests: resources, limits: resources }),
  volumeMounts: z.array(z.strictObject({ name: label, mountPath: z.string().regex(/^[^:]+$/) })).optional(),
});

const Rule = z
  .strictObject({
    action: z.enum(['FailJob', 'FailIndex', 'Ignore', 'Count']),
    onExitCodes: z
      .strictObject({
        containerName: label.optional(),
        operator: z.enum(['In', 'NotIn']),
        values: z
          .array(int32)
          .min(1)
          .max(255)
          .refine(
            (values) => values.every((value, i) => value !== 0 && value > (values[i - 1] ?? 0)),
            'sorted, no zero',
          ),
      })
      .optional(),
    onPodConditions: z
      .array(z.strictObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']) }))
      .min(1)
      .max(20)
      .optional(),
  })
  .refine((rule) => (rule.onExitCodes === undefined) !== (rule.onPodConditions === undefined), 'one requirement');

export const KubernetesJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  // pods of an Indexed Job are called <name>-<index>, which has to fit a label as well
  metadata: z.strictObject({ name: label.max(52) }),
  spec: z
    .strictObject({
      completions: int32.min(1),
      parallelism: int32,
      completionMode: z.enum(['NonIndexed', 'Indexed']),
      backoffLimitPerIndex: int32,
      maxFailedIndexes: int32,
      podFailurePolicy: z.strictObject({ rules: z.array(Rule).max(20) }),
      template: z.strictObject({
        spec: z.strictObject({
          restartPolicy: z.enum(['Never', 'OnFailure']),
          terminationGracePeriodSeconds: int32,
          activeDeadlineSeconds: int32.min(1).optional(),
          containers: z.array(Container).min(1),
          volumes: z
            .array(z.strictObject({ name: label, persistentVolumeClaim: z.strictObject({ claimName: label }) }))
            .optional(),
        }),
      }),
    })
    .refine((spec) => spec.completionMode === 'Indexed', 'backoffLimitPerIndex and FailIndex need Indexed')
    .refine((spec) => spec.template.spec.restartPolicy === 'Never', 'podFailurePolicy needs restartPolicy Never')
    .refine((spec) => spec.maxFailedIndexes <= spec.completions, 'maxFailedIndexes is at most completions')
    // limits of the API for large arrays
    .refine((spec) => spec.completions <= 100_000 || spec.maxFailedIndexes <= 10_000, 'limits of large jobs')
    .refine(
      (spec) =>
        spec.podFailurePolicy.rules.every(
          ({ onExitCodes }) =>
            onExitCodes?.containerName === undefined ||
            spec.template.spec.containers.some((container) => container.name === onExitCodes.containerName),
        ),
      'the policy names a container',
    ),
});
