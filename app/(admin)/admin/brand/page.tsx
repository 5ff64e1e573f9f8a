import type { Metadata } from "next";
import { BrandForm } from "@/app/(admin)/admin/brand/brand-form";
import { BrandSkeleton } from "@/app/(admin)/admin/brand/brand-skeleton";
import { LogoSection } from "@/app/(admin)/admin/brand/logo-section";
import { soon } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { plainAccent } from "@/lib/accent";
import { requirePageOperator } from "@/lib/auth/session";
import { deployment } from "@/lib/brand";
import { logoHrefOf, readStoredBrand } from "@/lib/branding/store";
import { appOrigin, readEnv } from "@/lib/env";

export const metadata: Metadata = { title: "Brand" };

export default function BrandPage() {
  return soon(BrandContent(), <BrandSkeleton />);
}

async function BrandContent() {
  await requirePageOperator();
  const { logo, ...stored } = await readStoredBrand(getDb());
  const ownAccent = deployment.accent ?? plainAccent;
  const { API_ORIGIN } = readEnv();
  return (
    <>
      <PageHeader
        title="Brand"
        description="What customers see on pages, mails and receipts. A change takes effect at once."
      />
      <div className="grid gap-5">
        <BrandForm
          stored={{
            name: stored.name ?? "",
            tagline: stored.tagline ?? "",
            supportEmail: stored.supportEmail ?? "",
            accent: stored.accent ?? "",
            appOrigin: stored.appOrigin ?? "",
            apiOrigin: stored.apiOrigin ?? "",
          }}
          own={{
            name: deployment.name,
            tagline: deployment.tagline,
            supportEmail: deployment.supportEmail,
            accent: ownAccent.light.accent,
            appOrigin: appOrigin(),
            apiOrigin: API_ORIGIN ?? appOrigin(),
          }}
          ownAccent={ownAccent}
          keyPrefix={deployment.keyPrefix}
        />
        <LogoSection
          logo={
            logo
              ? {
                  href: logoHrefOf(logo.hash),
                  kind: logo.contentType === "image/png" ? "PNG" : "SVG",
                  kilobytes: Math.max(1, Math.round(logo.bytes / 1_024)),
                }
              : null
          }
        />
      </div>
    </>
  );
}
