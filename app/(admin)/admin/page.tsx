import type { Route } from "next";
import { redirect } from "next/navigation";
import { requirePageOperator } from "@/lib/auth/session";

export default async function ConsolePage() {
  await requirePageOperator();
  redirect("/admin/accounts" as Route);
}
