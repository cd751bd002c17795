// How the platform comes to the module. What worker-build writes makes an entry point for each request, and asks an object by way of two
// proxies: a twentieth of what a short request takes. Here the entry point is a function, and an object a class with the same methods.
//
// What it does stays: after a trap the module is made anew, and with it, when they are called next, the objects in it.

const NAME = "[\\w$]+";
/** The entry point, with the handlers that the Worker has, and what follows it. */
const SHIM = new RegExp(
  `var (?<entry>${NAME})=class extends (?<base>${NAME})\\{\\};` +
    `\\k<entry>\\.prototype\\.fetch=function\\((?<request>${NAME})\\)\\{return (?<fetch>${NAME})\\.call\\(this,\\k<request>,this\\.env,this\\.ctx\\)\\};` +
    `(?:\\k<entry>\\.prototype\\.start=${NAME};)?` +
    `var ${NAME}=\\{set:(?:(?!export\\{).)*?construct\\(${NAME},${NAME},${NAME}\\)\\{try\\{(?<check>${NAME})\\(\\);let (?:(?!export\\{).)*?` +
    `throw (?<note>${NAME})\\((?:(?!export\\{).)*?catch\\(${NAME}\\)\\{throw (?<state>${NAME})\\.criticalError=!0,(?:(?!export\\{).)*?\\}\\}\\},` +
    `(?<made>(?:${NAME}=new Proxy\\(${NAME},${NAME}\\),?)+);(?=export\\{)`,
  "s",
);

/** The script with these in place of the proxies. */
export function withoutProxies(script) {
  const { groups: found, 0: shim } = SHIM.exec(script) ?? {};
  const base = found && `import{WorkerEntrypoint as ${found.base}}from"cloudflare:workers";`;
  // What is ours begins with `$` and has more than a letter, as nothing has that esbuild names.
  if (!found || !script.includes(base) || /\$[a-zA-Z]{3}/.test(script)) throw new Error("the script has another shim");
  const { entry, fetch, check, note, state } = found;
  const made = [...found.made.matchAll(new RegExp(`(${NAME})=new Proxy\\((${NAME}),`, "g"))].map(([, name, of]) =>
    of === entry ? `${name}={fetch:(...$given)=>$run(()=>${fetch}(...$given))}` : `${name}=$kept(${of})`,
  );
  const ours =
    // Runs what the platform asks for; says if the module trapped.
    `async function $run($work){${check}();try{return await $work()}catch($error){throw ${note}($error),$error}}` +
    // A class whose objects are made anew with the module.
    `function $kept($Made){` +
    `let $Kept=class{constructor(...$given){this.$given=$given;try{${check}();this.$make()}catch($error){throw ${state}.criticalError=!0,$error}}` +
    // Noted once it is there: where its constructor fails it is made at the next call.
    `$make(){this.$made=new $Made(...this.$given);this.$of=${state}.instanceId;return this.$made}};` +
    `let $now=($it)=>$it.$of===${state}.instanceId?$it.$made:$it.$make();` +
    `for(let $name of Object.getOwnPropertyNames($Made.prototype))` +
    `if(/^(fetch|alarm|connect|webSocket\\w+)$/.test($name))` +
    `$Kept.prototype[$name]=function(...$args){return $run(()=>$now(this)[$name](...$args))};` +
    // The body of a POST, for a class that takes it by itself. While it is read, the module may have trapped for somebody else.
    `if($Made.prototype.ask)$Kept.prototype.fetch=function($request){return $run(async()=>{` +
    `if($request.method!=="POST")return $now(this).fetch($request);` +
    `let $question=await $request.text();${check}();return $now(this).ask($question)})};` +
    `return $Kept}var ${made.join(",")};`;
  return script.replace(base, "").replace(shim, () => ours);
}
