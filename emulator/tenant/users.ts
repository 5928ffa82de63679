import type { User } from './user.ts';

/** By id, and found by e-mail as well: a login must not look through ten thousand of them. */
export class Users extends Map<string, User> {
  readonly #byEmail = new Map<string, Set<User>>();

  /** Several where connections of a tenant share an address. */
  byEmail(email: string): Iterable<User> {
    return this.#byEmail.get(email) ?? [];
  }

  override set(userId: string, user: User): this {
    this.#forget(userId);
    const sharing = this.#byEmail.get(user.email) ?? new Set();
    this.#byEmail.set(user.email, sharing.add(user));
    return super.set(userId, user);
  }

  override delete(userId: string): boolean {
    this.#forget(userId);
    return super.delete(userId);
  }

  override clear(): void {
    this.#byEmail.clear();
    super.clear();
  }

  #forget(userId: string): void {
    const user = this.get(userId);
    if (user === undefined) return;
    const sharing = this.#byEmail.get(user.email);
    sharing?.delete(user);
    if (sharing?.size === 0) this.#byEmail.delete(user.email);
  }
}
