import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freeLoopbackPort, isLoopbackPortTaken } from './loopback-port.ts';

const Ports = z.strictObject({
  temporal: z.int().min(1).max(65_535),
  webUi: z.int().min(1).max(65_535),
  emulator: z.int().min(1).max(65_535),
  codec: z.int().min(1).max(65_535),
});

export type StackPorts = z.infer<typeof Ports>;

/** Taken where they are free: 7233 and 8233 are where Temporal's own tools look. */
const PREFERRED: StackPorts = { temporal: 7233, webUi: 8233, emulator: 4700, codec: 8234 };

const PROGRAMS: Record<keyof StackPorts, string> = {
  temporal: 'the Temporal server',
  webUi: "Temporal's Web UI",
  emulator: 'the Auth0 emulator',
  codec: 'the codec server',
};

/** Names each port that somebody else holds, what it is for, and the ways out. */
export class PortsTakenError extends Error {
  override readonly name = 'PortsTakenError';

  constructor(taken: readonly (keyof StackPorts)[], ports: StackPorts, file: string) {
    super(
      [
        'Another program listens where this stack did before:',
        ...taken.map((use) => `  - port ${ports[use]}, which was for ${PROGRAMS[use]}`),
        'If that is an earlier `npm start`, stop it with Ctrl-C in its terminal. Otherwise stop the',
        `other program, or delete ${file} so that free ports are chosen.`,
      ].join('\n'),
    );
  }
}

/** Free ports, whichever they are. */
export function chooseFreePorts(): Promise<StackPorts> {
  return chosen(freeLoopbackPort);
}

async function chosen(choose: (use: keyof StackPorts) => Promise<number>): Promise<StackPorts> {
  return {
    temporal: await choose('temporal'),
    webUi: await choose('webUi'),
    emulator: await choose('emulator'),
    codec: await choose('codec'),
  };
}

/**
 * The ports that this folder's stack had before, else the preferred ones, else free ones; remembered
 * in `ports.json`, for whoever kept a link to the Web UI or an issuer in a history.
 *
 * @throws PortsTakenError if a remembered one is in use.
 */
export async function rememberedPorts(folder: string): Promise<StackPorts> {
  const file = join(folder, 'ports.json');
  const remembered = await readPorts(file);
  if (remembered !== undefined) {
    const taken: (keyof StackPorts)[] = [];
    for (const use of Ports.keyof().options) {
      if (await isLoopbackPortTaken(remembered[use])) taken.push(use);
    }
    if (taken.length > 0) throw new PortsTakenError(taken, remembered, file);
    return remembered;
  }
  const ports = await chosen(async (use) =>
    (await isLoopbackPortTaken(PREFERRED[use])) ? freeLoopbackPort() : PREFERRED[use],
  );
  await writeFile(file, `${JSON.stringify(ports)}\n`, { mode: 0o600 });
  return ports;
}

async function readPorts(file: string): Promise<StackPorts | undefined> {
  try {
    const remembered = z.looseObject({}).parse(JSON.parse(await readFile(file, 'utf8')));
    // Written before there was a codec server: the other addresses stay.
    remembered['codec'] ??= await freeLoopbackPort();
    return Ports.parse(remembered);
  } catch {
    return undefined;
  }
}
