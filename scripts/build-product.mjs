import { buildAll } from "./build.mjs";
import { report } from "./problem.mjs";

// `npm run build`: the dashboard and the other processes, for an image or a package. `npm start` builds by itself.

try {
  await buildAll();
  console.log("built");
} catch (error) {
  process.exitCode = report(error);
}
