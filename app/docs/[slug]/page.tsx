import type { Metadata } from "next";
import { loadPage } from "@/app/docs/load-page";
import { PageView } from "@/app/docs/page-view";
import { docsPages } from "@/lib/docs/pages";
import { plainOrigin } from "@/lib/docs/values";

export const dynamicParams = false;
export const dynamic = "error";

interface Props {
  params: Promise<{ slug: string }>;
}

export function generateStaticParams() {
  return docsPages.map(({ slug }) => ({ slug }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title, description } = loadPage((await params).slug);
  return { title: `${title} · Docs`, description: plainOrigin(description) };
}

export default async function DocsPage({ params }: Props) {
  return <PageView page={loadPage((await params).slug)} />;
}
