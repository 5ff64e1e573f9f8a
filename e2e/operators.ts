import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import postgres from "postgres";
import { bundleDir } from "../scripts/paths.mjs";
import { type Account, signUp } from "./steps";

export const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

const run = promisify(execFile);

/** `npm run operator -- …` on the product under test; answers what it said, or throws with it. */
export async function operatorCommand(...args: string[]): Promise<string> {
  return await operatorCommandOn(databaseUrl, ...args);
}

async function operatorCommandOn(url: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: url };
  const { stdout } = await run(process.execPath, [join(bundleDir, "operator.mjs"), ...args], {
    env,
  });
  return stdout;
}

/** One query on the product's database. */
export async function query<T>(
  ask: (sql: postgres.Sql) => Promise<T>,
  url = databaseUrl,
): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  return await ask(sql).finally(() => sql.end());
}

/** A browser that is signed in as an operator, whose address is confirmed. */
export async function signUpOperator(page: Page, url = databaseUrl): Promise<Account> {
  const account = await signUp(page);
  await query(
    (sql) => sql`update users set email_verified_at = now() where email = ${account.email}`,
    url,
  );
  await operatorCommandOn(url, "add", account.email);
  return account;
}

/** The workspace of somebody who has one. */
export async function workspaceOf({ email }: Pick<Account, "email">): Promise<string> {
  const [row] = await query(
    (sql) => sql`
      select m.workspace_id as id from members m join users u on u.id = m.user_id
      where u.email = ${email} order by m.created_at limit 1`,
  );
  return row?.id;
}

/** What operators did to an account, oldest first. */
export async function operatorActsOn(workspaceId: string): Promise<string[]> {
  const rows = await query(
    (sql) => sql`
      select action from audit_log
      where workspace_id = ${workspaceId} and actor_type = 'operator' order by at, id`,
  );
  return rows.map(({ action }) => action);
}
