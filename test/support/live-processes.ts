import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;
const LOOKS_MAX = 500;

export interface LiveProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Processes that have the text in their arguments or environment, this one left out. A zombie is
 * dead: where nobody reaps, its entry stays.
 */
export async function processesMentioning(text: string): Promise<LiveProcess[]> {
  const found: LiveProcess[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const command = await readFile(`/proc/${name}/cmdline`, 'utf8');
      const environment = await readFile(`/proc/${name}/environ`, 'utf8');
      const status = await readFile(`/proc/${name}/status`, 'utf8');
      if (/^State:\s+[ZX]/m.test(status)) continue;
      if (!command.includes(text) && !environment.includes(text)) continue;
      found.push({ pid: Number(name), command: command.replaceAll('\0', ' ') });
    } catch {
      // It ended while it was looked at, or is another user's.
    }
  }
  return found;
}

/** Resolves once no such process is left. */
export async function nobodyMentions(text: string): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    if ((await processesMentioning(text)).length === 0) return;
    await delay(LOOK_EVERY_MS);
  }
  const left = await processesMentioning(text);
  throw new Error(`Left running: ${left.map(({ command }) => command).join(' | ')}`);
}
