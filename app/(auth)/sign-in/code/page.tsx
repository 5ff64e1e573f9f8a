import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { requestedPage } from "@/app/(auth)/requested-page";
import { CodeForm } from "@/app/(auth)/sign-in/code/code-form";
import { NearLink } from "@/components/near-link";
import { getDb } from "@/db/client";
import { findChallenge } from "@/lib/auth/challenge";
import { readPassing } from "@/lib/auth/cookies";

export const metadata: Metadata = { title: "Enter your code", robots: { index: false } };

export default async function CodePage({ searchParams }: PageProps<"/sign-in/code">) {
  const callbackUrl = await requestedPage(searchParams);
  const query = callbackUrl ? `callbackUrl=${encodeURIComponent(callbackUrl)}` : "";
  const token = await readPassing("challenge");
  const challenge = token === null ? null : await findChallenge(getDb(), token);
  if (!challenge) redirect(`/sign-in${query ? `?${query}` : ""}` as Route);
  const isRecovery = (await searchParams).recovery === "1";
  const other = new URLSearchParams(query);
  if (!isRecovery) other.set("recovery", "1");
  return (
    <>
      <AuthHeading title={isRecovery ? "Enter a recovery code" : "Enter your code"}>
        {isRecovery
          ? "One of the ten you kept when you turned two-factor authentication on. Each works once."
          : `From your authenticator app, for ${challenge.email}.`}
      </AuthHeading>
      <CodeForm callbackUrl={callbackUrl} isRecovery={isRecovery} />
      <p className="mt-4 flex flex-wrap justify-between gap-x-4 gap-y-2 text-sm text-fg-2">
        <NearLink
          href={`/sign-in/code${other.size > 0 ? `?${other}` : ""}` as Route}
          className="rounded-sm text-fg underline decoration-line-strong underline-offset-3 hover:decoration-fg"
        >
          {isRecovery ? "Use the app instead" : "Use a recovery code"}
        </NearLink>
        <AuthLink path="/sign-in" callbackUrl={callbackUrl}>
          Start again
        </AuthLink>
      </p>
    </>
  );
}
