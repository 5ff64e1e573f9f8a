import type { Metadata } from "next";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { ReportForm } from "@/app/report-key/report-form";
import { brand } from "@/lib/brand";

export function generateMetadata(): Metadata {
  return {
    title: "Report a leaked key",
    description: `Found a ${brand.name} API key where it shouldn't be? Report it, and it is revoked at once.`,
  };
}

// Its data holds the brand's name, which may change at any minute.
export const dynamic = "force-dynamic";

export default function ReportKeyPage() {
  return (
    <>
      <AuthHeading title="Report a leaked key">
        Found a {brand.name} API key where it shouldn't be? Tell us, and it stops working at once.
      </AuthHeading>
      <ReportForm brandName={brand.name} />
    </>
  );
}
