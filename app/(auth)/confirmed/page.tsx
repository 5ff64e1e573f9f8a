import type { Metadata } from "next";
import { AuthHeading } from "@/app/(auth)/auth-heading";

export const metadata: Metadata = { title: "Confirmed", robots: { index: false } };

/** The end of a trip to a provider that another tab waits for. */
export default async function ConfirmedPage({ searchParams }: PageProps<"/confirmed">) {
  if ((await searchParams).failed) {
    return (
      <AuthHeading title="That didn’t work">
        It wasn’t the account that is connected here, or you cancelled. Close this tab and try again
        in the one you came from.
      </AuthHeading>
    );
  }
  return (
    <AuthHeading title="It’s you">Close this tab and go on in the one you came from.</AuthHeading>
  );
}
