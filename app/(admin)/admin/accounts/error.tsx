"use client";

import { PageError, type PageErrorProps } from "@/app/(admin)/admin/form/page-error";

export default function AccountsError(props: PageErrorProps) {
  return <PageError title="Accounts" {...props} />;
}
