"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { actOrigin, linkFor, mailPerson } from "@/app/(auth)/account-mails";
import { afterAnswer } from "@/app/(auth)/after-answer";
import { requestVerification } from "@/app/(auth)/sign-up/request-sign-up";
import { type QrCode, qrCode } from "@/app/(dashboard)/settings/qr-code";
import { mailDelivery } from "@/app/mail-delivery";
import { recordAudit } from "@/lib/audit/record";
import { createAction } from "@/lib/auth/action";
import { beginProviderTrip } from "@/lib/auth/auth";
import { disconnectAccount } from "@/lib/auth/connected";
import { changePassword, requireGoodPassword } from "@/lib/auth/credentials";
import { keepIntent } from "@/lib/auth/intent";
import { issueMailToken } from "@/lib/auth/mail-token";
import { hashPassword } from "@/lib/auth/password";
import { listProviders, providerName, requireProvider } from "@/lib/auth/providers";
import { findAccount, requireUser } from "@/lib/auth/queries";
import { requireOwnPassword, requireRecentSignIn, spendOwnCode } from "@/lib/auth/recent";
import { ChangeEmail, ChangePassword, CodeGiven, ProviderChoice } from "@/lib/auth/schema";
import {
  beginEnrolment,
  confirmEnrolment,
  removeSecondFactor,
  renewRecoveryCodes,
} from "@/lib/auth/second-factor";
import { takeMailAttempt } from "@/lib/auth/throttle";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import {
  addressInUseMail,
  changeEmailMail,
  connectionMail,
  passwordChangedMail,
  type SecondFactorChange,
  secondFactorMail,
} from "@/lib/mail/account-templates";
import type { ActionResult } from "@/lib/result";

const changeOwnPassword = createAction(ChangePassword, async (context, input) => {
  const { db, scope } = context;
  const user = await requireUser(db, scope);
  if (user.hasPassword) {
    const current = input.currentPassword;
    if (current === undefined) {
      const fields = { currentPassword: "Enter your current password." };
      throw new AppError("VALIDATION_ERROR", undefined, { fields });
    }
    await requireOwnPassword(db, scope, current, "currentPassword", context);
  } else {
    await requireRecentSignIn(db, scope);
  }
  requireGoodPassword(input.password, user);
  const passwordHash = await hashPassword(input.password);
  await db.transaction(async (tx) => {
    await changePassword(tx, scope, passwordHash, context);
    await mailPerson(tx, user, "password_changed", passwordChangedMail(actOrigin(context)));
  });
  refresh();
});

/** Says the same for an address that is free and one that isn't; the mails tell their readers. */
const requestEmailChange = createAction(ChangeEmail, async (context, input) => {
  const { db, scope } = context;
  if (mailDelivery() === "none") throw new AppError("NOT_FOUND");
  await requireRecentSignIn(db, scope);
  const { email } = input;
  const user = await requireUser(db, scope);
  if (email === user.email) {
    const fields = { email: "This is your address already." };
    throw new AppError("VALIDATION_ERROR", undefined, { fields });
  }
  await takeMailAttempt(db, "change-email", `${scope.userId} anywhere`, context);
  await takeMailAttempt(db, "change-email", email, context);
  await recordAudit(db, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "user.email_change_requested",
    targetType: "user",
    targetId: scope.userId,
    origin: context,
  });
  afterAnswer(context.requestId, async () => {
    const owner = await findAccount(db, email);
    await db.transaction(async (tx) => {
      if (owner) {
        const to = { userId: owner.userId, email };
        await mailPerson(tx, to, "address_in_use", addressInUseMail());
        return;
      }
      const { userId } = scope;
      const token = await issueMailToken(tx, { purpose: "change_email", userId, email });
      const mail = changeEmailMail(linkFor("change_email", token));
      await mailPerson(tx, { userId, email }, "change_email", mail);
    });
  });
});

const resendVerification = createAction(z.void(), async (context) => {
  if (mailDelivery() === "none") throw new AppError("NOT_FOUND");
  const user = await requireUser(context.db, context.scope);
  if (user.isEmailVerified) return;
  await takeMailAttempt(context.db, "verify", user.email, context);
  await requestVerification(context.db, user);
});

const beginFactor = createAction(z.void(), async (context) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const user = await requireUser(db, scope);
  const { secret, address } = await beginEnrolment(db, scope, user, readEnv().AUTH_SECRET);
  return { secret, qr: qrCode(address) };
});

/** Tells the owner, in the transaction of the act. */
async function tellOfFactor(
  tx: Parameters<typeof mailPerson>[0],
  user: { userId: string; email: string },
  change: SecondFactorChange,
  from: { address: string | null; userAgent: string | null },
): Promise<void> {
  const mail = secondFactorMail(change, actOrigin(from));
  await mailPerson(tx, user, `second_factor_${change}`, mail);
}

const confirmFactor = createAction(CodeGiven, async (context, input) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const user = await requireUser(db, scope);
  const { AUTH_SECRET: secret } = readEnv();
  return await db.transaction(async (tx) => {
    const codes = await confirmEnrolment(tx, scope, input.code, secret, context);
    await tellOfFactor(tx, user, "enabled", context);
    return codes;
  });
});

const disableFactor = createAction(CodeGiven, async (context, input) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const user = await requireUser(db, scope);
  await spendOwnCode(db, scope, input.code, readEnv().AUTH_SECRET, context);
  await db.transaction(async (tx) => {
    await removeSecondFactor(tx, scope, context);
    await tellOfFactor(tx, user, "disabled", context);
  });
  refresh();
});

const renewCodes = createAction(z.void(), async (context) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const user = await requireUser(db, scope);
  const { AUTH_SECRET: secret } = readEnv();
  return await db.transaction(async (tx) => {
    const codes = await renewRecoveryCodes(tx, scope, secret, context);
    await tellOfFactor(tx, user, "codes_renewed", context);
    return codes;
  });
});

const connect = createAction(ProviderChoice, async (context, input) => {
  const provider = requireProvider(input.provider);
  // One more way in is as good as one more password.
  await requireRecentSignIn(context.db, context.scope);
  await keepIntent({ act: "link", sessionId: context.scope.sessionId });
  return await beginProviderTrip(provider);
});

const disconnect = createAction(ProviderChoice, async (context, input) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const user = await requireUser(db, scope);
  const configured = listProviders().map(({ id }) => id);
  await db.transaction(async (tx) => {
    await disconnectAccount(tx, scope, input.provider, configured, context);
    const name = providerName(input.provider);
    const mail = connectionMail("disconnected", name, actOrigin(context));
    await mailPerson(tx, user, "account_disconnected", mail);
  });
  refresh();
});

export async function changePasswordAction(input: ChangePassword): Promise<ActionResult<void>> {
  return await changeOwnPassword(input);
}

export async function changeEmailAction(input: { email: string }): Promise<ActionResult<void>> {
  return await requestEmailChange(input);
}

export async function resendVerificationAction(): Promise<ActionResult<void>> {
  return await resendVerification(undefined);
}

/** Answers the new shared secret, for an app to scan or a person to type; it isn't shown again. */
export async function beginSecondFactorAction(): Promise<
  ActionResult<{ secret: string; qr: QrCode }>
> {
  return await beginFactor(undefined);
}

/** Answers the recovery codes: the only time that they leave the server. */
export async function confirmSecondFactorAction(input: {
  code: string;
}): Promise<ActionResult<string[]>> {
  return await confirmFactor(input);
}

export async function disableSecondFactorAction(input: {
  code: string;
}): Promise<ActionResult<void>> {
  return await disableFactor(input);
}

/** Answers the new recovery codes: the only time that they leave the server. */
export async function renewRecoveryCodesAction(): Promise<ActionResult<string[]>> {
  return await renewCodes(undefined);
}

/** Answers the provider's page to go to. */
export async function connectAccountAction(input: {
  provider: string;
}): Promise<ActionResult<string>> {
  return await connect(input);
}

export async function disconnectAccountAction(input: {
  provider: string;
}): Promise<ActionResult<void>> {
  return await disconnect(input);
}
