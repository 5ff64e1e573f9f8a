import { buttonClass } from "@/components/button-class";
import type { TopUpView } from "@/lib/billing/queries";

/** Where a payment that was left open can be gone on with; null where it can't be. */
export function resumeAddress(topUp: TopUpView): string | null {
  const isOpen = topUp.status === "pending" || topUp.status === "needs_action";
  if (!isOpen || topUp.kind !== "checkout") return null;
  if (topUp.provider === "demo") return topUp.checkoutUrl ?? `/checkout/${topUp.id}`;
  // The provider's own page; anything else than https was never one.
  return topUp.checkoutUrl?.startsWith("https://") ? topUp.checkoutUrl : null;
}

/** A plain link: the page may be somebody else's. */
export function ResumeLink({ topUp, label }: { topUp: TopUpView; label: string }) {
  return (
    <a href={resumeAddress(topUp) ?? undefined} className={buttonClass({ size: "sm" })}>
      {label}
    </a>
  );
}
