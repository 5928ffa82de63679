/**
 * `npm run check:dependencies`: licences, install scripts and hashes by the lock file, then the registry's
 * known vulnerabilities. A registry that does not answer is said and passed over, for mirrors need not
 * and a check must be possible without the network; `-- --require-audit` makes it a failure, for releases.
 * Exit codes: 0 nothing found, 1 something was.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { lockFileProblems, manifestProblems } from './lock-file-rules.ts';

const REQUIRE_AUDIT = '--require-audit';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const AUDIT_MS_MAX = 60_000;

const countsSchema = z.object({
  metadata: z.object({
    vulnerabilities: z.object({ high: z.number(), critical: z.number() }),
  }),
});

/** @returns how many are high or critical; `undefined` where the registry answers no such question */
async function vulnerabilities(): Promise<number | undefined> {
  const child = spawn('npm', ['audit', '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: AUDIT_MS_MAX,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const counts = countsSchema.safeParse(parsed(Buffer.concat(chunks).toString()));
  if (!counts.success) return undefined;
  const { high, critical } = counts.data.metadata.vulnerabilities;
  return high + critical;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function json(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, name), 'utf8'));
}

const problems = [
  ...manifestProblems(await json('package.json')),
  ...manifestProblems(await json('client/package.json')),
  ...manifestProblems(await json('emulator/package.json')),
  ...lockFileProblems(await json('package-lock.json')),
];
const found = await vulnerabilities();
if (found === undefined) {
  const missing = 'Vulnerabilities were NOT looked for: the registry does not answer npm audit.';
  if (process.argv.includes(REQUIRE_AUDIT)) problems.push(missing);
  else console.error(`${missing} Before a release: npm run check:dependencies -- ${REQUIRE_AUDIT}`);
} else if (found > 0) {
  problems.push(`${found} high or critical vulnerabilities are known; see npm audit`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
