"use server";

import { revalidatePath } from "next/cache";
import { type ActionContext, createAction } from "@/lib/auth/action";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { disableKey, enableKey, renameKey, updateKey } from "@/lib/keys/change-key";
import { type CreatedKey, createKey } from "@/lib/keys/create-key";
import { findKeyScopes } from "@/lib/keys/queries";
import { revokeKey, undoRevoke } from "@/lib/keys/revoke-key";
import {
  cancelRotation,
  extendGrace,
  type RotatedKey,
  retireOldSecret,
  rotateKey,
} from "@/lib/keys/rotate-key";
import {
  CreateKey,
  ExtendGrace,
  KeyReference,
  RenameKey,
  RetireOldSecret,
  RevokeKey,
  RotateKey,
  UpdateKey,
} from "@/lib/keys/schema";
import type { ActionResult } from "@/lib/result";

/** The list and every key's own page come back with the answer; a secret stands in the result alone. */
function refreshKeys(): void {
  revalidatePath("/keys");
}

/** Whoever has such a key can make more of them; a session that was left open somewhere must not be enough. */
async function requireRecentForAdmin(
  context: ActionContext,
  scopes: readonly string[] | undefined,
): Promise<void> {
  if (scopes?.includes("admin")) await requireRecentSignIn(context.db, context.scope);
}

const create = createAction(CreateKey, async (context, input) => {
  await requireRecentForAdmin(context, input.scopes);
  const created = await createKey(context.db, context.scope, input, context);
  refreshKeys();
  return created;
});

const rename = createAction(RenameKey, async (context, input) => {
  await renameKey(context.db, context.scope, input, context);
  refreshKeys();
});

const update = createAction(UpdateKey, async (context, input) => {
  await requireRecentForAdmin(context, input.scopes);
  const updated = await updateKey(context.db, context.scope, input, context);
  refreshKeys();
  return updated;
});

const disable = createAction(KeyReference, async (context, input) => {
  await disableKey(context.db, context.scope, input, context);
  refreshKeys();
});

const enable = createAction(KeyReference, async (context, input) => {
  await enableKey(context.db, context.scope, input, context);
  refreshKeys();
});

const revoke = createAction(RevokeKey, async (context, input) => {
  await revokeKey(context.db, context.scope, input, context);
  refreshKeys();
});

const undo = createAction(KeyReference, async (context, input) => {
  await undoRevoke(context.db, context.scope, input, context);
  refreshKeys();
});

const rotate = createAction(RotateKey, async (context, input) => {
  await requireRecentForAdmin(context, await findKeyScopes(context.db, context.scope, input.id));
  const rotated = await rotateKey(context.db, context.scope, input, context);
  refreshKeys();
  return rotated;
});

const retire = createAction(RetireOldSecret, async (context, input) => {
  await retireOldSecret(context.db, context.scope, input, context);
  refreshKeys();
});

const extend = createAction(ExtendGrace, async (context, input) => {
  const extended = await extendGrace(context.db, context.scope, input, context);
  refreshKeys();
  return extended;
});

const cancel = createAction(KeyReference, async (context, input) => {
  await cancelRotation(context.db, context.scope, input, context);
  refreshKeys();
});

/** Answers the key with its secret: the only time that it leaves the server. */
export async function createKeyAction(input: CreateKey): Promise<ActionResult<CreatedKey>> {
  return await create(input);
}

export async function renameKeyAction(input: RenameKey): Promise<ActionResult<void>> {
  return await rename(input);
}

/** Answers when the key was changed last: the next change's `expectedUpdatedAt`. */
export async function updateKeyAction(
  input: UpdateKey,
): Promise<ActionResult<{ updatedAt: Date }>> {
  return await update(input);
}

export async function disableKeyAction(input: KeyReference): Promise<ActionResult<void>> {
  return await disable(input);
}

export async function enableKeyAction(input: KeyReference): Promise<ActionResult<void>> {
  return await enable(input);
}

export async function revokeKeyAction(input: RevokeKey): Promise<ActionResult<void>> {
  return await revoke(input);
}

export async function undoRevokeAction(input: KeyReference): Promise<ActionResult<void>> {
  return await undo(input);
}

/** Answers the new secret: the only time that it leaves the server. */
export async function rotateKeyAction(input: RotateKey): Promise<ActionResult<RotatedKey>> {
  return await rotate(input);
}

export async function retireOldSecretAction(input: RetireOldSecret): Promise<ActionResult<void>> {
  return await retire(input);
}

export async function extendGraceAction(
  input: ExtendGrace,
): Promise<ActionResult<{ retiresAt: Date }>> {
  return await extend(input);
}

export async function cancelRotationAction(input: KeyReference): Promise<ActionResult<void>> {
  return await cancel(input);
}
