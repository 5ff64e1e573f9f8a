"use client";

import { PageError, type PageErrorProps } from "@/app/(admin)/admin/form/page-error";

export default function ModelsError(props: PageErrorProps) {
  return <PageError {...props} title="Models and prices" />;
}
