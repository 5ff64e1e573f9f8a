import { basename, join } from "node:path";
import { bundleDir, root } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** The processes beside Next, and the programs that prepare and verify the database. */
export const entryPoints = {
  gateway: "lib/gateway/main.ts",
  worker: "lib/jobs/main.ts",
  migrate: "db/migrate.ts",
  seed: "db/seed.ts",
  doctor: "lib/doctor/main.ts",
  "import-keys": "lib/keys/import/main.ts",
  reseal: "lib/reseal/main.ts",
  "verify-ledger": "lib/billing/verify-main.ts",
  operator: "lib/operators/operator-main.ts",
};

/** Bundles each into one file: that starts four times faster than loading the packages it uses. */
export async function bundleProcesses() {
  await bundle(entryPoints, bundleDir);
}

/**
 * Bundles programs as the product's own are.
 * @param {Record<string, string>} programs name of the bundle and the file it begins with
 * @param {string} outdir inside the checkout: some packages are loaded at run time
 * @param {import("esbuild").Plugin[]} [plugins]
 */
export async function bundle(programs, outdir, plugins = []) {
  const { build } = await import("esbuild");
  try {
    await build({
      absWorkingDir: root,
      entryPoints: Object.entries(programs).map(([out, path]) => ({ in: path, out })),
      outdir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      sourcemap: true,
      // `server-only` is an empty module under this condition, and throws without it.
      conditions: ["react-server"],
      // Native code, and packages that read files of their own at run time.
      external: ["@node-rs/argon2", "pg-native", "graphile-worker", "pino"],
      // CommonJS packages inside an ES module still call require().
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
      logLevel: "silent",
      plugins,
    });
  } catch (error) {
    throw new Problem(`esbuild could not bundle the processes:\n${describe(error)}`);
  }
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Bundles what the landing page and the documentation run in the browser, beside Next's own files. The
 * names carry hashes of the contents, because browsers keep such files for ever.
 * @param {string} nextDirectory
 * @returns {Promise<string>} the address of the module that starts it
 */
export async function bundleIslands(nextDirectory) {
  const { build } = await import("esbuild");
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ["app/islands/main.ts"],
      outdir: join(nextDirectory, "static", "islands"),
      entryNames: "[name]-[hash]",
      chunkNames: "[name]-[hash]",
      bundle: true,
      splitting: true,
      minify: true,
      platform: "browser",
      format: "esm",
      target: ["es2022"],
      define: {
        "process.env.BRAND": JSON.stringify(process.env.BRAND ?? ""),
        "process.env.NODE_ENV": '"production"',
      },
      logLevel: "silent",
      metafile: true,
    });
    const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint);
    if (!entry) throw new Error("nothing came of app/islands/main.ts");
    return `/_next/static/islands/${basename(entry[0])}`;
  } catch (error) {
    throw new Problem(`esbuild could not bundle the islands:\n${describe(error)}`);
  }
}
