/** Several tenants in one process: each has its own issuer, users, clients, clock and faults. */
import { type Neighbours, TenantError } from './control/neighbours.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';

export interface TenantOptions extends EmulatorOptions {
  /** Lower case letters, digits and hyphens. */
  readonly name: string;
}

export const TENANTS_MAX = 50;

type Start = (options: EmulatorOptions, neighbours: Neighbours) => Promise<Emulator>;

/** `await using tenants = await Tenants.start(startEmulator, [{ name: 'eu' }, { name: 'us' }]);` */
export class Tenants implements Neighbours, AsyncDisposable {
  readonly running = new Map<string, Emulator>();
  readonly #start: Start;
  readonly #starting = new Set<string>();

  constructor(start: Start) {
    this.#start = start;
  }

  /** All or none. */
  static async start(start: Start, options: readonly TenantOptions[]): Promise<Tenants> {
    const tenants = new Tenants(start);
    try {
      for (const tenant of options) await tenants.add(tenant);
      return tenants;
    } catch (error) {
      await tenants.close();
      throw error;
    }
  }

  async add(options: TenantOptions): Promise<Emulator> {
    const { name } = options;
    if (this.running.has(name) || this.#starting.has(name)) {
      throw new TenantError(`There is a tenant ${name} already: choose another name.`);
    }
    if (this.running.size + this.#starting.size >= TENANTS_MAX) {
      throw new TenantError(`At most ${TENANTS_MAX} tenants: remove one first.`);
    }
    this.#starting.add(name);
    try {
      const emulator = await this.#start(options, this);
      this.running.set(name, emulator);
      return emulator;
    } finally {
      this.#starting.delete(name);
    }
  }

  async remove(name: string): Promise<boolean> {
    const emulator = this.running.get(name);
    if (emulator === undefined) return false;
    this.running.delete(name);
    await emulator.close();
    return true;
  }

  async close(): Promise<void> {
    const all = [...this.running.values()];
    this.running.clear();
    await Promise.all(all.map((emulator) => emulator.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
