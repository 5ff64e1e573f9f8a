import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requirePageOperator } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Accounts" };

export default async function AccountsPage() {
  await requirePageOperator();
  return <PageHeader title="Accounts" />;
}
