/**
 * A Job has to fit two things. The published schema (batch/v1 of Kubernetes 1.31, test/fixtures/kubernetes, which says
 * where it comes from) knows fields and types. The rules that the API server adds in code (names, ranges, which fields
 * go together) are in no schema and are written down here by hand, from the API reference, for the fields that we write.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const SCHEMA = join(import.meta.dirname, '..', '..', 'fixtures', 'kubernetes', 'job-batch-v1.json');

/** Fields and types as published. A field that is unknown there fails, as with `kubectl --validate=strict`. */
export const PublishedJob = z.fromJSONSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')));

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

/** The API server's own rules. */
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
