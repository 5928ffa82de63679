import type { Faults } from '../http/faults.ts';
import type { Journal } from '../http/journal.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** What is seen and changed under `/_emulator/`. */
export interface Controlled {
  readonly issuer: string;
  readonly tenant: Tenant;
  readonly journal: Journal;
  readonly faults: Faults;
}
