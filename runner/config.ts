import { z } from 'zod';
import { isPublicKey } from '../lib/adapters/signing/ed25519.ts';
import { HostName, RunnerName } from '../lib/policy/policy.ts';
import { ComponentName } from '../lib/signal/signal.ts';
import { TempPattern } from './temp-pattern.ts';

const QueueUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a queue URL, such as https://sqs.eu-west-1.amazonaws.com/…',
});
/** A program and its arguments, as they are: no shell reads them. */
const commandExpected = 'must be a list: the program, then its arguments';
const Command = z
  .array(z.string(), commandExpected)
  .min(1, commandExpected)
  .refine(([program]) => program !== '', 'must begin with the name of a program')
  .refine((words) => !words.some((word) => word.includes('\0')), 'must not hold the character zero');
const EnvironmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');

export const WorkTreeConfig = z.strictObject({
  path: z.string().min(1),
  component: ComponentName,
  /** How the component is verified after a rollback: exit 0 means that it works. */
  check: z.strictObject({
    command: Command,
    timeoutSeconds: z.number().positive().max(3600).default(300),
    /** Environment variables that the commands of this work tree get besides the usual few. */
    environment: z.array(EnvironmentName).max(50).default([]),
  }),
  retry: z
    .strictObject({
      /** Run before each check: what failed is done again (a build, a restart). */
      command: Command.optional(),
      attempts: z.int().min(1).max(10).default(2),
      backoffSeconds: z.number().min(0).max(600).default(5),
    })
    .prefault({}),
});
export type WorkTreeConfig = z.infer<typeof WorkTreeConfig>;

/** A program that the host's owner allows, with its limits. */
export const Program = z.strictObject({
  command: Command,
  /** Where it runs; the folder of runner.yml when left out. */
  folder: z.string().min(1).optional(),
  environment: z.array(EnvironmentName).max(50).default([]),
  timeoutSeconds: z.number().positive().max(3600).default(60),
  /** A program that prints more than this is ended. */
  outputLimitBytes: z.int().min(1000).max(100_000_000).default(1_000_000),
});
export type Program = z.infer<typeof Program>;

const TempFiles = z.strictObject({ root: z.string().min(1), pattern: TempPattern });

/** What the tools know about a component on this host. */
export const HostComponent = z.strictObject({
  /** How it is stopped, started, and asked whether it is well: exit 0 means yes. */
  stop: Program.optional(),
  start: Program.optional(),
  health: Program.optional(),
  diagnose: z
    .strictObject({
      /** Units of systemd or names of processes. */
      services: z.array(z.string().min(1).max(100)).max(50).default([]),
      /** Ports that somebody should listen on. */
      ports: z.array(z.int().min(1).max(65_535)).max(50).default([]),
      /** Its own checks, by name. */
      checks: z.record(z.string().min(1).max(60), Program).default({}),
      /** Where recent errors are looked for: a unit of journald, or files. */
      journal: z.string().min(1).max(200).optional(),
      logs: z.array(z.string().min(1)).max(20).default([]),
    })
    .prefault({}),
  clean: z
    .strictObject({
      /** Only what matches a pattern inside its root is removed; a pattern never reaches outside of it. */
      temp: z.array(TempFiles).max(20).default([]),
      /** The folder with pending/, in-progress/, failed/ and done/. */
      queue: z.string().min(1).optional(),
    })
    .optional(),
  /** A rollback that is not git's: one command brings the component back, the other undoes that. Each with its own verify. */
  rollback: z
    .strictObject({
      /** Prints, one a line, what `apply` would do; changes nothing. */
      preview: Program,
      apply: Program,
      undo: Program,
      verify: Program,
    })
    .optional(),
  /** Folder of YAML work items that is kept equal to the work queue. */
  mirror: z
    .strictObject({ folder: z.string().min(1), everySeconds: z.number().min(1).max(3600).default(15) })
    .optional(),
});
export type HostComponent = z.infer<typeof HostComponent>;

/** A workaround that can be pressed in Slack; what it does stands here and nowhere else. */
export const HostAction = Program.extend({
  component: ComponentName,
  title: z.string().min(1).max(100),
  undo: Program.optional(),
  verify: Program.optional(),
});
export type HostAction = z.infer<typeof HostAction>;

/** runner.yml. Paths are relative to the folder that the file is in. */
export const RunnerConfig = z.strictObject({
  name: RunnerName,
  queues: z.strictObject({ commands: QueueUrl, results: QueueUrl, failures: QueueUrl }),
  keys: z.strictObject({
    /** The runner's own private key; made at the first start, readable by its owner alone. */
    file: z.string().min(1),
    /** The public key of whoever commands this runner. */
    recovery: z.string().refine(isPublicKey, 'must be an Ed25519 public key (SPKI in base64)'),
  }),
  /** The runner's notebook: what it was told, did and reported. */
  journal: z.string().min(1),
  workTrees: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ -'), WorkTreeConfig)
    .default({}),
  components: z.record(ComponentName, HostComponent).default({}),
  actions: z.record(HostName, HostAction).default({}),
  /** The table of the work queue and the gates; needed by `mirror`. */
  table: z.string().min(1).optional(),
});
/** `file`: where it was read from. */
export type RunnerConfig = z.infer<typeof RunnerConfig> & { file?: string };
