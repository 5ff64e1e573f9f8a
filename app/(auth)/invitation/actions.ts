"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { joinWorkspace } from "@/app/(auth)/invitation/join-workspace";
import { requireShownInvitation } from "@/app/(auth)/invitation/shown-invitation";
import { createPersonalAction, createPublicAction } from "@/lib/auth/action";
import { clearSessionCookie } from "@/lib/auth/auth";
import { dropPassing, keepWishedWorkspace } from "@/lib/auth/cookies";
import { signOutSession } from "@/lib/auth/mutations";
import { Nothing } from "@/lib/auth/schema";
import { findSignedIn } from "@/lib/auth/session";

const accept = createPersonalAction(Nothing, async (context) => {
  const invitation = await requireShownInvitation();
  await joinWorkspace(context.db, context.signedIn, invitation, context);
  await keepWishedWorkspace(invitation.workspace.id);
  await dropPassing("invitation");
});

/** Makes the caller a member of the workspace that their browser's invitation is for, and leads there. */
export async function acceptInvitationAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await accept(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/overview" as Route);
}

const signOut = createPublicAction(z.void(), async (context) => {
  const signedIn = await findSignedIn();
  if (signedIn) await signOutSession(context.db, signedIn, context);
  await clearSessionCookie();
});

/** Signs out and leads back to the invitation, for who wants it with another account. */
export async function switchAccountAction(): Promise<void> {
  const result = await signOut(undefined);
  // A form without fields has nowhere to show a refusal; the error page has.
  if (!result.ok) throw new Error(result.error.code);
  redirect("/signed-out?to=invitation" as Route);
}
