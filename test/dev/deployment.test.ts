import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { SEARCH_ATTRIBUTE_FLAGS } from '../../dev/temporal-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const Service = z.looseObject({
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

async function compose(): Promise<z.infer<typeof Compose>> {
  return Compose.parse(parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')));
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
        if (/PASSWORD|SECRET|KEYS/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
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

  it('builds targets that the Dockerfile has', async () => {
    const [{ services }, file] = [await compose(), await dockerfile()];
    const targets = Object.values(services).flatMap(({ build }) => build?.target ?? []);
    expect(targets.toSorted()).toEqual(['emulator', 'worker']);
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
      expect(ignore.split('\n')).toContain(`!${source}`);
    }
  });

  it('runs on glibc, as somebody who is not root', async () => {
    const file = await dockerfile();
    for (const [, base] of file.matchAll(/^FROM (\S+)/gm)) {
      expect(base).toMatch(/^(node:20-bookworm-slim|runtime)$/);
    }
    expect(file).toMatch(/^USER node$/m);
    expect(file).toContain('ca-certificates');
  });
});
