/**
 * An RSA key that is drawn from the tenant's randomness, so that a seed gives the same signing keys
 * again; Node's own key generation takes no source of randomness.
 */
import { checkPrime, createPrivateKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Randomness } from './randomness.ts';

const isPrime = promisify<bigint, boolean>(checkPrime);

const PRIME_BYTES = 128;
const PRIME_BITS = BigInt(PRIME_BYTES * 8);
const EXPONENT = 65_537n;
/** Odd numbers tried from one starting point; a prime comes after some 350 of them. */
const STEPS_MAX = 20_000;
/** Most candidates have a divisor below this, and are told so without the costly test. */
const SMALL_DIVISORS_MAX = 4_000;
const SMALL_PRIMES = smallPrimes();

export async function drawRsaKey(randomness: Randomness): Promise<KeyObject> {
  const starts = [start(randomness), start(randomness)] as const;
  const [p, q] = await Promise.all([primeFrom(starts[0]), primeFrom(starts[1])]);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parts = {
    ...{ n: p * q, e: EXPONENT, d, p, q },
    ...{ dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) },
  };
  const encoded = Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [name, base64url(value)]),
  );
  return createPrivateKey({ key: { kty: 'RSA', ...encoded }, format: 'jwk' });
}

/** Odd, and with both top bits, so that the product of two has all its bits. */
function start(randomness: Randomness): bigint {
  const drawn = BigInt(`0x${randomness.hex(PRIME_BYTES)}`);
  return drawn | 1n | (1n << (PRIME_BITS - 1n)) | (1n << (PRIME_BITS - 2n));
}

async function primeFrom(first: bigint): Promise<bigint> {
  const remainders = SMALL_PRIMES.map((prime) => Number(first % BigInt(prime)));
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const divides = (prime: number, at: number) => ((remainders[at] ?? 0) + 2 * step) % prime === 0;
    if (SMALL_PRIMES.some(divides)) continue;
    const candidate = first + 2n * BigInt(step);
    if ((candidate - 1n) % EXPONENT !== 0n && (await isPrime(candidate))) return candidate;
  }
  throw new Error('No prime among so many numbers: the randomness is not random.');
}

function smallPrimes(): readonly number[] {
  const primes: number[] = [];
  for (let number = 3; number < SMALL_DIVISORS_MAX; number += 2) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}

/** Extended Euclid: x with `value * x = 1` in the ring of `modulus`. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [x, nextX] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
