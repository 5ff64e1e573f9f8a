import "server-only";
import { actOrigin, mailPerson } from "@/app/(auth)/account-mails";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import type { Db } from "@/db/client";
import {
  connectAccount,
  findConnectedUser,
  type ProviderIdentity,
  touchConnected,
} from "@/lib/auth/connected";
import type { ProviderIntent } from "@/lib/auth/intent";
import { providerName } from "@/lib/auth/providers";
import { findAccount, findUser } from "@/lib/auth/queries";
import { noteProof } from "@/lib/auth/recent";
import { admitUser, type SignInOutcome, type Visitor } from "@/lib/auth/sign-in";
import { AppError } from "@/lib/errors";
import { connectionMail } from "@/lib/mail/account-templates";
import type { Scope } from "@/lib/scope";

/** What comes of a trip to a provider: somebody to let in, or a page of ours. */
export type Arrival =
  | { kind: "enter"; outcome: SignInOutcome; to: string }
  | { kind: "show"; page: string };

const show = (page: string): Arrival => ({ kind: "show", page });

/** Where a trip that came to nothing leads back to. `problem` is a word of the page's own list. */
export function pageOfFailure(intent: ProviderIntent | null, problem: string): string {
  if (intent?.act === "link") return `/settings/security?connect=${problem}#connected-accounts`;
  if (intent?.act === "prove") return "/confirmed?failed=1";
  const to = intent?.to ?? "/overview";
  const query = new URLSearchParams({ problem });
  if (to !== "/overview") query.set("callbackUrl", to);
  return `/sign-in?${query}`;
}

export interface ArrivalContext {
  db: Db;
  intent: ProviderIntent | null;
  /** The live session of the browser that came back, if it has one. */
  scope: Scope | null;
  visitor: Visitor;
  welcomeNanos: bigint;
}

/**
 * Decides about somebody whom a provider vouches for. Only a connection that was made before opens an account:
 * an address that has one here is never enough, whoever confirms it.
 */
export async function arrive(
  identity: ProviderIdentity,
  context: ArrivalContext,
): Promise<Arrival> {
  const { intent } = context;
  if (!intent) return show(pageOfFailure(null, "provider"));
  if (intent.act === "sign_in") return await signInBy(identity, intent.to, context);
  const { scope } = context;
  // The session that set out has to be the one that comes back.
  if (!scope || scope.sessionId !== intent.sessionId) {
    return show(pageOfFailure(intent, "provider"));
  }
  return intent.act === "link"
    ? await linkTo(scope, identity, context)
    : await proveBy(scope, identity, context);
}

async function signInBy(
  identity: ProviderIdentity,
  to: string,
  context: ArrivalContext,
): Promise<Arrival> {
  const { db, visitor } = context;
  const known = await findConnectedUser(db, identity);
  if (known) {
    await touchConnected(db, identity);
    const outcome = await admitUser(db, known, identity.provider, visitor);
    return { kind: "enter", outcome, to };
  }
  const { email } = identity;
  // An address that nobody has confirmed may be somebody else's.
  if (email === null || !identity.isEmailVerified) {
    return show(pageOfFailure(context.intent, "unverified"));
  }
  if (await findAccount(db, email)) return show(pageOfFailure(context.intent, "exists"));
  const opened = await openWith(identity, email, context);
  if (!opened) return show(pageOfFailure(context.intent, "exists"));
  const outcome = await admitUser(db, opened, identity.provider, visitor);
  return { kind: "enter", outcome, to };
}

/** Opens an account like a sign-up does; null where the address was taken at the same moment. */
async function openWith(
  identity: ProviderIdentity,
  email: string,
  { db, visitor, welcomeNanos }: ArrivalContext,
): Promise<{ userId: string; workspaceId: string } | null> {
  try {
    return await db.transaction(async (tx) => {
      const account = { name: identity.name, email, passwordHash: null, welcomeNanos };
      const opened = await openAccount(tx, { ...account, isVerified: true }, visitor);
      await connectAccount(tx, opened, identity, visitor);
      return opened;
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "CONFLICT") return null;
    throw error;
  }
}

async function linkTo(
  scope: Scope,
  identity: ProviderIdentity,
  context: ArrivalContext,
): Promise<Arrival> {
  const { db, visitor, intent } = context;
  const user = await findUser(db, scope.userId);
  if (!user) return show(pageOfFailure(intent, "provider"));
  try {
    await db.transaction(async (tx) => {
      await connectAccount(tx, scope, identity, visitor);
      const name = providerName(identity.provider);
      const mail = connectionMail("connected", name, actOrigin(visitor));
      await mailPerson(tx, user, "account_connected", mail);
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return show(pageOfFailure(intent, "taken"));
  }
  return show("/settings/security?connect=done#connected-accounts");
}

async function proveBy(
  scope: Scope,
  identity: ProviderIdentity,
  { db, visitor, intent }: ArrivalContext,
): Promise<Arrival> {
  const known = await findConnectedUser(db, identity);
  if (known?.userId !== scope.userId) return show(pageOfFailure(intent, "provider"));
  await noteProof(db, scope, identity.provider, visitor);
  return show("/confirmed");
}
