"use server";

import { revalidatePath } from "next/cache";
import { createAction } from "@/lib/auth/action";
import { type CreatedKey, createKey, renameKey, revokeKey } from "@/lib/keys/mutations";
import { CreateKey, RenameKey, RevokeKey } from "@/lib/keys/schema";
import type { ActionResult } from "@/lib/result";

const create = createAction(CreateKey, async (context, input) => {
  const created = await createKey(context.db, context.scope, input, context);
  // The list comes back with the same answer; the secret stands in the result alone.
  revalidatePath("/keys");
  return created;
});

const rename = createAction(RenameKey, async (context, input) => {
  await renameKey(context.db, context.scope, input, context);
  revalidatePath("/keys");
});

const revoke = createAction(RevokeKey, async (context, input) => {
  await revokeKey(context.db, context.scope, input, context);
  revalidatePath("/keys");
});

/** Answers the key with its secret: the only time that it leaves the server. */
export async function createKeyAction(input: CreateKey): Promise<ActionResult<CreatedKey>> {
  return await create(input);
}

export async function renameKeyAction(input: RenameKey): Promise<ActionResult<void>> {
  return await rename(input);
}

export async function revokeKeyAction(input: RevokeKey): Promise<ActionResult<void>> {
  return await revoke(input);
}
