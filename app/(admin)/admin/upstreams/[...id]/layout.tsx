import { notFound } from "next/navigation";
import { readUpstream } from "@/app/(admin)/admin/upstreams/read-upstream";
import { requirePageOperator } from "@/lib/auth/session";

/** Decides above the page's loading state whether there is anything to load. */
export default async function UpstreamLayout({
  children,
  params,
}: LayoutProps<"/admin/upstreams/[...id]">) {
  await requirePageOperator();
  if (!(await readUpstream((await params).id))) notFound();
  return children;
}
