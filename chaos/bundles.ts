import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { bundle } from "@/scripts/bundle.mjs";
import { root } from "@/scripts/paths.mjs";

/** A change of the product's own source as it is bundled: how a bug is planted. */
export interface SourcePatch {
  /** The file, relative to the checkout. */
  file: string;
  find: string | RegExp;
  replace: string;
}

export interface Bundles {
  /** The path of a bundle: `gateway`, `worker`, `dashboard`, `upstream`. */
  path(name: keyof typeof entryPoints): string;
  remove(): void;
}

const entryPoints = {
  gateway: "lib/gateway/main.ts",
  worker: "lib/jobs/main.ts",
  dashboard: "chaos/dashboard.ts",
  upstream: "chaos/upstream.ts",
};

/** A patch that changes nothing plants nothing, so it fails the build. */
function plantBugs(patches: readonly SourcePatch[], used: Set<SourcePatch>): Plugin {
  return {
    name: "planted-bugs",
    setup(context) {
      if (patches.length === 0) return;
      context.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const due = patches.filter(({ file }) => relative(root, path) === file);
        if (due.length === 0) return undefined;
        let contents = readFileSync(path, "utf8");
        for (const patch of due) {
          const changed = contents.replace(patch.find, patch.replace);
          if (changed === contents) throw new Error(`nothing to patch in ${patch.file}`);
          contents = changed;
          used.add(patch);
        }
        return { contents, loader: "ts" };
      });
    },
  };
}

/** Bundles the cluster's processes as `scripts/bundle.mjs` does, into a directory of its own. */
export async function makeBundles(patches: readonly SourcePatch[] = []): Promise<Bundles> {
  // Inside the checkout, so that the packages that stay outside the bundles are found.
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, "gatehouse-chaos-"));
  const used = new Set<SourcePatch>();
  await bundle(entryPoints, outdir, [plantBugs(patches, used)]);
  const unused = patches.find((patch) => !used.has(patch));
  if (unused) throw new Error(`${unused.file} is in no bundle, so nothing was planted`);
  return {
    path: (name) => join(outdir, `${name}.mjs`),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
