// Next runs this in every page before anything else. zod compiles its checks by evaluating text where it may;
// our policy forbids that, and even its question whether it may would be reported as a breach.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
