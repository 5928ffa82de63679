/**
 * What a shape is made of. Anybody who may write to the namespace may send anything: a shape reads what arrives,
 * names each problem as `field: rule and way out` without the value, and prints itself as JSON Schema.
 *
 * A field that is `null` is absent: typed clients write one for whatever they leave out.
 */
import { Problems } from './problems.ts';
import type { Typed } from './typed.ts';
import { misspelt, UNTOLD } from './unknown-fields.ts';

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<T> {
  jsonSchema(): JsonSchema;
  /** @returns what counts where no problem was found */
  read(input: unknown, reading: Reading): T | undefined;
}

export interface OptionalShape<T> extends Shape<T> {
  readonly optional: true;
}

type Fields<T> = {
  readonly [Name in keyof T]-?: Partial<Pick<T, Name>> extends Pick<T, Name>
    ? OptionalShape<T[Name]>
    : Shape<T[Name]>;
};

/** The fields of an object as they were given, those that are `null` left out. */
type Given = ReadonlyMap<string, unknown>;

interface ObjectOptions {
  /** Its fields are not ours alone: whatever else it holds is nobody's mistake. */
  readonly open?: true;
  /** A rule of several fields. */
  readonly also?: (given: Given, problem: (name: string, rule: string) => void) => void;
  /** The same in JSON Schema. */
  readonly alsoInJsonSchema?: JsonSchema;
}

/** Marks an argument that could not be decoded; the same as in `payload-converter.cjs`. */
const UNDECODABLE = Symbol.for('mfa.undecodable');

/** One look at one input: where in it one is, and what was wrong so far. */
export class Reading {
  readonly problems: Problems;
  /** Whether a field that no shape knows is refused, whatever it is called. */
  readonly strict: boolean;
  readonly #at: string;

  constructor(problems: Problems, strict: boolean, at = '') {
    this.problems = problems;
    this.strict = strict;
    this.#at = at;
  }

  field(name: string): Reading {
    return new Reading(this.problems, this.strict, this.#at === '' ? name : `${this.#at}.${name}`);
  }

  /** @returns nothing, as what cannot be read is read as */
  problem(rule: string, what = ''): undefined {
    const subject = this.#at === '' ? what : `${this.#at}:`;
    this.problems.add(subject === '' ? rule : `${subject} ${rule}`);
  }
}

/**
 * For a running enrollment, which may be older than its sender: a field that it does not know is ignored, unless it
 * is a known one misspelt.
 */
export function check<T>(shape: Shape<T>, input: unknown): Checked<T> {
  return checked(shape, input, false);
}

/** For our own edges, which are as new as what they send: every unknown field is refused. */
export function checkStrictly<T>(shape: Shape<T>, input: unknown): Checked<T> {
  return checked(shape, input, true);
}

function checked<T>(shape: Shape<T>, input: unknown, strict: boolean): Checked<T> {
  const problems = new Problems();
  const value = shape.read(input, new Reading(problems, strict));
  if (value === undefined || !problems.none) return { ok: false, problems: problems.told };
  return { ok: true, value };
}

/** @param problemOf - of a text that is neither empty nor too long */
export function text(
  charactersMax: number,
  problemOf: (value: string) => string | undefined = () => undefined,
): Shape<string> {
  return {
    jsonSchema: () => ({ type: 'string', minLength: 1, maxLength: charactersMax }),
    read(input, reading) {
      if (typeof input !== 'string' || input === '' || input.length > charactersMax) {
        return reading.problem(`must be a string of 1 to ${charactersMax} characters`);
      }
      const problem = problemOf(input);
      return problem === undefined ? input : reading.problem(problem);
    },
  };
}

export function wholeNumber(minimum: number, maximum: number): Shape<number> {
  return {
    jsonSchema: () => ({ type: 'integer', minimum, maximum }),
    read: (input, reading) =>
      Number.isSafeInteger(input) && Number(input) >= minimum && Number(input) <= maximum
        ? Number(input)
        : reading.problem(`must be a whole number from ${minimum} to ${maximum}`),
  };
}

export function oneOf<T extends string>(values: readonly T[], rule: string): Shape<T> {
  return {
    jsonSchema: () => ({ enum: values }),
    read: (input, reading) => values.find((value) => value === input) ?? reading.problem(rule),
  };
}

/** What a person types; the schema says how a program writes it. */
export function typed(
  readTyped: (input: unknown) => Typed,
  jsonSchema: () => JsonSchema,
): Shape<string> {
  return {
    jsonSchema,
    read(input, reading) {
      const result = readTyped(input);
      return result.ok ? result.value : reading.problem(result.problem);
    },
  };
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return {
    optional: true,
    jsonSchema: () => ({ anyOf: [shape.jsonSchema(), { type: 'null' }] }),
    read: (input, reading) => (input === undefined ? undefined : shape.read(input, reading)),
  };
}

/** Reads by the one shape that the input is meant to fit, so that problems are told in its terms alone. */
export function either<T>(
  shapes: readonly Shape<T>[],
  choose: (given: Given) => Shape<T>,
): Shape<T> {
  return {
    jsonSchema: () => ({ anyOf: shapes.map((shape) => shape.jsonSchema()) }),
    read: (input, reading) => choose(givenIn(input) ?? new Map()).read(input, reading),
  };
}

/** Takes the bare value of its one needed field, too, as it is typed at a terminal; the schema has the object alone. */
export function bare<T>(name: keyof T & string, shape: Shape<T>): Shape<T> {
  const isBare = (input: unknown) => typeof input === 'string' || typeof input === 'number';
  return {
    jsonSchema: () => shape.jsonSchema(),
    read: (input, reading) => shape.read(isBare(input) ? { [name]: input } : input, reading),
  };
}

/** @param what - that it is, with its article */
export function object<T extends object>(
  what: string,
  fields: Fields<T>,
  { open, also, alsoInJsonSchema }: ObjectOptions = {},
): Shape<T> {
  const shapes = Object.entries<Shape<unknown>>(fields);
  const known = shapes.map(([name]) => name);
  return {
    jsonSchema: () => ({
      type: 'object',
      properties: Object.fromEntries(shapes.map(([name, shape]) => [name, shape.jsonSchema()])),
      required: shapes.filter(([, shape]) => !('optional' in shape)).map(([name]) => name),
      ...(open === undefined && { additionalProperties: false }),
      ...alsoInJsonSchema,
    }),
    read(input, reading) {
      const given = objectIn(input, what, reading);
      if (given === undefined) return undefined;
      const read = shapes
        .map(([name, shape]) => [name, shape.read(given.get(name), reading.field(name))] as const)
        .filter(([, value]) => value !== undefined);
      const problem = (name: string, rule: string) => reading.field(name).problem(rule);
      also?.(given, problem);
      if (open === undefined) {
        const unknown = [...given.keys()].filter((name) => !known.includes(name));
        for (const name of toldNames(unknown, known, reading.strict)) {
          problem(name, `is not a field here; known are ${known.join(', ')}`);
        }
      }
      // Each field is what its shape makes of it; `Fields` has one for every field of `T`.
      return Object.fromEntries(read) as T;
    },
  };
}

function toldNames(unknown: readonly string[], known: readonly string[], strict: boolean) {
  const told = misspelt(unknown, known);
  return strict && told.length < unknown.length ? [...told, UNTOLD] : told;
}

function objectIn(input: unknown, what: string, reading: Reading): Given | undefined {
  if (typeof input === 'object' && input !== null && UNDECODABLE in input) {
    return reading.problem(
      'could not be read: send it as JSON, with the encoding json/plain',
      what,
    );
  }
  // An argument that is absent lacks its fields, which are told.
  return givenIn(input ?? {}) ?? reading.problem('must be a JSON object', what);
}

function givenIn(input: unknown): Given | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  return new Map(
    Object.entries(input).filter(([, value]) => value !== null && value !== undefined),
  );
}
