import { createHash } from 'node:crypto';

/** Styles of all server-rendered pages. No other file is needed to show one. */
export const PAGE_STYLES = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f24, #e8eaed);
  --soft: light-dark(#57606a, #a3acb6);
  --line: light-dark(#8c959f, #6e7781);
  --paper: light-dark(#ffffff, #16191d);
  --behind: light-dark(#f3f5f7, #0e1013);
  --accent: light-dark(#0b57d0, #8ab4f8);
  --on-accent: light-dark(#ffffff, #0e1013);
  --wrong: light-dark(#b3261e, #f2b8b5);
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1rem; background: var(--behind); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  max-width: 36rem; margin: 0 auto; padding: 2rem; background: var(--paper);
  border: 1px solid color-mix(in srgb, var(--line) 40%, transparent); border-radius: 12px;
}
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1.15rem; }
a { color: var(--accent); }
code, .code { font-family: ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.from { margin: 0 0 0.25rem; color: var(--soft); }
.field, fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
.field.wrong, fieldset.wrong { padding-left: 0.75rem; border-left: 3px solid var(--wrong); }
label, legend { display: block; font-weight: 600; padding: 0; }
fieldset legend { margin-bottom: 0.35rem; }
fieldset .field { margin-bottom: 0.85rem; }
fieldset .field label { font-weight: 500; }
.note { margin: 1.25rem 0; color: var(--soft); font-size: 0.9rem; }
.choice { display: flex; gap: 0.6rem; align-items: flex-start; margin: 0.35rem 0; }
.choice label { font-weight: 400; }
.choice input { width: 1.15rem; height: 1.15rem; margin-top: 0.2rem; flex: none; }
.optional, .hint { color: var(--soft); font-weight: 400; }
.hint, .error { margin: 0.1rem 0; font-size: 0.9rem; }
.error { color: var(--wrong); font-weight: 600; }
input, select, textarea {
  width: 100%; margin-top: 0.25rem; padding: 0.6rem 0.7rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
}
textarea { min-height: 7rem; resize: vertical; }
[aria-invalid="true"] { border-color: var(--wrong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button, .button {
  display: inline-block; padding: 0.65rem 1.2rem; font: inherit; font-weight: 600; cursor: pointer; text-decoration: none;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px;
}
button.quiet { color: var(--accent); background: none; border: 1px solid var(--line); }
.summary { margin: 0 0 1.5rem; padding: 0.75rem 1rem; border: 2px solid var(--wrong); border-radius: 8px; }
.summary h2 { margin: 0 0 0.25rem; }
.summary ul { margin: 0; padding-left: 1.2rem; }
.summary a { color: var(--wrong); }
.trap { position: absolute; left: -10000px; width: 1px; height: 1px; overflow: hidden; }
@media (max-width: 30rem) { body { padding: 0; } main { border: 0; border-radius: 0; } }
`.trim();

/** Its name changes with its content, so browsers may keep it for ever. */
export const PAGE_STYLES_PATH = `/assets/pages-${createHash('sha256').update(PAGE_STYLES).digest('hex').slice(0, 12)}.css`;
