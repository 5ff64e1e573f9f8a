import { sampleNamed } from "@/lib/docs/testing/samples";
import { type DocsValues, docsValues } from "@/lib/docs/values";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

/** A gateway, and the values that make the samples programs of one of its customers. */
export interface DocsDoor {
  door: TestDoor;
  values: DocsValues;
  /** The variables that the pages tell a reader to set. */
  env: Record<string, string>;
  /** The same for the holder of a key with the scope admin. */
  adminEnv: Record<string, string>;
  /** Another key of the customer. */
  makeKey(): Promise<string>;
  /** The text of a sample for this customer. */
  code(name: string): string;
  close(): Promise<void>;
}

export async function openDocsDoor(): Promise<DocsDoor> {
  const door = await openTestDoor();
  const tenant = await createTenant(door.sql, { balanceUsd: "20" });
  const makeKey = async (scopes = ["read", "write"]) =>
    (await createTestKey(door.sql, tenant, { scopes })).secret;
  const values = { ...docsValues(door.origin), key: await makeKey() };
  const env = {
    [values.keyVariable]: values.key,
    [values.urlVariable]: values.apiUrl,
    OPENAI_API_KEY: values.key,
    OPENAI_BASE_URL: values.apiUrl,
    ANTHROPIC_AUTH_TOKEN: values.key,
    ANTHROPIC_BASE_URL: values.apiOrigin,
  };
  return {
    door,
    values,
    env,
    adminEnv: { [values.keyVariable]: await makeKey(["admin"]), CUSTOMER_KEY: values.key },
    makeKey: () => makeKey(),
    code: (name) => sampleNamed(name).code(values),
    close: () => door.close(),
  };
}
