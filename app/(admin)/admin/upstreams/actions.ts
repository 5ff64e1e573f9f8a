"use server";

import { refresh } from "next/cache";
import { createOperatorAction, createOperatorActionAfter } from "@/lib/auth/operator-action";
import { readEnv } from "@/lib/env";
import type { ActionResult } from "@/lib/result";
import { credentialKeyOf } from "@/lib/sealed";
import { type ConnectionCheck, checkConnection } from "@/lib/upstreams/check";
import { addUpstream, removeUpstream, updateUpstream } from "@/lib/upstreams/mutations";
import { AddUpstream, UpdateUpstream, UpstreamReference } from "@/lib/upstreams/schema";

/** Whoever changes where requests go sees what customers send. */
const sensitive = { isSensitive: true };

const credentialKey = () => credentialKeyOf(readEnv().AUTH_SECRET);

const about = (id: string) => ({ workspaceId: null, targetType: "upstream", targetId: id });

const add = createOperatorAction(AddUpstream, sensitive, async ({ db, record }, input) => {
  await addUpstream(db, credentialKey(), input);
  const { id } = input;
  await record({ ...about(id), action: "upstream.added", details: { name: id } });
  refresh();
  return { id };
});

const update = createOperatorAction(UpdateUpstream, sensitive, async (context, input) => {
  const { fields, isCredentialChanged } = await updateUpstream(context.db, credentialKey(), input);
  const { id } = input;
  if (fields.length > 0) {
    const details = { name: id, fields };
    await context.record({ ...about(id), action: "upstream.updated", details });
  }
  if (isCredentialChanged) {
    const details = { name: id };
    await context.record({ ...about(id), action: "upstream.credential_changed", details });
  }
  if (fields.length === 0 && !isCredentialChanged) context.changedNothing();
  refresh();
});

// Its page is gone with it, so nothing is drawn anew before its reader has left it.
const remove = createOperatorAction(UpstreamReference, sensitive, async (context, { id }) => {
  await removeUpstream(context.db, id);
  await context.record({ ...about(id), action: "upstream.removed", details: { name: id } });
});

const check = createOperatorActionAfter(
  UpstreamReference,
  { isSensitive: false },
  (db, { id }) => checkConnection(db, credentialKey(), id),
  async ({ record }, { id }, checked) => {
    const { isFine, status } = checked;
    const details = { name: id, isFine, status };
    await record({ ...about(id), action: "upstream.checked", details });
    return checked;
  },
);

/** An empty credential: the provider wants none. */
export async function addUpstreamAction(input: unknown): Promise<ActionResult<{ id: string }>> {
  return await add(input);
}

/** An empty credential leaves the one that is there. */
export async function updateUpstreamAction(input: unknown): Promise<ActionResult<void>> {
  return await update(input);
}

export async function removeUpstreamAction(input: UpstreamReference): Promise<ActionResult<void>> {
  return await remove(input);
}

export async function checkUpstreamAction(
  input: UpstreamReference,
): Promise<ActionResult<ConnectionCheck>> {
  return await check(input);
}
