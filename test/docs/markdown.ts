import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NOT_OURS = ['node_modules', 'dist', '.git', '.cache', '.local'];

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [relative(ROOT, path)];
  });
}

/** Every file of the project, from its root. */
export const FILES = filesIn(ROOT);

export const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'));

export function contentOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Without what stands in fenced blocks, where nothing is a link or a heading. */
export function proseOf(path: string): string {
  return contentOf(path).replaceAll(/^```[^]*?^```/gm, '');
}

/** The anchors that a page makes of its headings. */
export function anchorsOf(path: string): readonly string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
