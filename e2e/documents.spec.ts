import { type ChildProcess, spawn } from "node:child_process";
import { expect, test } from "@playwright/test";
import { build } from "esbuild";
import { bundleSample, readSample } from "../lib/gateway/documents/samples";
import { findFreePort } from "../scripts/ports.mjs";
import { visit } from "./arrive";
import { apiUrl, createKey, signUp } from "./steps";

/** The React sample in a page, with the Express sample behind it, as its document tells people to. */
async function bundlePage(): Promise<string> {
  const built = await build({
    stdin: {
      contents: `${readSample("agin-client-component.tsx", {})}
        import { createRoot } from "react-dom/client";
        createRoot(document.body.appendChild(document.createElement("main")))
          .render(<ResourcesList />);`,
      loader: "tsx",
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  return built.outputFiles[0]?.text ?? "";
}

async function startExpress(port: number, key: string): Promise<ChildProcess> {
  const code = await bundleSample(
    readSample("agin-express.mjs", {
      "https://api.agin.cloud": apiUrl,
      "app.listen(3000": `app.listen(${port}`,
    }),
  );
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    env: { NODE_ENV: "production", PATH: process.env.PATH, AGIN_API_KEY: key },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (status) => reject(new Error(`the Express sample ended with ${status}`)));
  });
  return child;
}

test("S1 the React sample shows resources through the Express sample, and the key stays behind", async ({
  page,
}) => {
  await signUp(page);
  const key = await createKey(page, "Storefront", { scopes: ["write"] });
  const port = await findFreePort();
  const server = await startExpress(port, key);
  try {
    const origin = `http://127.0.0.1:${port}`;
    const made = await page.request.post(`${origin}/api/resources`, {
      data: { name: "Shown in the browser", type: "compute" },
    });
    expect((await made.json()).name).toBe("Shown in the browser");
    const script = await bundlePage();
    expect(script).not.toContain(key);
    await page.route(`${origin}/`, (route) =>
      route.fulfill({ contentType: "text/html", body: `<body><script>${script}</script>` }),
    );
    await visit(page, `${origin}/`);
    await expect(page.getByRole("listitem")).toHaveText(["Shown in the browser"]);
    expect(await page.content()).not.toContain(key);
  } finally {
    server.kill("SIGKILL");
  }
});
