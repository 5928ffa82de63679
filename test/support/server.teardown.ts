import { rm } from 'node:fs/promises';
import { takeRunning } from './running-server.ts';

export default async function tearDown(): Promise<void> {
  const running = takeRunning();
  if (running === undefined) return;
  await running.server.stop();
  await rm(running.cache, { recursive: true, force: true });
}
