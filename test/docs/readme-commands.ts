import { readFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);

/** The code block of a language under a heading of the README. */
export function readmeBlock(heading: string, language: string): string {
  const text = readFileSync(README, 'utf8');
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const [, block] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(section) ?? [];
  if (block === undefined) throw new Error(`README.md has no ${language} block: ${heading}.`);
  return block;
}

/** The commands of a shell block, without comments; one that spans lines is one. */
export function readmeCommands(heading: string): readonly string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of readmeBlock(heading, 'sh').split('\n')) {
    open = open === '' ? withoutComment(line) : `${open}\n${withoutComment(line)}`;
    const quotes = open.split("'").length - 1;
    if (quotes % 2 === 1) continue;
    if (open !== '') commands.push(open);
    open = '';
  }
  return commands;
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s+)# .*$/, '').trimEnd();
}
