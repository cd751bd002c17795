// A promise that is settled resumes what waits for it without leaving V8. The platform's own `queueMicrotask` makes a native function
// of what it is given, each time, and V8 has to collect that. Errors are reported as they are by it: after one of WebAssembly the
// platform crate makes a new instance.
export function resumeByPromise() {
  globalThis.queueMicrotask = (resume) => {
    Promise.resolve().then(resume).catch((error) => reportError(error));
  };
}
