import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { RelativeTime } from "@/components/relative-time";
import type { KeyExposureNotice, OpenRotation } from "@/lib/keys/exposure-queries";

export const keyPage = (id: string) => `/keys/${id}` as Route;

/** How a key came to be known, in words that fit into a sentence. The address is a stranger's: text, no link. */
function Place({ notice }: { notice: KeyExposureNotice }) {
  if (notice.url) return <span className="wrap-anywhere">found at {notice.url}</span>;
  return notice.source === "github" ? "found by GitHub" : "reported to us";
}

/** Keys that were found in the open and revoked: whoever used them has to be given another. */
export function ExposureAlerts({ notices }: { notices: readonly KeyExposureNotice[] }) {
  const [newest] = notices;
  if (!newest) return null;
  const isOne = notices.length === 1;
  return (
    <Callout
      tone="red"
      role="status"
      title={
        isOne
          ? `${newest.keyName} was leaked and is revoked`
          : `${notices.length} keys were leaked and are revoked`
      }
      action={
        <ButtonLink href={isOne ? keyPage(newest.keyId) : "/keys?status=revoked"} size="sm">
          {isOne ? "Open the key" : "Go to API keys"}
        </ButtonLink>
      }
    >
      {isOne ? "It" : `The latest, ${newest.keyName},`} was <Place notice={newest} /> and revoked{" "}
      <RelativeTime at={newest.revokedAt.toISOString()} />. Create another key, and look at its
      usage for requests that aren’t yours.
    </Callout>
  );
}

/** Rotations that a policy asks for, before they end the key. */
export function RotationAlerts({ rotations }: { rotations: readonly OpenRotation[] }) {
  const [soonest] = rotations;
  if (!soonest) return null;
  const isOne = rotations.length === 1;
  return (
    <Callout
      tone="amber"
      role="status"
      title={
        isOne ? `${soonest.keyName} is due for rotation` : `${rotations.length} rotations are due`
      }
      action={
        <ButtonLink href={keyPage(soonest.keyId)} size="sm">
          {isOne ? "Rotate" : `Rotate ${soonest.keyName}`}
        </ButtonLink>
      }
    >
      {isOne
        ? "Unless it is rotated it stops working "
        : `${soonest.keyName} is the first to stop, `}
      <RelativeTime at={soonest.deadlineAt.toISOString()} />.
    </Callout>
  );
}
