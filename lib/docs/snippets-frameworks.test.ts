import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type DocsDoor, openDocsDoor } from "@/lib/docs/testing/door";
import { root, run } from "@/lib/docs/testing/run";

let docs: DocsDoor;
// Below the checkout, so that `next`, `react` and types are found as in a reader's own project.
const folder = join(root, "node_modules/.cache", `docs-samples-${process.pid}`);

/** Where a reader puts each sample. */
const files = {
  "client-class/typescript": "gatehouse-client.ts",
  "client-usage/typescript": "usage.ts",
  "next-route/typescript": "app/api/resources/route.ts",
  "next-stream/typescript": "app/api/chat/route.ts",
  "next-server-component/tsx": "app/resources/page.tsx",
  "next-client-component/tsx": "app/resources/resource-list.tsx",
};

beforeAll(async () => {
  docs = await openDocsDoor();
  for (const [name, path] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), docs.code(name));
  }
  process.env[docs.values.keyVariable] = docs.values.key;
});
afterAll(async () => {
  delete process.env[docs.values.keyVariable];
  await rm(folder, { recursive: true, force: true });
  await docs.close();
});

const names = async () => {
  const response = await fetch(`${docs.values.apiUrl}/resources`, {
    headers: { authorization: `Bearer ${docs.values.key}` },
  });
  const { data }: { data: { id: string; name: string }[] } = await response.json();
  return data.map((resource) => resource.name);
};

beforeEach(async () => {
  await docs.door.sql`delete from resources`;
});

/** Bundles one of the files for Node and loads it; `reactFile` takes the place of React's hooks. */
async function load(path: string, reactFile?: string): Promise<unknown> {
  const outfile = join(folder, "out", `${path.replace(/\W+/g, "-")}.mjs`);
  await build({
    entryPoints: [join(folder, path)],
    outfile,
    // Node wants the file's name where Next's own bundler doesn't.
    alias: { "next/server": "next/server.js" },
    external: ["next/server.js", "react/jsx-runtime"],
    plugins: reactFile
      ? [
          {
            name: "hooks",
            setup: ({ onResolve }) => onResolve({ filter: /^react$/ }, () => ({ path: reactFile })),
          },
        ]
      : [],
    bundle: true,
    platform: "node",
    format: "esm",
    jsx: "automatic",
    logLevel: "silent",
  });
  return import(pathToFileURL(outfile).href);
}

it("D14 the TypeScript samples pass the strict type check", async () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags =
    "--noEmit --strict --skipLibCheck --jsx react-jsx --target es2022 --module esnext " +
    "--moduleResolution bundler --lib dom,dom.iterable,esnext --types node,react " +
    "--allowImportingTsExtensions";
  // Next's own types of `fetch` come with its types file.
  await writeFile(join(folder, "next-env.d.ts"), '/// <reference types="next" />\n');
  const paths = [...Object.values(files), "next-env.d.ts"];
  const ran = await run(process.execPath, [tsc, "--ignoreConfig", ...flags.split(" "), ...paths], {
    cwd: folder,
  });
  expect(ran).toEqual({ code: 0, output: "" });
});

it("D14 the client class does what its usage shows", async () => {
  const outfile = join(folder, "out/usage.mjs");
  await build({
    entryPoints: [join(folder, "usage.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  const ran = await run(process.execPath, [outfile], { env: docs.env });
  expect(ran).toEqual({ code: 0, output: "[ 'My Resource' ]\n" });
  expect(await names()).toEqual([]);
});

interface RouteModule {
  GET(): Promise<Response>;
  POST(request: Request): Promise<Response>;
}

function post(body: unknown): Request {
  return new Request("http://localhost/api", { method: "POST", body: JSON.stringify(body) });
}

it("D14 the Next.js route handler lists and makes resources, and hands a 400 on", async () => {
  const route = (await load(files["next-route/typescript"])) as RouteModule;
  const made = await route.POST(post({ name: "From Next", type: "compute" }));
  expect(made.status).toBe(201);
  const listed = await route.GET();
  expect((await listed.json()).data).toMatchObject([{ name: "From Next" }]);
  const refused = await route.POST(post({ type: "compute" }));
  expect(refused.status).toBe(400);
  expect((await refused.json()).errors).toMatchObject([{ path: "name" }]);
});

it("D14 the streaming route handler hands the whole stream through", async () => {
  const route = (await load(files["next-stream/typescript"])) as RouteModule;
  const response = await route.POST(post({ messages: [{ role: "user", content: "Hello!" }] }));
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect((await response.text()).trimEnd().endsWith("data: [DONE]")).toBe(true);
});

it("D14 the server component renders the resources", async () => {
  const route = (await load(files["next-route/typescript"])) as RouteModule;
  await route.POST(post({ name: "On the page", type: "compute" }));
  const page = (await load(files["next-server-component/tsx"])) as {
    default(): Promise<ReactElement>;
  };
  expect(renderToStaticMarkup(await page.default())).toBe("<ul><li>On the page</li></ul>");
});

/** As much of React's hooks as shows what a component does after its first effect. */
const hooks = `
const cells = []; let at = 0; let effects = [];
export const useState = (initial) => {
  const here = at++;
  if (!(here in cells)) cells[here] = initial;
  return [cells[here], (value) => { cells[here] = value; }];
};
export const useEffect = (effect) => { const here = at++; if (!(here in cells)) { cells[here] = true; effects.push(effect); } };
export const render = (component) => { at = 0; const shown = component({}); for (const effect of effects.splice(0)) effect(); return shown; };
`;

it("D14 the client component asks the route, not the API, and shows what it gets", async () => {
  await writeFile(join(folder, "hooks.mjs"), hooks);
  await writeFile(
    join(folder, "mounted.tsx"),
    `export { render } from "react";\nexport { ResourceList } from "./app/resources/resource-list.tsx";`,
  );
  const module = (await load("mounted.tsx", join(folder, "hooks.mjs"))) as {
    render(component: unknown): ReactElement;
    ResourceList: unknown;
  };
  const route = (await load(files["next-route/typescript"])) as RouteModule;
  await route.POST(post({ name: "In the browser", type: "compute" }));
  const asked: string[] = [];
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input) => {
    asked.push(String(input));
    globalThis.fetch = realFetch;
    return route.GET();
  };
  expect(renderToStaticMarkup(module.render(module.ResourceList))).toBe("<p>Loading…</p>");
  await expect
    .poll(() => renderToStaticMarkup(module.render(module.ResourceList)))
    .toBe("<ul><li>In the browser</li></ul>");
  expect(asked).toEqual(["/api/resources"]);
});

it("D14 the Express server lists and makes resources for clients without a key", async () => {
  await writeFile(join(folder, "server.mjs"), docs.code("express-server/javascript"));
  const child = spawn(process.execPath, [join(folder, "server.mjs")], {
    env: { ...docs.env, NODE_ENV: "production", PATH: process.env.PATH ?? "", PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(child.stdout, "data");
    const [, port] = /^Listening on port (\d+)$/m.exec(String(line)) ?? [];
    const url = `http://127.0.0.1:${port}/api/resources`;
    const made = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "From Express", type: "compute" }),
    });
    expect(made.status).toBe(201);
    expect((await (await fetch(url)).json()).data).toMatchObject([{ name: "From Express" }]);
  } finally {
    child.kill();
    await once(child, "exit");
  }
});
