import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { entryPoints } from "@/scripts/bundle.mjs";
import { run } from "@/scripts/processes.mjs";

/*
 * Images and units are run elsewhere; what can be held here is that they name what is there.
 */
const read = (path: string) => readFileSync(path, "utf8");

const unitFiles = readdirSync("deploy").filter((name) => /\.(service|target)$/.test(name));
const deployed = ["Dockerfile", "compose.yaml", ...unitFiles.map((name) => join("deploy", name))];

const ignored = read(".dockerignore")
  .split("\n")
  .filter((line) => line !== "");

describe.each(deployed)("%s", (path) => {
  const text = read(path);

  it("starts programs that the build makes", () => {
    for (const [, name = ""] of text.matchAll(/dist\/([a-z-]+)\.mjs/g)) {
      expect(Object.keys(entryPoints)).toContain(name);
    }
  });

  it("names scripts that are there", () => {
    for (const [script] of text.matchAll(/\b(?:scripts|deploy)\/[a-z-]+\.mjs/g)) {
      expect(existsSync(script)).toBe(true);
    }
  });

  it("holds no secret of its own", () => {
    expect(text).not.toMatch(/(SECRET|PASSWORD|KEY)\s*[=:]\s*["']?[A-Za-z0-9+/]{12,}/);
  });
});

test("the image copies what is there, and what its context doesn't leave out", () => {
  const lines = read("Dockerfile").split("\n");
  const copies = lines.filter((line) => /^COPY (?!--from)/.test(line));
  const sources = copies.flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect(sources.length).toBeGreaterThan(5);
  for (const source of sources) {
    expect(existsSync(source)).toBe(true);
    expect(ignored).not.toContain(source.replace(/^\.\//, ""));
  }
});

test("the image runs as an account that can't change its own code, without development packages", () => {
  const last =
    read("Dockerfile")
      .split(/^FROM /m)
      .at(-1) ?? "";
  expect(last).toMatch(/^USER node$/m);
  expect(last).not.toMatch(/--chown/);
  expect(last.indexOf("COPY")).toBeLessThan(last.indexOf("USER node"));
  expect(read("Dockerfile")).toContain("npm ci --omit=dev --ignore-scripts");
  expect(ignored).toEqual(expect.arrayContaining([".env", ".env.*", ".git", ".data"]));
});

test("files with a deployment's secrets stay out of the image and of git", () => {
  const named = [...read("compose.yaml").matchAll(/env_file: \[(.+)\]/g)].map(([, name]) => name);
  expect(named).toEqual(["gatehouse.env"]);
  for (const list of [".dockerignore", ".gitignore"]) {
    const lines = read(list).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["*.env", "gatehouse.config.json"]));
  }
});

test("one service builds the image that all of ours run", () => {
  const text = read("compose.yaml");
  expect(text.match(/^ +build:/gm)).toHaveLength(1);
  expect(text.slice(text.indexOf("  migrate:"), text.indexOf("  gateway:"))).toContain("build: .");
});

test.each(["operator", "verify-ledger"])("npm run %s works in an image", async (name) => {
  // As there: what was built and the scripts, no sources, no package that builds.
  const image = mkdtempSync(join(tmpdir(), "image-"));
  mkdirSync(join(image, "dist"));
  cpSync("scripts", join(image, "scripts"), { recursive: true });
  cpSync("package.json", join(image, "package.json"));
  await writeFile(
    join(image, "dist", `${name}.mjs`),
    "console.log('ran', process.argv.slice(2).join())",
  );
  const { code, output } = await run(
    process.execPath,
    [join(image, "scripts", `${name}.mjs`), "list"],
    { env: { ...process.env, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" } },
  );
  await rm(image, { recursive: true });
  expect(output).toBe("ran list\n");
  expect(code).toBe(0);
});

test("every service of the compose file is one of ours or PostgreSQL, and migrations come first", () => {
  const text = read("compose.yaml");
  const services = text.slice(text.indexOf("\nservices:"), text.indexOf("\nvolumes:"));
  const names = [...services.matchAll(/^ {2}([a-z]+):$/gm)].map(([, name]) => name);
  expect(names).toEqual(["postgres", "migrate", "gateway", "web", "worker"]);
  expect(services.match(/migrate: \{ condition: service_completed_successfully \}/g)).toHaveLength(
    3,
  );
});

test.runIf(spawnSync("systemd-analyze", ["--version"]).status === 0)(
  "systemd finds nothing wrong with the units",
  () => {
    const paths = unitFiles.map((name) => join("deploy", name));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", ...paths], {
      encoding: "utf8",
    });
    // Where Node is isn't the unit's fault here.
    const complaints = stderr.split("\n").filter((line) => line !== "" && !/\/node /.test(line));
    expect(complaints).toEqual([]);
    expect(status === 0 || stderr.includes("/node ")).toBe(true);
  },
);

test("the health check is what /readyz says", async () => {
  let status = 200;
  const server = createServer((req, res) => {
    res.writeHead(req.url === "/readyz" ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = String(typeof address === "object" ? address?.port : "");
  const check = async () =>
    (await run(process.execPath, [join("deploy", "healthcheck.mjs"), port], {})).code;
  expect(await check()).toBe(0);
  status = 503;
  expect(await check()).toBe(1);
  await new Promise((resolve) => server.close(resolve));
  expect(await check()).toBe(1);
});
