import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutProxies } from "./worker-shim.mjs";

/** As worker-build writes it: a module that counts what it is asked, and traps where it is told to. */
const script = `import{WorkerEntrypoint as B}from"cloudflare:workers";
let asked=0;
class Trap extends WebAssembly.RuntimeError{}
var O=class{constructor(a,b){if(globalThis.refusesOfShim)throw new Error("refused");this.given=[a,b];this.asked=0;this.id=globalThis.stateOfShim?.instanceId}free(){}fetch(r){if(r==="trap")throw new Trap("unreachable");return Promise.resolve([...this.given,++this.asked])}alarm(){return "rung"}__destroy_into_raw(){}};
var Q=class{constructor(){this.id=x.instanceId}fetch(r){return ["fetch",r.method]}ask(q){if(x.criticalError||this.id!==x.instanceId)throw new Error("stale");return ["ask",q]}};
function W(r,e,c){if(r==="trap")throw new Trap("unreachable");return Promise.resolve([r,e,c,++asked])}function j(){}
var x=globalThis.stateOfShim={criticalError:!1,instanceId:0};function k(){x.criticalError&&(asked=0,x.criticalError=!1,x.instanceId++)}function n(r){r instanceof WebAssembly.RuntimeError&&(x.criticalError=!0)}var D=class extends B{};D.prototype.fetch=function(t){return W.call(this,t,this.env,this.ctx)};D.prototype.start=j;var z={set:(r,t,e,n)=>Reflect.set(r.instance,t,e,n),ownKeys:r=>Reflect.ownKeys(r.instance)},m={construct(r,t,e){try{k();let i={instance:Reflect.construct(r,t,e)};return new Proxy(i,{...z,get(_,a,b){return new Proxy(u,{apply(g,h,v){k();try{return g.apply(h,v)}catch(P){throw n(P),P}}})}})}catch(i){throw x.criticalError=!0,i}}},he=new Proxy(D,m),pe=new Proxy(O,m),qe=new Proxy(Q,m);export{pe as Counter,qe as Asked,he as default};`;

const loaded = () => import(`data:text/javascript,${encodeURIComponent(withoutProxies(script))}//${Math.random()}`);

test("requests come to the entry point, and to an object by its own methods", async () => {
  const { default: entry, Counter } = await loaded();
  assert.deepEqual(await entry.fetch("one", "env", "context"), ["one", "env", "context", 1]);
  const counter = new Counter("state", "env");
  assert.deepEqual([await counter.fetch("one"), await counter.fetch("two"), await counter.alarm()], [["state", "env", 1], ["state", "env", 2], "rung"]);
  // The platform calls what it finds: an object without a handler must not have it.
  assert.deepEqual([counter.connect, counter.webSocketMessage, counter.free], [undefined, undefined, undefined]);
});

test("after a trap the module is made anew, and the objects with it", async () => {
  const { default: entry, Counter } = await loaded();
  const [counter, other] = [new Counter("state", "env"), new Counter("state", "env")];
  await entry.fetch("one");
  await other.fetch("one");
  await assert.rejects(counter.fetch("trap"), WebAssembly.RuntimeError);
  assert.deepEqual(await counter.fetch("one"), ["state", "env", 1]);
  assert.deepEqual(await other.fetch("one"), ["state", "env", 1]);
  assert.deepEqual(await other.fetch("one"), ["state", "env", 2]);
  await assert.rejects(entry.fetch("trap"), WebAssembly.RuntimeError);
  assert.equal((await entry.fetch("one"))[3], 1);
});

test("an object whose constructor failed is made at the next call", async () => {
  const { default: entry, Counter } = await loaded();
  const counter = new Counter("state", "env");
  await counter.fetch("one");
  await assert.rejects(entry.fetch("trap"), WebAssembly.RuntimeError);
  globalThis.refusesOfShim = true;
  await assert.rejects(counter.fetch("one"), /refused/);
  globalThis.refusesOfShim = false;
  assert.deepEqual(await counter.fetch("one"), ["state", "env", 1]);
});

test("the body of a POST goes to a class that takes it, also where the module trapped while it came", async () => {
  const { default: entry, Asked } = await loaded();
  const asked = new Asked("state", "env");
  assert.deepEqual(await asked.fetch({ method: "GET" }), ["fetch", "GET"]);
  assert.deepEqual(await asked.fetch({ method: "POST", text: async () => "question" }), ["ask", "question"]);
  let resolve;
  const answer = asked.fetch({ method: "POST", text: () => new Promise((come) => (resolve = come)) });
  await assert.rejects(entry.fetch("trap"), WebAssembly.RuntimeError);
  resolve("question");
  assert.deepEqual(await answer, ["ask", "question"]);
});

test("no name of the script is one of ours", async () => {
  for (const name of ["r", "e", "c", "$r", "$_"]) {
    const renamed = script.replaceAll(/\bW\b/g, () => name);
    const { default: entry } = await import(`data:text/javascript,${encodeURIComponent(withoutProxies(renamed))}//${Math.random()}`);
    assert.deepEqual((await entry.fetch("one", "env", "context")).slice(0, 3), ["one", "env", "context"]);
  }
  assert.throws(() => withoutProxies(script.replaceAll(/\bW\b/g, () => "$run")), /another shim/);
});

test("a script with another shim is refused", () => {
  for (const [written, otherwise] of [["D.prototype.start", "D.prototype.queue"], ["criticalError=!0,i", "criticalError=!1,i"], ["as B}", "as B,x}"]]) {
    assert.throws(() => withoutProxies(script.replace(written, otherwise)), /another shim/);
  }
});
