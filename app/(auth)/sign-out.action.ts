"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { createPublicAction } from "@/lib/auth/action";
import { clearSessionCookie } from "@/lib/auth/auth";
import { signOutSession } from "@/lib/auth/mutations";
import { findSignedIn } from "@/lib/auth/session";

/* Public, so that members of a suspended workspace can leave and a second press isn't an error. */
const signOut = createPublicAction(z.void(), async (context) => {
  const signedIn = await findSignedIn();
  if (signedIn) await signOutSession(context.db, signedIn, context);
  await clearSessionCookie();
});

/** Ends the session and leads, by where the browser forgets it, to the sign-in page. */
export async function signOutAction(): Promise<void> {
  const result = await signOut(undefined);
  // A form without fields has nowhere to show a refusal; the error page has.
  if (!result.ok) throw new Error(result.error.code);
  redirect("/signed-out" as Route);
}
