import { AuthHeading } from "@/app/(auth)/auth-heading";
import { ButtonLink } from "@/components/button-link";

/** A way in that this installation doesn't have, inside the frame of those that it has. */
export default function NotFound() {
  return (
    <>
      <AuthHeading title="There is nothing here">
        The address may be mistyped, or this page isn’t available here.
      </AuthHeading>
      <ButtonLink href="/sign-in" variant="primary">
        Sign in
      </ButtonLink>
    </>
  );
}
