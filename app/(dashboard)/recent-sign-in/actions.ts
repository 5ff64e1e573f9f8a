"use server";

import { z } from "zod";
import { createAction } from "@/lib/auth/action";
import { beginProviderTrip } from "@/lib/auth/auth";
import { keepIntent } from "@/lib/auth/intent";
import { listProviders, requireProvider, type SignInProvider } from "@/lib/auth/providers";
import { findProofMethods, proveIdentity } from "@/lib/auth/recent";
import { Proof, ProviderChoice } from "@/lib/auth/schema";
import { readEnv } from "@/lib/env";
import type { ActionResult } from "@/lib/result";

/** What the dialog can ask for. */
export interface ProofChoices {
  password: boolean;
  code: boolean;
  providers: SignInProvider[];
}

const listChoices = createAction(z.void(), async (context): Promise<ProofChoices> => {
  const { password, code, providers } = await findProofMethods(context.db, context.scope);
  const offered = listProviders().filter(({ id }) => providers.includes(id));
  return { password, code, providers: offered };
});

const prove = createAction(Proof, async (context, input) => {
  await proveIdentity(context.db, context.scope, input, readEnv().AUTH_SECRET, context);
});

const proveElsewhere = createAction(ProviderChoice, async (context, input) => {
  const provider = requireProvider(input.provider);
  await keepIntent({ act: "prove", sessionId: context.scope.sessionId });
  // A provider that knows the wish asks for the password again, instead of waving its own session through.
  const params: Record<string, string> = provider === "oidc" ? { prompt: "login" } : {};
  return await beginProviderTrip(provider, params);
});

export async function listProofChoicesAction(): Promise<ActionResult<ProofChoices>> {
  return await listChoices(undefined);
}

/** Shows who the caller is by password or code; sensitive acts pass for ten minutes then. */
export async function proveAction(input: Proof): Promise<ActionResult<void>> {
  return await prove(input);
}

/** Answers the provider's page to open, for the same. */
export async function proveWithProviderAction(input: {
  provider: string;
}): Promise<ActionResult<string>> {
  return await proveElsewhere(input);
}
