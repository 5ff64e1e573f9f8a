// Next runs this in every page before anything else. React's renderer is evaluated with it, in a task of its own.
import "react-dom/client";

declare global {
  interface Window {
    /** Scripts that Next's start waits for, each in a task: address and attributes. */
    __next_s?: [src: string | undefined, attributes: Record<string, string>][];
  }
}

// zod compiles its checks by evaluating text where it may; our policy forbids that, and even its question whether
// it may would be reported as a breach.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

// An empty script: Next starts one task later. Both together keep a phone from answering for too long.
window.__next_s ??= [];
window.__next_s.push([undefined, { children: "" }]);
