import { Callout } from "@/components/callout";
import { brand } from "@/lib/brand";

/** Says, on every page, that nothing goes through, why, and whom to write to. */
export function SuspendedNotice({ reason }: { reason: string | null }) {
  return (
    <section aria-label="Account suspended" className="mb-5">
      <Callout
        tone="red"
        role="note"
        title="This account is suspended"
        action={
          <a
            href={`mailto:${brand.supportEmail}?subject=Suspended%20account`}
            className="rounded-sm font-medium underline underline-offset-3"
          >
            Write to {brand.supportEmail}
          </a>
        }
      >
        {reason ? <p className="wrap-anywhere">Reason: {reason}</p> : null}
        <p>API keys are refused, and nothing can be changed. Nothing has been deleted.</p>
      </Callout>
    </section>
  );
}
