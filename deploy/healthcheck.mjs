// For containers: `node deploy/healthcheck.mjs 3000` ends with 0 where /readyz on that port answers 200.

const port = process.argv[2] ?? process.env.PORT ?? "3000";
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, {
    signal: AbortSignal.timeout(4_000),
  });
  process.exitCode = answer.status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
