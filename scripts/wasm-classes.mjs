// Classes that a script has for a module though there can be no object of them: the platform's crates export some to whoever uses them
// from JavaScript, which nobody does. With all that they call they are half a percent of the upload.

import { exportedNames, withoutExports } from "./wasm-sections.mjs";

/** A class as wasm-bindgen writes it and esbuild shortens it: its name and its body. */
const CLASS = /var ([\w$]+)=class(?: [\w$]+)?\{((?:(?!\};Symbol\.dispose).)*)\};Symbol\.dispose&&\(\1\.prototype\[Symbol\.dispose\]=\1\.prototype\.free\);/gs;

/** What makes an object of a class: whoever is given it, or the module. */
const MAKES = /\bconstructor\(|\bstatic __wrap\(/;

const WORD = /[\w$]+/g;

/** The module and the script without them. What only they called is still in the module. */
export function withoutUnmadeClasses(module, script) {
  const classes = [...script.matchAll(CLASS)];
  if (classes.length !== (script.match(/\bSymbol\.dispose&&/g) ?? []).length) throw new Error("the script writes its classes otherwise");
  const unmade = classes.filter(([, , body]) => !MAKES.test(body));
  let left = script;
  for (const [text, name, body] of unmade) {
    left = left.replace(text, "");
    const [, registry] = body.match(/([\w$]+)\.unregister\(this\)/);
    left = withoutItem(left, `${escaped(registry)}=typeof FinalizationRegistry>"u"\\?(?:(?!_free\\().)*_free\\([\\w$]+,1\\)\\}\\)`);
    const proxy = left.match(new RegExp(`([\\w$]+)=new Proxy\\(${escaped(name)},[\\w$]+\\)`));
    if (!proxy) continue;
    left = withoutItem(left, escaped(proxy[0]));
    left = withoutItem(left, `${escaped(proxy[1])} as [\\w$]+`);
  }
  const [theirs, others] = [unmade.map(([, , body]) => body).join(" "), left].map((text) => new Set(text.match(WORD)));
  const freed = new Set([...script.matchAll(/\.(__wbg_\w+_free)\(/g)].map(([, name]) => name).filter((name) => !others.has(name)));
  const dead = exportedNames(module).filter((name) => freed.has(name) || (theirs.has(name) && !others.has(name)));
  return { module: withoutExports(module, new Set(dead)), script: left };
}

/** A script without one item of a list. */
function withoutItem(script, pattern) {
  const item = new RegExp(`(?<![\\w$])${pattern}`, "s").exec(script);
  if (!item) throw new Error(`the script has no ${pattern}`);
  const [start, end] = [item.index, item.index + item[0].length];
  if (script[end] === ",") return script.slice(0, start) + script.slice(end + 1);
  if (script[start - 1] === ",") return script.slice(0, start - 1) + script.slice(end);
  throw new Error(`${item[0]} stands in no list`);
}

const escaped = (name) => name.replace(/[$()]/g, "\\$&");
