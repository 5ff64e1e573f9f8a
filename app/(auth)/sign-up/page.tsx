import type { Metadata } from "next";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { requestedPage } from "@/app/(auth)/requested-page";
import { SignUpForm } from "@/app/(auth)/sign-up/sign-up-form";

export const metadata: Metadata = { title: "Create your account" };

export default async function SignUpPage({ searchParams }: PageProps<"/sign-up">) {
  const callbackUrl = await requestedPage(searchParams);
  return (
    <>
      <AuthHeading title="Create your account">
        Already have one?{" "}
        <AuthLink path="/sign-in" callbackUrl={callbackUrl}>
          Sign in
        </AuthLink>
      </AuthHeading>
      <SignUpForm callbackUrl={callbackUrl} />
    </>
  );
}
