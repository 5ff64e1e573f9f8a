import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { test as base } from "@playwright/test";
import { bundleDir, root } from "../scripts/paths.mjs";
import { findFreePort } from "../scripts/ports.mjs";
import { productSecret } from "./mailbox";
import { databaseUrl, query } from "./operators";
import { startSecondWeb } from "./second-web";

export interface OwnProduct {
  /** Two dashboards on one database, as behind a balancer. */
  urls: readonly [string, string];
  databaseUrl: string;
  stop(): Promise<void>;
}

async function startOwnProduct(): Promise<OwnProduct> {
  const name = `own_${randomBytes(6).toString("hex")}`;
  const target = new URL(databaseUrl);
  target.pathname = `/${name}`;
  const env = { DATABASE_URL: target.toString(), AUTH_SECRET: productSecret() };
  await query((sql) => sql.unsafe(`create database ${name}`));
  await promisify(execFile)(process.execPath, [join(bundleDir, "migrate.mjs")], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  const port = await findFreePort();
  const ports = [port, await findFreePort([port])] as const;
  const [one, other] = await Promise.all([
    startSecondWeb(ports[0], env),
    startSecondWeb(ports[1], env),
  ]);
  return {
    urls: [one.url, other.url],
    databaseUrl: env.DATABASE_URL,
    async stop() {
      await Promise.all([one.stop(), other.stop()]);
      await query((sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}

/** For journeys that change what everybody sees: they have a product of their own, and pages of its first dashboard. */
export const test = base.extend<object, { product: OwnProduct }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it which fixtures are wanted.
    async ({}, use) => {
      const product = await startOwnProduct();
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ product }, use) => {
    await use(product.urls[0]);
  },
});
