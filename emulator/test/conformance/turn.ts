import type { TenantSettings } from '@durable-mfa/tenant-emulator';
import type { Bench } from '../bench.ts';

/** Changes switches of a tenant that is running, which was opened with `control`. */
export async function turn(bench: Bench, settings: Partial<TenantSettings>): Promise<void> {
  const reply = await bench.send('/_emulator/settings', {
    ...{ method: 'PATCH', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(settings),
  });
  if (reply.status !== 200) throw new Error(reply.text);
}
