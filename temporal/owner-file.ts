/** Files that only their owner may read, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnrollmentError } from './enrollment-error.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const OTHERS = 0o077;

export type OwnerFileProblem =
  'exists' | 'missing' | 'open-to-others' | 'too-large' | 'content' | 'inaccessible';

export class OwnerFileError extends EnrollmentError {
  override readonly name = 'OwnerFileError';
  readonly code = 'owner-file';
  readonly why: OwnerFileProblem;
  readonly path: string;
  /** What is wrong with it and what to do, without the path. */
  readonly rule: string;

  constructor(why: OwnerFileProblem, path: string, rule: string, options?: ErrorOptions) {
    super(`The file ${path} ${rule}.`, options);
    this.why = why;
    this.path = path;
    this.rule = rule;
  }
}

/** @throws OwnerFileError `exists` where nothing may be replaced, or `inaccessible`. */
export async function writeOwnerFile(
  path: string,
  text: string,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.draft`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
    const file = await open(draft, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link does not replace what stands there.
    await (replace ? rename(draft, path) : link(draft, path));
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      const rule = 'exists already; move it away, or name another file';
      throw new OwnerFileError('exists', path, rule, { cause: error });
    }
    throw inaccessible(path, error);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * @param wayOut - what to do where there is none
 * @throws OwnerFileError
 */
export async function readOwnerFile(
  path: string,
  bytesMax: number,
  wayOut: string,
): Promise<string> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw inaccessible(path, error);
    throw new OwnerFileError('missing', path, `does not exist; ${wayOut}`, { cause: error });
  }
  try {
    const { mode, size } = await file.stat();
    if ((mode & OTHERS) !== 0) {
      throw new OwnerFileError('open-to-others', path, 'is open to others; chmod it to 600');
    }
    if (size > bytesMax) {
      throw new OwnerFileError(
        'too-large',
        path,
        `must have at most ${bytesMax} bytes; see that it is the right one`,
      );
    }
    return await file.readFile('utf8');
  } catch (error) {
    // A folder is opened like a file; container engines make one where a file to mount is missing.
    throw error instanceof OwnerFileError ? error : inaccessible(path, error);
  } finally {
    await file.close();
  }
}

function inaccessible(path: string, cause: unknown): OwnerFileError {
  const rule = `cannot be used (${errorCode(cause)}); check that it is a file, and its folder's rights`;
  return new OwnerFileError('inaccessible', path, rule, { cause });
}

/** What Node calls it: `ENOENT` and so on. */
export function errorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : 'unknown';
}
