import type { Metadata } from "next";
import { AuthHeading, AuthLink } from "@/app/(auth)/auth-heading";
import { requestedPage } from "@/app/(auth)/requested-page";
import { SignInForm } from "@/app/(auth)/sign-in/sign-in-form";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const callbackUrl = await requestedPage(searchParams);
  return (
    <>
      <AuthHeading title={`Sign in to ${brand.name}`}>
        New here?{" "}
        <AuthLink path="/sign-up" callbackUrl={callbackUrl}>
          Create an account
        </AuthLink>
      </AuthHeading>
      <SignInForm callbackUrl={callbackUrl} />
    </>
  );
}
