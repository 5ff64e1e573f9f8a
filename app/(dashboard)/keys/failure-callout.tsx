import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { Callout } from "@/components/callout";
import type { ActionError } from "@/lib/result";

export type Failure = Pick<ActionError, "message" | "requestId"> &
  Partial<Pick<ActionError, "code">>;

/** Why an act was refused, with the way back in where the session is over. */
export function FailureCallout({ failure }: { failure: Failure }) {
  const { code, message, requestId } = failure;
  return (
    <Callout tone="red" action={code === "UNAUTHENTICATED" ? <SignInLink /> : null}>
      {message}
      {requestId ? ` Reference ${requestId}` : null}
    </Callout>
  );
}
