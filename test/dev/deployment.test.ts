import { access, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveCodecServerConfig } from '../../temporal/codec-server/config.ts';
import { FileKeyring } from '../../temporal/encryption/keyring.ts';
import { SEARCH_ATTRIBUTE_FLAGS } from '../../dev/temporal-server.ts';
import { startChild } from '../support/child-program.ts';
import { plainEnvironment } from '../support/plain-environment.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const Service = z.looseObject({
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  entrypoint: z.union([z.string(), z.array(z.string())]).optional(),
  restart: z.string().optional(),
  network_mode: z.string().optional(),
  user: z.string().optional(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

describe('a signal', () => {
  it('meets no shell that keeps it from a program: each takes the place of its own', async () => {
    const scripts = await Promise.all(['package.json', 'emulator/package.json'].map(scriptsOf));
    const nodes = scripts.flat().filter((script) => /\bnode /.test(script));
    expect(nodes.length).toBeGreaterThan(10);
    expect(nodes.filter((script) => !/^(\w+=\S+ )*exec node /.test(script))).toEqual([]);

    const commands = (await dockerfile()).match(/^(CMD|ENTRYPOINT) .*$/gm) ?? [];
    expect(commands).toHaveLength(3);
    expect(commands.filter((command) => !command.startsWith('CMD ["node", '))).toEqual([]);

    const services = Object.entries((await compose()).services);
    const shells = services.filter(
      ([, { restart, command, entrypoint }]) =>
        restart === 'unless-stopped' && [entrypoint, command].flat().includes('sh'),
    );
    expect(shells.map(([name]) => name)).toEqual(['temporal', 'temporal-ui']);
    for (const [, { command = [] }] of shells) {
      expect([command].flat().at(-1)?.trim().split('\n').at(-1)).toMatch(/^exec /);
    }
  });
});

async function scriptsOf(manifest: string): Promise<readonly string[]> {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, manifest), 'utf8')));
  return Object.values(scripts);
}

async function compose(): Promise<z.infer<typeof Compose>> {
  return Compose.parse(parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')));
}

/** The folder that is mounted as secrets, as the program that is named for it makes it. */
async function composeSecrets(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (let time = 0; time < 2; time += 1) {
    await using program = startChild('dev/compose-secrets.ts', {
      args: [folder.path],
      env: plainEnvironment(),
    });
    expect(await program.ended).toBe(0);
  }
  return folder;
}

const dockerfile = (): Promise<string> => readFile(join(ROOT, 'Dockerfile'), 'utf8');

describe('docker-compose.yml', () => {
  it('publishes on loopback only', async () => {
    const { services } = await compose();
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('keeps secrets in files, out of the environment', async () => {
    const { services, secrets } = await compose();
    for (const { environment, secrets: used } of Object.values(services)) {
      for (const name of used) expect(Object.keys(secrets)).toContain(name);
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|KEYS|TOKEN/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
      }
    }
    for (const { file } of Object.values(secrets)) expect(file).toMatch(/^\.local\/compose\//);
  });

  it('waits for services that there are', async () => {
    const { services } = await compose();
    for (const { depends_on: needed } of Object.values(services)) {
      for (const name of Object.keys(needed)) expect(Object.keys(services)).toContain(name);
    }
  });

  it('registers exactly the search attributes of the contract', async () => {
    const { services } = await compose();
    const script = String(services['temporal-namespace']?.command);
    const registered = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(
      ([, name, type]) => `${name ?? ''}=${type ?? ''}`,
    );
    expect(registered).toEqual(SEARCH_ATTRIBUTE_FLAGS.filter((flag) => !flag.startsWith('--')));
  });

  it('gives the worker only variables that it knows', async () => {
    const { services } = await compose();
    const readme = await readFile(join(ROOT, 'worker/README.md'), 'utf8');
    for (const name of Object.keys(services['worker']?.environment ?? {})) {
      expect(readme).toContain(`\`${name}\``);
    }
  });

  it('gives the worker and the codec server the same keyring, as whoever owns the file', async () => {
    const { services } = await compose();
    for (const name of ['worker', 'codec']) {
      const { environment, secrets, user } = services[name] ?? {};
      expect(environment?.['MFA_PAYLOAD_KEYS_FILE']).toBe('/run/secrets/payload-keys');
      expect(secrets).toContain('payload-keys');
      expect(user).toMatch(/^\$\{HOST_UID/);
    }
    // The workers' own key opens tokens: the codec server must not have it.
    expect(services['codec']?.secrets).not.toContain('worker-keys');
  });

  it('has each file that it mounts made, the keys for their owner alone', async () => {
    const { secrets } = await compose();
    await using folder = await composeSecrets();
    const made = await readdir(folder.path);
    for (const { file } of Object.values(secrets)) expect(made).toContain(basename(file));
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    const forOthers: string[] = [];
    for (const file of made) {
      if (((await stat(join(folder.path, file))).mode & 0o077) !== 0) forOthers.push(file);
    }
    // Read inside containers that run as other users.
    expect(forOthers.toSorted()).toEqual(['codec-ui-token', 'postgres-password']);
    await FileKeyring.open(join(folder.path, 'payload-keys.json'));
  });

  it('configures a codec server on loopback that takes the Web UI at its published address', async () => {
    const { services, secrets } = await compose();
    await using folder = await composeSecrets();
    const mounted = (path = ''): string =>
      join(folder.path, basename(secrets[basename(path)]?.file ?? ''));
    const environment = services['codec']?.environment ?? {};
    const config = await resolveCodecServerConfig({
      ...plainEnvironment(environment),
      MFA_PAYLOAD_KEYS_FILE: mounted(environment['MFA_PAYLOAD_KEYS_FILE']),
      MFA_CODEC_TOKENS_FILE: mounted(environment['MFA_CODEC_TOKENS_FILE']),
    });
    const [ui] = services['temporal-ui']?.ports ?? [];
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8234,
      origin: `http://${ui?.replace(/:\d+$/, '') ?? ''}`,
      namespace: services['worker']?.environment['TEMPORAL_NAMESPACE'],
      tokens: [
        { name: 'cli', inPath: false },
        { name: 'web-ui', inPath: true },
      ],
    });

    // In by the door, which is published where the Web UI's page is told to ask.
    expect(services['codec']?.ports).toEqual(['127.0.0.1:8234:8235']);
    const door = services['codec-door'];
    expect(door?.network_mode).toBe('service:codec');
    expect(door?.command).toEqual(expect.arrayContaining(['tcp-connect:127.0.0.1:8234']));
    expect(String(door?.command)).toContain('tcp-listen:8235');
    expect(String(services['temporal-ui']?.command)).toContain(
      'TEMPORAL_CODEC_ENDPOINT="http://127.0.0.1:8234/$$(cat /run/secrets/codec-ui-token)"',
    );
  });

  it('keeps ended enrollments for seven days', async () => {
    const script = String((await compose()).services['temporal-namespace']?.command);
    expect(script).toContain('namespace create --namespace default --retention 7d');
  });

  it('builds targets that the Dockerfile has', async () => {
    const [{ services }, file] = [await compose(), await dockerfile()];
    const targets = Object.values(services).flatMap(({ build }) => build?.target ?? []);
    expect(targets.toSorted()).toEqual(['codec', 'emulator', 'worker']);
    for (const target of targets) expect(file).toContain(` AS ${target}\n`);
  });
});

describe('Dockerfile', () => {
  it('copies files that there are, and that .dockerignore lets in', async () => {
    const ignore = await readFile(join(ROOT, '.dockerignore'), 'utf8');
    const sources = [...(await dockerfile()).matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, list]) => (list ?? '').split(' '),
    );
    expect(sources).toContain('workflows');
    for (const source of sources) {
      await access(join(ROOT, source));
      expect(ignore.split('\n')).toContain(`!${source.split('/')[0] ?? ''}`);
    }
  });

  it('starts programs that the build makes', async () => {
    const programs = [...(await dockerfile()).matchAll(/"(emulator\/)?dist\/([\w/-]+)\.js"/g)];
    expect(programs).toHaveLength(3);
    for (const [, workspace = '', program = ''] of programs) {
      await access(join(ROOT, `${workspace}${program}.ts`));
    }
  });

  it('runs on glibc, as somebody who is not root', async () => {
    const file = await dockerfile();
    for (const [, base] of file.matchAll(/^FROM (\S+)/gm)) {
      expect(base).toMatch(/^(node:20-bookworm-slim|runtime)$/);
    }
    // Every image is made from the stage that sets it, and none takes it back.
    expect(file.match(/^USER .*$/gm)).toEqual(['USER node']);
    for (const [, base, name] of file.matchAll(/^FROM (\S+) AS (\S+)$/gm)) {
      if (!['build', 'runtime'].includes(name ?? '')) expect(base).toBe('runtime');
    }
    expect(file).toContain('ca-certificates');
  });
});
