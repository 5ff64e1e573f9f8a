"use client";

import { PageError, type PageErrorProps } from "@/app/(admin)/admin/form/page-error";

export default function OperatorLogError(props: PageErrorProps) {
  return <PageError title="Audit log" {...props} />;
}
