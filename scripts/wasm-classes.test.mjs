import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutUnmadeClasses } from "./wasm-classes.mjs";
import { exportedNames } from "./wasm-sections.mjs";

const sized = (bytes) => [bytes.length, ...bytes];
const name = (text) => sized(Buffer.from(text));
const section = (id, entries) => Buffer.from([id, ...sized([entries.length, ...entries.flat()])]);

const EXPORTED = ["made_new", "made_ask", "__wbg_made_free", "given_ask", "__wbg_given_free", "range_ask", "range_of", "__wbg_range_free"];
/** Exports one function by many names. */
const module = Buffer.concat([
  Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]),
  section(1, [[0x60, 0, 1, 0x7f]]),
  section(3, [[0]]),
  section(7, EXPORTED.map((exported) => [...name(exported), 0, 0])),
  section(10, [sized([0, 0x41, 7, 0x0b])]),
]);

const written = (letter, called, more, asks) =>
  `var ${letter}=class{free(){f${letter}.unregister(this),i.__wbg_${called}_free(1,0)}${more}ask(){${asks};return i.${called}_ask()}};` +
  `Symbol.dispose&&(${letter}.prototype[Symbol.dispose]=${letter}.prototype.free);`;
const registry = (letter, called) =>
  `f${letter}=typeof FinalizationRegistry>"u"?{register:()=>{},unregister:()=>{}}:new FinalizationRegistry(({ptr:r})=>{i.__wbg_${called}_free(r,1)})`;
const script = (last) =>
  written("A", "made", "constructor(){i.made_new()}", "0") +
  written("R", "range", "", "i.range_of()") +
  written("G", "given", "static __wrap(t){return Object.create(G.prototype)}", "0") +
  `var ${(last ? ["A made", "G given", "R range"] : ["A made", "R range", "G given"]).map((one) => registry(...one.split(" "))).join(",")};` +
  `var m={},pA=new Proxy(A,m),pR=new Proxy(R,m),w=G.__wrap(1);export{pA as Made,pR as Range,w as given};`;

test("a class of which there can be no object goes, with what only it calls, wherever it stands in its lists", async () => {
  for (const last of [false, true]) {
    const left = withoutUnmadeClasses(module, script(last));
    assert.ok(WebAssembly.validate(left.module));
    assert.deepEqual(exportedNames(left.module), ["made_new", "made_ask", "__wbg_made_free", "given_ask", "__wbg_given_free"]);
    assert.doesNotMatch(left.script, /range|Range/);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(left.module));
    globalThis.exportsOfTest = instance.exports;
    const loaded = await import(`data:text/javascript,const i=globalThis.exportsOfTest;${encodeURIComponent(left.script)}`);
    assert.deepEqual(Object.keys(loaded), ["Made", "given"]);
    assert.deepEqual([new loaded.Made().ask(), loaded.given.ask()], [7, 7]);
  }
});

test("a script that is written otherwise is refused", () => {
  assert.throws(() => withoutUnmadeClasses(module, script(false).replace("fR=typeof", "fR=other?1:typeof")), /the script has no fR/);
  assert.throws(() => withoutUnmadeClasses(module, script(false).replace("var R=class{", "class R{")), /otherwise/);
});
