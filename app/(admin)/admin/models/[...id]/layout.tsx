import { notFound } from "next/navigation";
import { readModel } from "@/app/(admin)/admin/models/read-model";
import { requirePageOperator } from "@/lib/auth/session";

/** Decides above the page's loading state whether there is anything to load. */
export default async function ModelLayout({
  children,
  params,
}: LayoutProps<"/admin/models/[...id]">) {
  await requirePageOperator();
  if (!(await readModel((await params).id))) notFound();
  return children;
}
