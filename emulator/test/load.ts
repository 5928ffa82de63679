/**
 * `npm run bench:emulator`: how fast the emulator starts, how much it answers and how much memory it
 * takes, as the package is run: compiled, in a process of its own, under the default settings but for
 * the rate limit. Figures of a machine, so nothing asserts them; emulator/README.md has ours.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Secret, TOTP } from 'otpauth';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const USERS = 10_000;
const STARTS = 7;
const REQUESTS = 5_000;
const IN_FLIGHT = 16;
const TICKS_PER_SECOND = 100;
/** Each may have 51 authenticators. */
const TOKENS = 200;
const CLIENT = { client_id: 'mfa-enrollment', client_secret: 'mfa-enrollment-secret' };
const PASSWORD = 'secret';
/** At SIGUSR2 it collects what nothing holds any more, and says what is left. */
const COLLECT = `process.on('SIGUSR2', () => {
  gc();
  console.error(JSON.stringify(process.memoryUsage()));
});`;
const COLLECTING = [
  '--expose-gc',
  '--import',
  `data:text/javascript,${encodeURIComponent(COLLECT)}`,
];

interface Started {
  readonly issuer: string;
  readonly tookMs: number;
  /** Seconds of a core that it has used so far. */
  readonly cpu: () => number;
  readonly rssMb: () => number;
  /** What it holds on to, without what is only not collected yet. */
  readonly heldMb: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function start(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Started> {
  const from = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, join(FOLDER, 'dist/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = createInterface({ input: child.stderr });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const tookMs = performance.now() - from;
  const ready = JSON.parse(line) as { issuer: string };
  const pid = String(child.pid);
  return {
    ...{ issuer: ready.issuer, tookMs },
    cpu: () => cpuOf(pid),
    rssMb: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', pid]).toString()) / 1_024,
    heldMb: async () => {
      child.kill('SIGUSR2');
      const [usage] = (await once(said, 'line')) as [string];
      const { heapUsed, external } = JSON.parse(usage) as NodeJS.MemoryUsage;
      return (heapUsed + external) / 2 ** 20;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function send(url: string, body?: unknown, bearer?: string): Promise<Record<string, string>> {
  const response = await fetch(url, {
    headers: {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok && !text.includes('mfa_required')) {
    throw new Error(`${url}: ${response.status} ${text}`);
  }
  return JSON.parse(text) as Record<string, string>;
}

function logIn(issuer: string, user: number): Promise<Record<string, string>> {
  return send(`${issuer}oauth/token`, {
    ...CLIENT,
    ...{ grant_type: 'password', username: `user-${user}@example.com`, password: PASSWORD },
    ...{ audience: `${issuer}mfa/`, scope: 'enroll read:authenticators' },
  });
}

/** Linux only; other systems tell whole seconds, which is too coarse. */
function cpuOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Requests for each second of a core that the emulator used: what one core gives, however much else
 * runs on the machine.
 */
async function rate(
  { cpu }: Started,
  request: (number: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let number = next++; number < REQUESTS; number = next++) await request(number);
  };
  const from = cpu();
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return Math.round(REQUESTS / (cpu() - from));
}

async function main(): Promise<void> {
  execFileSync('npm', ['run', 'build'], { cwd: FOLDER, stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'emulator-load-'));
  try {
    const starts: number[] = [];
    const cores: number[] = [];
    for (let count = 0; count < STARTS; count += 1) {
      const emulator = await start([]);
      starts.push(Math.round(emulator.tookMs));
      cores.push(Math.round(emulator.cpu() * 1_000));
      await emulator.stop();
    }
    console.log(
      `start-up: ${median(starts)} ms, ${median(cores)} ms of a core; Node alone ${median(nodeAlone())} ms`,
    );
    await measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same machine at the same moment: what a start takes that does nothing. */
function nodeAlone(): readonly number[] {
  return Array.from({ length: STARTS }, () => {
    const from = performance.now();
    execFileSync(process.execPath, ['--eval', '0']);
    return Math.round(performance.now() - from);
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function measure(folder: string): Promise<void> {
  const config = join(folder, 'emulator.json');
  const users = Array.from({ length: USERS }, (_, number) => ({
    ...{ email: `user-${number}@example.com`, password: PASSWORD },
  }));
  writeFileSync(config, JSON.stringify({ users, settings: { requestsPerSecond: 'off' } }));
  const emulator = await start(['--config', config], COLLECTING);
  const { issuer } = emulator;
  await tellMemory(`memory with ${USERS} users`, emulator);
  const logins = await Promise.all(
    Array.from({ length: TOKENS }, (_, number) => logIn(issuer, number)),
  );
  const token = (number: number) => logins[number % TOKENS]?.['access_token'] ?? '';
  const otp = { authenticator_types: ['otp'] };
  const associate = await rate(emulator, (n) => send(`${issuer}mfa/associate`, otp, token(n)));
  const list = await rate(emulator, (n) =>
    send(`${issuer}mfa/authenticators`, undefined, token(n)),
  );
  const mfaToken = await confirmed(issuer);
  const challenge = await rate(emulator, () =>
    send(`${issuer}mfa/challenge`, { ...CLIENT, mfa_token: mfaToken }),
  );
  const login = await rate(emulator, (n) => logIn(issuer, TOKENS + 1 + (n % TOKENS)));
  console.log(`requests for each second of a core, ${IN_FLIGHT} in flight:`);
  console.log(`  POST /mfa/associate (otp)  ${associate}`);
  console.log(`  GET /mfa/authenticators    ${list}`);
  console.log(`  POST /mfa/challenge        ${challenge}`);
  console.log(`  POST /oauth/token          ${login}`);
  await tellMemory(`memory after ${4 * REQUESTS} requests`, emulator);
  await emulator.stop();
}

async function tellMemory(when: string, { rssMb, heldMb }: Started): Promise<void> {
  const before = Math.round(rssMb());
  const held = Math.round(await heldMb());
  console.log(
    `${when}: ${before} MB, ${Math.round(rssMb())} MB after a collection, ${held} MB held`,
  );
}

/** An `mfa_token` of a user with a confirmed factor. */
async function confirmed(issuer: string): Promise<string> {
  const { access_token: access = '' } = await logIn(issuer, TOKENS);
  const made = await send(`${issuer}mfa/associate`, { authenticator_types: ['otp'] }, access);
  await send(`${issuer}oauth/token`, {
    ...CLIENT,
    grant_type: 'http://auth0.com/oauth/grant-type/mfa-otp',
    mfa_token: access,
    otp: new TOTP({ secret: Secret.fromBase32(made['secret'] ?? '') }).generate(),
  });
  return (await logIn(issuer, TOKENS))['mfa_token'] ?? '';
}

await main();
