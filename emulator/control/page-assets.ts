/** Style and script of `/_emulator/`. The page's policy names their hashes, so both are constants. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2f4ad0; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
section { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: 1rem 0; }
.scroll { overflow-x: auto; max-height: 26rem; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
td form { display: inline; }
code { font-size: .88em; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .6rem 0 0; }
label { display: grid; font-size: .85rem; flex: 1 1 9rem; }
input, select, button { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; width: 100%; }
button { width: auto; min-height: 2.6rem; cursor: pointer; color: #fff; background: var(--accent); border-color: var(--accent); }
button.plain { color: inherit; background: var(--soft); border-color: var(--line); }
.off { opacity: .65; }
p { margin: .3rem 0; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: 0; border: 0; overflow-wrap: anywhere; }
}
`;

/** Looks every two seconds, and not at all while nobody can see it. */
export const SCRIPT = `
const parts = [...document.querySelectorAll('[data-live]')];
const look = async () => {
  if (document.hidden) return;
  for (const part of parts) {
    try {
      const answer = await fetch(part.dataset.live);
      if (!answer.ok) continue;
      const text = await answer.text();
      if (text !== part.dataset.seen && !part.contains(document.activeElement)) part.innerHTML = text;
      part.dataset.seen = text;
      document.title = document.title.replace(/^\\(off\\) /, '');
    } catch {
      document.title = '(off) ' + document.title.replace(/^\\(off\\) /, '');
    }
  }
};
setInterval(look, 2000);
`;
