import assert from "node:assert/strict";
import { test } from "node:test";

import { withShortNames } from "./wasm-names.mjs";

const sized = (bytes) => [bytes.length, ...bytes];
const name = (text) => sized(Buffer.from(text));
const section = (id, entries) => Buffer.from([id, ...sized([entries.length, ...entries.flat()])]);

const [IMPORTED, EXPORTED] = ["__wbg_add_0123456789abcdef", "invoke__hfedcba9876543210"];
/** Imports two functions of two numbers, and exports one that calls the first. */
const module = Buffer.concat([
  Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]),
  section(1, [[0x60, 2, 0x7f, 0x7f, 1, 0x7f]]),
  section(2, [[...name("./glue.js"), ...name(IMPORTED), 0, 0], [...name("./glue.js"), ...name("__wbindgen_throw"), 0, 0]]),
  section(3, [[0]]),
  section(7, [[...name(EXPORTED), 0, 2], [...name("memory_of"), 0, 2]]),
  section(10, [sized([0, 0x20, 0, 0x20, 1, 0x10, 0, 0x0b])]),
]);
const script = `const _0=1;glue={${IMPORTED}:(a,b)=>a+b+_0,__wbindgen_throw:()=>0};run=(e)=>e.${EXPORTED}(2,3)`;

/** Runs the script on the module. */
function answer(of) {
  const { glue, run } = new Function(`let glue,run;${of.script};return{glue,run}`)();
  return run(new WebAssembly.Instance(new WebAssembly.Module(of.module), { "./glue.js": glue }).exports);
}

test("a module and its script understand each other by short names, and are smaller", () => {
  const short = withShortNames(module, script);
  assert.equal(answer({ module, script }), 6);
  assert.equal(answer(short), 6);
  for (const made of [IMPORTED, EXPORTED]) {
    assert.ok(!short.script.includes(made) && !short.module.includes(made), made);
  }
  assert.ok(short.module.includes("__wbindgen_throw") && short.module.includes("memory_of"), "other names stay");
  assert.ok(short.module.length < module.length && short.script.length < script.length);
});

test("a script that does not know a name of its module is refused", () => {
  assert.throws(() => withShortNames(module, script.replace(EXPORTED, "other")), /does not know invoke__h/);
});
