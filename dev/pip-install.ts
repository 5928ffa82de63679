import { type CommandResult, runCommand } from './bounded-command.ts';

export const PYTHONS: readonly string[] = ['python3', 'python'];

export interface PipInstallOptions {
  /** Exact versions, each with the checksums of its wheels; all that is needed stands in it. */
  readonly requirementsFile: string;
  /** A folder that is not there yet: pip replaces nothing in one that is. */
  readonly target: string;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  /** Tried in turn. Default `python3`, then `python`. */
  readonly pythons?: readonly string[];
}

export type PipInstalled =
  | { readonly python: string }
  /** `fatal`: what was fetched is not what was asked for, so that no other way should be tried. */
  | { readonly problem: string; readonly fatal?: boolean };

/** Wheels alone, so that nothing of a package runs while it is installed. */
export async function pipInstall(options: PipInstallOptions): Promise<PipInstalled> {
  const { requirementsFile, target, timeoutMs, env, pythons = PYTHONS } = options;
  const problems: string[] = [];
  for (const python of pythons) {
    const result = await runCommand(
      python,
      // prettier-ignore
      ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps',
        '--only-binary', ':all:', '--require-hashes', '--target', target, '-r', requirementsFile],
      {
        timeoutMs,
        // A developer's habit of installing into environments only does not concern a cache.
        env: { ...env, PIP_REQUIRE_VIRTUALENV: 'false', PIP_ROOT_USER_ACTION: 'ignore' },
      },
    );
    if (result.status === 'ok') return { python };
    if (/DO NOT MATCH THE HASHES/.test(result.stderr)) {
      return { problem: 'pip: what was fetched does not match its checksum', fatal: true };
    }
    problems.push(`${python}: ${explained(result, timeoutMs)}`);
    if (result.status === 'timed-out') break;
  }
  return { problem: problems.join('; ') };
}

function explained({ status, stderr }: CommandResult, timeoutMs: number): string {
  if (status === 'not-found') return 'not installed';
  if (status === 'timed-out') return `pip did not end within ${timeoutMs / 1000} s`;
  if (/No module named pip/.test(stderr)) return 'has no pip';
  const [, missing] = /No matching distribution found for ([\w.-]+==[\w.]+)/.exec(stderr) ?? [];
  if (missing !== undefined) return `pip finds no ${missing} for this platform and Python`;
  return `pip failed: ${stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? ''}`;
}
