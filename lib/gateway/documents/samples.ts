import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * A code sample as its document prints it, with only what a reader would put in exchanged: host, key, an
 * id. Each exchange must find its text, so that a sample can't quietly go somewhere else.
 */
export function readSample(name: string, exchanges: Record<string, string>): string {
  let code = readFileSync(join(import.meta.dirname, "samples", `${name}.txt`), "utf8");
  for (const [from, to] of Object.entries(exchanges)) {
    if (!code.includes(from)) throw new Error(`${name} has no ${from}`);
    code = code.replaceAll(from, to);
  }
  return code;
}

/** Bundles TypeScript, with its imports of other samples by their place in the document's project. */
export async function bundleSample(
  code: string,
  samples: Record<string, string> = {},
): Promise<string> {
  const built = await build({
    stdin: { contents: code, loader: "tsx", resolveDir: process.cwd() },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    jsx: "automatic",
    write: false,
    plugins: [
      {
        name: "samples",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\// }, ({ path }) => ({ path, namespace: "sample" }));
          onLoad({ filter: /.*/, namespace: "sample" }, ({ path }) => ({
            contents: samples[path] ?? "",
            loader: "ts",
          }));
        },
      },
    ],
  });
  return built.outputFiles[0]?.text ?? "";
}
