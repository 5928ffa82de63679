import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Phase, Refusal } from '../../workflows/contract/enroll-mfa.ts';
import { TASK_QUEUE_DEFAULT } from '../../workflows/contract/task-queue.ts';
import { enrollMfaWorkflowId } from '../../workflows/contract/workflow-id.ts';
import { newEvents } from '../support/history-watch.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { freeLoopbackPort, LOOPBACK } from '../../dev/loopback-port.ts';
import { CLIENT_ID, CLIENT_SECRET, type World } from '../support/world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);
const COMMAND_TIMEOUT_MS = 30_000;

/** In place of npm: `npm run -s mfa -- …` without it and without the loader, as one test has shown both. */
const MFA = `#!/bin/sh
shift 4
exec '${process.execPath}' '${requiredVariable('COMPILED_CODE')}/cli/main.js' "$@"
`;

/** What the README's lines name for a reader, and what they mean in a test's world. */
const README_TENANT = 'example.eu.auth0.com';
const README_USER = 'auth0|5f7c8ec7c33c6c004bbafe82';

const descriptionSchema = z.object({
  workflowExecutionInfo: z.object({
    status: z.string(),
    searchAttributes: z.object({
      indexedFields: z.record(z.string(), z.object({ data: z.string() })).default({}),
    }),
  }),
});

/** A terminal with the Temporal CLI and our few commands; variables last from line to line. */
export class Terminal {
  readonly #world: World;
  readonly #folder: string;
  readonly #variables: Record<string, string>;

  private constructor(world: World, folder: string, variables: Readonly<Record<string, string>>) {
    this.#world = world;
    this.#folder = folder;
    this.#variables = { ...variables };
  }

  static async open(
    world: World,
    folder: string,
    variables: Readonly<Record<string, string>> = {},
    npm: 'run' | 'skipped' = 'run',
  ): Promise<Terminal> {
    const { issuer, audience, domain } = world.emulator;
    // `login` listens there, at one time for each terminal of this machine.
    const redirectUri = `http://${LOOPBACK}:${await freeLoopbackPort()}/callback`;
    world.emulator.addClient({
      ...{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUris: [redirectUri] },
    });
    const stack = { issuer, audience, domain, clientId: CLIENT_ID, redirectUri };
    await writeFile(join(folder, 'stack.json'), JSON.stringify(stack));
    await mkdir(join(folder, 'bin'));
    await symlink(requiredVariable('TEMPORAL_CLI'), join(folder, 'bin', 'temporal'));
    if (npm === 'skipped') await writeFile(join(folder, 'bin', 'npm'), MFA, { mode: 0o700 });
    return new Terminal(world, folder, variables);
  }

  /**
   * @param told - told what it prints on standard error, as it comes
   * @returns what it prints on standard output
   */
  async run(line: string, told: (text: string) => void = () => undefined): Promise<string> {
    const { tenant, user, taskQueue, address } = this.#world;
    const command = line
      .replaceAll(README_TENANT, tenant)
      .replaceAll(README_USER, user.userId)
      .replaceAll(TASK_QUEUE_DEFAULT, taskQueue)
      .replaceAll(/(mfa -- (?:device-key )?[a-z-]+)/g, `$1 --dir '${this.#folder}'`);
    const [, variable] = /^([A-Z]+)=/.exec(line) ?? [];
    const shown = variable === undefined ? command : `${command}\nprintf %s "$${variable}"`;
    const running = execute('bash', ['-euo', 'pipefail', '-c', shown], {
      cwd: ROOT,
      timeout: COMMAND_TIMEOUT_MS,
      env: plainEnvironment({
        ...this.#variables,
        TEMPORAL_ADDRESS: address,
        // A program that opens nothing.
        BROWSER: 'true',
        PATH: [join(this.#folder, 'bin'), process.env['PATH']].join(delimiter),
      }),
    });
    running.child.stderr?.setEncoding('utf8').on('data', told);
    const { stdout } = await running;
    if (variable !== undefined) this.#variables[variable] = stdout;
    return stdout;
  }

  /** What `describe` shows; it works without a worker. */
  async attribute(name: string): Promise<string | undefined> {
    const { indexedFields } = (await this.#description()).searchAttributes;
    const data = indexedFields[name]?.data;
    if (data === undefined) return undefined;
    return String(JSON.parse(Buffer.from(data, 'base64').toString('utf8')));
  }

  async untilPhase(phase: Phase): Promise<void> {
    await this.#until('MfaPhase', phase);
  }

  async untilRefused(refusal: Refusal): Promise<void> {
    await this.#until('MfaLastRefusal', refusal);
  }

  async status(): Promise<string> {
    return (await this.#description()).status;
  }

  async #until(name: string, wanted: string): Promise<void> {
    const { client, tenant, user } = this.#world;
    const handle = client.workflow.getHandle(enrollMfaWorkflowId(tenant, user.userId));
    let last: string | undefined;
    // Each look is a process of its own: one is taken when something has happened.
    for await (const events of newEvents(handle)) {
      if (events.length > 0) last = await this.attribute(name);
      if (last === wanted) return;
    }
    throw new Error(`${name} is ${last ?? 'absent'}, not ${wanted}.`);
  }

  async #description(): Promise<z.infer<typeof descriptionSchema>['workflowExecutionInfo']> {
    const text = await this.run('temporal workflow describe --workflow-id "$ID" --output json');
    return descriptionSchema.parse(JSON.parse(text)).workflowExecutionInfo;
  }
}
