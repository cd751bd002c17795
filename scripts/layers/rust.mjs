// What Rust files take from each other, read from their text: it takes no compiler, and well under a second.
//
// Read are `mod` declarations (which make the tree of modules), `use` trees, paths wherever they stand (signatures, bodies,
// macros, serde's attributes), and which names a module defines or hands on. A name is followed through every re-export to the
// file that defines it; one that a macro defines is taken to stand in the file of its module.
//
// Not read is what a method call reaches: who holds a type may call what it can do, wherever its `impl` stands.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { tokensOf } from "./tokens.mjs";

/**
 * @typedef {object} Crate    a crate as the reader needs it
 * @property {string} name    as other crates write it: `mcp_workers`
 * @property {string} start   its root file, `crates/mcp/src/lib.rs`
 *
 * @typedef {object} Arrow    one name that one file takes from another
 * @property {string} from    the file that takes it
 * @property {number} line    where, counted from 1
 * @property {string} name
 * @property {string} [to]    the file that defines it; absent where that is none of these crates
 * @property {string} [crate] the other crate's name, as written, if it comes from one; also that of a crate from elsewhere
 */

/**
 * @param {string} root      the folder that all paths start at
 * @param {Crate[]} crates
 * @returns {{arrows: Arrow[], files: Set<string>, testLines: (file: string) => Set<number>}} `files`: what the crates are made
 *   of, tests included. Of tests (`#[cfg(test)]`, in blocks or files of their own) there are no arrows.
 */
export function readCrates(root, crates) {
  const tree = new Tree(root);
  for (const { name, start } of crates) tree.roots.set(name, tree.module(start, undefined, dirname(start)));
  return { arrows: [...tree.arrows()], files: tree.files, testLines: (file) => tree.testLines.get(file) ?? new Set() };
}

const DEFINING = new Set(["fn", "struct", "enum", "union", "trait", "const", "static", "type", "macro_rules"]);
/** Of these a path can go on. */
const TYPES = new Set(["struct", "enum", "union", "trait", "type"]);
const ITEMS = new Set([...DEFINING, "use", "let", "mod", "impl", "extern"]);
/** An item that begins so ends with a semicolon, whatever braces it has. */
const ENDS_WITH_SEMICOLON = new Set(["use", "const", "static", "type", "let"]);
const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);

class Tree {
  roots = new Map();
  modules = [];
  files = new Set();
  testLines = new Map();

  constructor(root) {
    this.root = root;
  }

  /** Reads a file as a module, and all modules below it. `folder` is where the files of its children are. */
  module(file, parent, folder, isTest = false) {
    this.files.add(file);
    const text = readFileSync(join(this.root, file), "utf8");
    const module = this.#add({ file, parent, folder, words: new Set() });
    if (isTest) this.testLines.set(file, new Set(text.split("\n").map((_, index) => index + 1)));
    new Reader(this, tokensOf(text), file, isTest).block(module, true);
    return module;
  }

  inline(name, outer) {
    const { file, words } = outer;
    return this.#add({ file, parent: outer, folder: join(outer.folder, name), words });
  }

  #add(facts) {
    const id = this.modules.length;
    const module = { id, ...facts, children: new Map(), defined: new Set(), types: new Set(), uses: [], paths: [] };
    this.modules.push(module);
    return module;
  }

  /** Where `mod name;` in a module has its file. */
  childFile(module, name, path) {
    if (path) return join(dirname(module.file), path);
    const candidates = [join(module.folder, `${name}.rs`), join(module.folder, name, "mod.rs")];
    const found = candidates.find((file) => existsSync(join(this.root, file)));
    if (!found) throw new Error(`${module.file}: there is no file for \`mod ${name};\``);
    return found;
  }

  *arrows() {
    for (const module of this.modules) {
      for (const use of module.uses) yield* this.#arrowsOfUse(module, use);
      for (const { path, line } of module.paths) {
        // What a `use` has brought in already is counted there.
        const bound = module.uses.some(({ binds }) => binds === path[0]) && this.member(module, path[0], new Set(), true);
        if (bound && !bound.module) continue;
        const found = this.resolve(module, path);
        // Only a macro's path can end in a module: `$crate::module::$name`.
        yield* this.#arrow(module, line, { file: found.module?.file, name: path.at(-1), ...found });
      }
    }
  }

  *#arrowsOfUse(module, { path, glob, binds, isPublic, line }) {
    const found = this.resolve(module, path);
    if (glob && found?.module) {
      const taken = [...module.words].filter((word) => this.member(found.module, word, new Set()));
      for (const word of taken) yield* this.#arrow(module, line, this.member(found.module, word, new Set()));
      if (taken.length === 0) yield* this.#arrow(module, line, { ...found, file: found.module.file, name: "*" });
      return;
    }
    // A face hands on what is below it, and has no use for it itself.
    const isFace = isPublic && !module.words.has(binds) && found && isBelow(found.module ?? found.owner, module);
    if (isFace) return;
    // To name a module takes nothing out of it; to hand it on does.
    if (found?.module && isPublic) found.file = found.module.file;
    yield* this.#arrow(module, line, { name: path.at(-1), ...found });
  }

  *#arrow(module, line, { file: to, name, crate }) {
    if (crate || (to && to !== module.file)) yield { from: module.file, line, name, to, crate };
  }

  /**
   * What a path leads to: the `name` of what it takes, the `file` that defines it and the module that owns it; or a `module`.
   * With the name of the `crate` it begins in, if that is another one, or none that is known here.
   */
  resolve(module, path, seen = new Set()) {
    let [first, ...rest] = path;
    let from = module;
    if (first === "") return this.#resolveCrate(rest, seen);
    if (first === "crate") {
      while (from.parent) from = from.parent;
      return this.#walk(from, rest, seen);
    }
    if (first === "self" || first === "super") {
      if (first === "super") from = from.parent ?? from;
      while (rest[0] === "super") {
        from = from.parent ?? from;
        rest = rest.slice(1);
      }
      return this.#walk(from, rest, seen);
    }
    const local = this.member(from, first, seen, rest.length > 0);
    if (!local) return this.#resolveCrate(path, seen);
    return local.module ? keep(local.crate, this.#walk(local.module, rest, seen)) : local;
  }

  #resolveCrate([name, ...rest], seen) {
    const root = this.roots.get(name);
    return { name: rest.at(-1) ?? name, ...(root && this.#walk(root, rest, seen)), crate: name };
  }

  #walk(module, path, seen) {
    const [name, ...rest] = path;
    if (name === undefined) return { module };
    const found = this.member(module, name, seen, rest.length > 0);
    // A macro's, most likely.
    if (!found) return { file: module.file, owner: module, name };
    return found.module ? keep(found.crate, this.#walk(found.module, rest, seen)) : found;
  }

  /** What a module knows under a name. `asPath`: more of the path follows, so that it can only be a module or a type. */
  member(module, name, seen, asPath = false) {
    const key = `${module.id} ${name} ${asPath}`;
    if (seen.has(key)) return undefined;
    const inside = new Set(seen).add(key);
    const child = module.children.get(name);
    if (child && asPath) return { module: child };
    if ((asPath ? module.types : module.defined).has(name)) return { file: module.file, owner: module, name };
    for (const use of module.uses) {
      if (use.glob || use.binds !== name) continue;
      const found = this.resolve(module, use.path, inside);
      if (found && (found.module || found.file || found.crate)) return found;
    }
    if (child) return { module: child };
    for (const use of module.uses) {
      const from = use.glob ? this.resolve(module, use.path, inside)?.module : undefined;
      const found = from && from !== module ? this.member(from, name, inside, asPath) : undefined;
      if (found) return found;
    }
    return undefined;
  }
}

function keep(crate, found) {
  return found && crate && !found.crate ? { ...found, crate } : found;
}

function isBelow(module, ancestor) {
  for (let above = module?.parent; above; above = above.parent) if (above === ancestor) return true;
  return false;
}

/** Goes through the tokens of one file once. */
class Reader {
  at = 0;

  constructor(tree, tokens, file, isTest) {
    Object.assign(this, { tree, tokens, file, isTest });
  }

  /** Reads to the brace that closes a block, or to the end of the file. Only a module's own block defines names. */
  block(module, isModule) {
    let isPublic = false;
    while (this.at < this.tokens.length) {
      const { text, kind, line } = this.tokens[this.at];
      if (text === "}" && kind === "mark") return;
      if (text === "#" && kind === "mark") {
        if (this.#attributes(module)) this.#test(module, isModule);
        continue;
      }
      if (text === "pub" && kind === "word") {
        isPublic = true;
        this.#visibility();
        continue;
      }
      if (kind === "word" && text === "use") {
        this.#use(module, isPublic);
      } else if (kind === "word" && text === "mod" && this.#peek(1)?.kind === "word") {
        this.#mod(module);
      } else if (text === "{" && kind === "mark") {
        this.at++;
        this.block(module, false);
        this.at++;
      } else {
        if (isModule && kind === "word" && DEFINING.has(text)) this.#define(module, text);
        if (kind === "word") this.#word(module, line);
        else this.at++;
      }
      isPublic = false;
    }
  }

  /** Attributes in a row. True if one of them says that what follows is for tests. */
  #attributes(module) {
    let isForTests = false;
    while (this.#is("#")) {
      this.at += this.#peek(1)?.text === "!" ? 2 : 1;
      const start = this.at;
      this.#skipGroup();
      const attribute = this.tokens.slice(start + 1, this.at - 1);
      isForTests ||= attribute[0]?.text === "cfg" && isTestCondition(attribute);
      if (attribute[0]?.text === "path") this.path = attribute.at(-1)?.text;
      if (this.isTest || isForTests) continue;
      for (const { text, kind, line } of attribute) {
        if (kind === "string" && /^\w+(::\w+)+$/.test(text)) module.paths.push({ path: text.split("::"), line });
      }
    }
    return isForTests;
  }

  /** Passes over an item that is for tests. A module of its own file is read all the same, to know its files. */
  #test(module, isModule) {
    const start = this.tokens[this.at]?.line;
    this.#visibility();
    if (isModule && this.#is("mod") && this.#peek(2)?.text === ";") return this.#mod(module, true);
    const keyword = this.#keyword();
    while (this.at < this.tokens.length && !CLOSING.has(this.tokens[this.at].text)) {
      const { text } = this.tokens[this.at];
      if (OPENING.has(text)) {
        this.#skipGroup();
        if (text === "{" && !ENDS_WITH_SEMICOLON.has(keyword)) break;
        continue;
      }
      this.at++;
      // A field, a variant or an arm has no keyword, and ends with a comma.
      if (text === ";" || (text === "," && !keyword)) break;
    }
    const lines = this.tree.testLines.get(this.file) ?? new Set();
    for (let line = start; line <= this.tokens[this.at - 1].line; line++) lines.add(line);
    this.tree.testLines.set(this.file, lines);
  }

  /** What kind of item begins here: `async unsafe fn` is an `fn`, and so is `const fn`. */
  #keyword() {
    for (let ahead = 0; this.#peek(ahead)?.kind === "word"; ahead++) {
      const { text } = this.#peek(ahead);
      if (text === "const" && this.#peek(ahead + 1)?.text === "fn") return "fn";
      if (ITEMS.has(text)) return text;
    }
    return undefined;
  }

  /** `pub`, `pub(crate)` or nothing. A tuple's `pub (A, B)` is more than that. */
  #visibility() {
    if (!this.#is("pub")) return;
    this.at++;
    if (this.#is("(") && ["crate", "super", "self", "in"].includes(this.#peek(1)?.text)) this.#skipGroup();
  }

  #mod(module, isTest = this.isTest) {
    const name = this.#peek(1).text;
    const path = this.path;
    this.path = undefined;
    this.at += 2;
    if (this.#is("{")) {
      const child = this.tree.inline(name, module);
      module.children.set(name, child);
      this.at++;
      this.block(child, true);
      this.at++;
      return;
    }
    const file = this.tree.childFile(module, name, path);
    const isRoot = /(^|\/)mod\.rs$/.test(file) || path;
    const folder = isRoot ? dirname(file) : file.replace(/\.rs$/, "");
    module.children.set(name, this.tree.module(file, module, folder, isTest));
  }

  #define(module, keyword) {
    let next = 1;
    if (keyword === "macro_rules") next = 2;
    if (this.#peek(next)?.text === "mut") next++;
    const name = this.#peek(next);
    if (name?.kind !== "word" || DEFINING.has(name.text)) return;
    module.defined.add(name.text);
    if (TYPES.has(keyword)) module.types.add(name.text);
  }

  #use(module, isPublic) {
    this.at++;
    const start = this.#is("::") ? [""] : [];
    if (start.length > 0) this.at++;
    const leaves = [];
    this.#useTree(start, leaves);
    if (this.#is(";")) this.at++;
    if (this.isTest) return;
    for (const leaf of leaves) module.uses.push({ ...leaf, isPublic });
  }

  /** `a::{b, c as d, e::*}`, from where it stands; `{self}` is the path before it. */
  #useTree(before, leaves) {
    const path = [...before];
    let line = this.tokens[this.at]?.line;
    for (;;) {
      const token = this.tokens[this.at];
      if (!token || token.text === ";") return;
      line = token.line;
      this.at++;
      if (token.text === "*") {
        leaves.push({ path, glob: true, line });
        return;
      }
      if (token.text === "{") {
        while (this.tokens[this.at] && !this.#is("}")) {
          this.#useTree(path, leaves);
          if (this.#is(",")) this.at++;
        }
        this.at++;
        return;
      }
      if (token.text !== "self" || path.length === 0) path.push(token.text);
      if (!this.#is("::")) break;
      this.at++;
    }
    let binds = path.at(-1);
    if (this.#is("as")) {
      binds = this.#peek(1)?.text;
      this.at += 2;
    }
    leaves.push({ path, binds, line });
  }

  /** A word, or the path that begins with it. */
  #word(module, line) {
    const [before, beforeThat] = [this.tokens[this.at - 1]?.text, this.tokens[this.at - 2]?.text];
    const path = [this.tokens[this.at].text];
    // `.collect::<…>()` is a method, `..Self::default()` a path; `<Output = …>` names an associated type.
    const isPath = before !== "::" && (before !== "." || beforeThat === ".");
    this.at++;
    if (isPath && !(this.#is("=") && ["<", ","].includes(before))) module.words.add(path[0]);
    while (this.#is("::") && this.#peek(1)?.kind === "word") {
      path.push(this.#peek(1).text);
      this.at += 2;
    }
    if (isPath && path.length > 1 && !this.isTest) module.paths.push({ path, line });
  }

  #is(text) {
    return this.tokens[this.at]?.text === text && this.tokens[this.at].kind !== "string";
  }

  #peek(ahead) {
    return this.tokens[this.at + ahead];
  }

  /** From an opening bracket to behind the one that closes it. */
  #skipGroup() {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at++) {
      const { text, kind } = this.tokens[this.at];
      if (kind !== "mark") continue;
      if (OPENING.has(text)) depth++;
      if (CLOSING.has(text) && --depth === 0) break;
    }
    this.at++;
  }
}

/** Whether `cfg(…)` can only hold where tests are compiled. */
function isTestCondition(attribute) {
  let at = 0;
  /** False: not without tests. Undefined: who knows. */
  const holds = () => {
    const name = attribute[at++]?.text;
    if (attribute[at]?.text !== "(") {
      while (at < attribute.length && ![",", ")"].includes(attribute[at].text)) at++;
      return name === "test" ? false : undefined;
    }
    const parts = [];
    for (at++; at < attribute.length && attribute[at].text !== ")"; ) {
      parts.push(holds());
      if (attribute[at]?.text === ",") at++;
    }
    at++;
    if (name === "not") return parts[0] === undefined ? undefined : !parts[0];
    if (name === "any") return parts.every((part) => part === false) ? false : undefined;
    return parts.includes(false) ? false : undefined;
  };
  return holds() === false;
}
