import { notFound } from "next/navigation";
import { readEndpoint } from "@/app/(dashboard)/webhooks/read-endpoint";
import { requirePageScope } from "@/lib/auth/session";

/** Stands outside of the page's loading state, so that an endpoint that isn't there answers 404. */
export default async function EndpointLayout({ params, children }: LayoutProps<"/webhooks/[id]">) {
  const scope = await requirePageScope("webhooks.read");
  const { id } = await params;
  if (!(await readEndpoint(scope, id))) notFound();
  return children;
}
