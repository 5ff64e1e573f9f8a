"use client";

import { PageError, type PageErrorProps } from "@/app/(admin)/admin/form/page-error";

export default function OperationsError(props: PageErrorProps) {
  return <PageError {...props} title="Operations" />;
}
