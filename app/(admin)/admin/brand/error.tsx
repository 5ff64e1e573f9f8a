"use client";

import { PageError, type PageErrorProps } from "@/app/(admin)/admin/form/page-error";

export default function BrandError(props: PageErrorProps) {
  return <PageError {...props} title="Brand" />;
}
