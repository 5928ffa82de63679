/** The packages as a stranger gets them: packed, installed in an empty folder elsewhere, compiled against and run. */
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { logInByBrowser } from '../../dev/browser-login.ts';
import { contentOf, ROOT } from '../docs/markdown.ts';
import { readmeBlock } from '../docs/readme-commands.ts';
import { type ChildProgram, startChild } from '../support/child-program.ts';
import { newestCode } from '../support/client-enrollment.ts';
import { payloadKeys } from '../support/payload-keys.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import {
  CLIENT_ID,
  createWorld,
  PHONE_NUMBER,
  REDIRECT_URI,
  type World,
} from '../support/world.ts';

/** npm packs, which compiles, and installs; from its cache, where it has one. */
const INSTALL_MS_MAX = 300_000;
const TIMEOUT_MS = 90_000;

const manifestSchema = z.object({
  version: z.string(),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const [whole, packed] = ['package.json', 'client/package.json'].map((path) =>
  manifestSchema.parse(JSON.parse(contentOf(path))),
);

/** What a person reads, and what it is in the test's world. */
function readmeProgram({ tenant, taskQueue, user, emulator }: World): string {
  const replaced = {
    '`https://${tenant}/`': JSON.stringify(emulator.issuer),
    'example.eu.auth0.com': tenant,
    '{ client, tenant }': `{ client, tenant, taskQueue: '${taskQueue}' }`,
    'CLIENT-ID': CLIENT_ID,
    'https://app.example.com/callback': REDIRECT_URI,
    'auth0|5f7c8ec7c33c6c004bbafe82': user.userId,
    '+1 415 555 0123': PHONE_NUMBER,
  };
  let program = readmeBlock('From a backend', 'ts');
  for (const [shown, meant] of Object.entries(replaced)) {
    expect(program).toContain(shown);
    program = program.replaceAll(shown, meant);
  }
  return program;
}

/** The person at the program's terminal. */
class Person {
  readonly #world: World;
  readonly #program: ChildProgram;
  #read = 0;

  constructor(world: World, program: ChildProgram) {
    this.#world = world;
    this.#program = program;
  }

  async logsIn(): Promise<void> {
    const { user, emulator } = this.#world;
    const url = await this.#shown('Open ');
    const after = emulator.inbox.messages(PHONE_NUMBER).at(-1)?.id;
    const { callbackUrl } = await logInByBrowser({
      authorizeUrl: url.slice('Open '.length),
      username: user.email,
      password: user.password,
      answerChallenge: async () =>
        (await emulator.inbox.next(PHONE_NUMBER, after === undefined ? {} : { after })).code,
    });
    this.#program.say(callbackUrl);
  }

  async typesTheTextedCode(): Promise<void> {
    await this.#shown('Type the code');
    this.#program.say(newestCode(this.#world));
  }

  async scansAndTypes(): Promise<void> {
    const uri = new URL((await this.#shown('Scan ')).slice('Scan '.length));
    const secret = Secret.fromBase32(uri.searchParams.get('secret') ?? '');
    await this.#shown('Type the code');
    this.#program.say(new TOTP({ secret }).generate({ timestamp: this.#world.clock.now() }));
  }

  async #shown(text: string): Promise<string> {
    const line = await this.#program.line(text, this.#read);
    this.#read = this.#program.output().split('\n').lastIndexOf(line) + 1;
    return line;
  }
}

describe('the packages, installed elsewhere', () => {
  let folder: TemporaryFolder;
  let tarballs: readonly string[];

  async function run(command: string, args: readonly string[], cwd = folder.path) {
    const options = { cwd, timeout: INSTALL_MS_MAX, env: plainEnvironment() };
    return promisify(execFile)(command, args, options).catch((error: unknown) => error);
  }

  beforeAll(async () => {
    folder = await temporaryFolder();
    const to = ['--pack-destination', folder.path, '--silent'];
    expect(await run('npm', ['pack', '-w', 'client', '-w', 'emulator', ...to], ROOT)).toMatchObject(
      {
        stdout: expect.stringContaining('.tgz'),
      },
    );
    tarballs = (await readdir(folder.path)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }');
    const tools = ['typescript', '@types/node'].map(
      (name) => `${name}@${whole?.devDependencies[name] ?? ''}`,
    );
    const peers = Object.entries(packed?.peerDependencies ?? {}).map(
      ([name, at]) => `${name}@${at}`,
    );
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent'];
    const files = tarballs.map((name) => `./${name}`);
    expect(await run('npm', [...args, ...files, ...peers, ...tools])).toMatchObject({ stdout: '' });
  }, INSTALL_MS_MAX);

  afterAll(async () => folder[Symbol.asyncDispose]());

  it('are of the project’s release, beside the SDK that it is built with', () => {
    expect(packed?.version).toBe(whole?.version);
    const sdk = '@temporalio/client';
    expect(packed?.peerDependencies).toEqual({ [sdk]: whole?.dependencies[sdk] });
    expect(whole?.dependencies).toMatchObject(packed?.dependencies ?? {});
  });

  it('hold nothing but what was built', async () => {
    const { stdout } = (await run('tar', ['-tzf', tarballs[0] ?? ''])) as { stdout: string };
    const files = stdout.trim().split('\n');
    const stray = files.filter(
      (path) => !/^package\/(dist\/|LICENSE|README\.md|package\.json)/.test(path),
    );
    expect(stray).toEqual([]);
    expect(files.filter((path) => /codec-server|\/cli\/|main\./.test(path))).toEqual([]);
  });

  it(
    'have nothing for publint and are-the-types-wrong to find',
    async () => {
      for (const tarball of tarballs.map((name) => join(folder.path, name))) {
        const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);
        expect(await run(bin('publint'), ['--strict', tarball])).toMatchObject({
          stdout: expect.stringContaining('All good!'),
        });
        const types = await run(bin('attw'), [
          '--profile',
          'esm-only',
          '--format',
          'json',
          tarball,
        ]);
        expect(types).not.toHaveProperty('code');
      }
    },
    TIMEOUT_MS,
  );

  it(
    'compile in a strict program, their declarations included',
    async () => {
      const uses = `
      import { startEmulator } from '@durable-mfa/tenant-emulator';
      import { openEncryption, type PayloadKeys } from '@durable-mfa/client/encryption';
      export type { PayloadKeys };
      export const used = [startEmulator, openEncryption];`;
      await writeFile(join(folder.path, 'uses.ts'), uses);
      await writeFile(join(folder.path, 'backend.ts'), readmeBlock('From a backend', 'ts'));
      const compilerOptions = {
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        ...{ skipLibCheck: false, noEmit: true, types: ['node'] },
        ...{ target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], module: 'NodeNext' },
      };
      const config = JSON.stringify({ compilerOptions, include: ['*.ts'] });
      await writeFile(join(folder.path, 'tsconfig.json'), config);
      const compiled = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
      const { stdout } = z.object({ stdout: z.string() }).parse(compiled);
      // The SDK's own declarations do not compile without `skipLibCheck`.
      const ours = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
      expect(ours.filter((line) => !line.startsWith('node_modules/@temporalio/'))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'take a person from the login to both codes by the README’s program in plain JavaScript',
    async () => {
      await using keys = await payloadKeys();
      await using world = await createWorld({ encryption: keys.plugin });
      const file = join(folder.path, 'backend.js');
      await writeFile(file, readmeProgram(world));
      await using program = startChild(file, {
        listens: true,
        env: plainEnvironment({
          TEMPORAL_ADDRESS: world.address,
          MFA_PAYLOAD_KEYS_FILE: keys.file,
        }),
      });
      const person = new Person(world, program);
      await program.line('started');
      await person.logsIn();
      await person.typesTheTextedCode();
      await person.logsIn();
      await person.scansAndTypes();
      expect(await program.line('enrolled')).toBe('enrolled');
      expect(await program.ended).toBe(0);
    },
    TIMEOUT_MS,
  );
});
