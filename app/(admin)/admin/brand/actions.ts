"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { getDb } from "@/db/client";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { refreshBrand } from "@/lib/branding/follow";
import { cleanLogo } from "@/lib/branding/logo";
import { SetLogo, UpdateBrand } from "@/lib/branding/schema";
import { removeLogo, setLogo, updateBrand } from "@/lib/branding/store";
import type { ActionResult } from "@/lib/result";

/** The name and the support address stand in every mail: whoever takes over a session mustn’t change them. */
const sensitive = { isSensitive: true };

const target = { workspaceId: null, targetType: "brand", targetId: "brand" } as const;

const update = createOperatorAction(UpdateBrand, sensitive, async (context, input) => {
  const changes = await updateBrand(context.db, input);
  if (changes.length === 0) return context.changedNothing();
  await context.record({
    ...target,
    action: "brand.updated",
    details: { fields: changes.map(({ field, from, to }) => `${field} from ${from} to ${to}`) },
  });
});

const put = createOperatorAction(SetLogo, sensitive, async (context, { file }) => {
  const logo = cleanLogo(file);
  const hash = await setLogo(context.db, logo);
  if (hash === null) context.changedNothing();
  else await context.record({ ...target, action: "brand.logo_set", details: { hash } });
  return { leftOut: logo.leftOut };
});

const remove = createOperatorAction(z.undefined(), sensitive, async (context) => {
  if (!(await removeLogo(context.db))) return context.changedNothing();
  await context.record({ ...target, action: "brand.logo_removed", details: {} });
});

/** Other processes are told by the database; this one shows the answer and has to know first. */
async function inForce<T>(result: ActionResult<T>): Promise<ActionResult<T>> {
  if (!result.ok) return result;
  await refreshBrand(getDb());
  refresh();
  return result;
}

/** Name, support address, accent and hosts; nothing in a field is the deployment's own. */
export async function updateBrandAction(input: unknown): Promise<ActionResult<void>> {
  return await inForce(await update(input));
}

/** A file in base64, which is kept as what is harmless of it. Answers what was left out. */
export async function setLogoAction(input: unknown): Promise<ActionResult<{ leftOut: string[] }>> {
  return await inForce(await put(input));
}

export async function removeLogoAction(): Promise<ActionResult<void>> {
  return await inForce(await remove(undefined));
}
