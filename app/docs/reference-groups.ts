import "server-only";
import type { LoadedPage } from "@/app/docs/load-page";
import { slugOf } from "@/lib/docs/markdown";
import { referencePages } from "@/lib/docs/openapi-blocks";
import { docsValues, originMark } from "@/lib/docs/values";
import { failureDefinition } from "@/lib/gateway/failures";
import { describeApi } from "@/lib/gateway/openapi/document";
import { failuresOf } from "@/lib/gateway/openapi/failures";
import { operations } from "@/lib/gateway/routes/openapi";
import { defaultOrigin } from "@/lib/shown-origin";

export interface ReferencePage extends LoadedPage {
  slug: string;
}

/** What an operation can fail with, by the gateway's own reckoning. */
function listFailures(name: string, balanceStatus: number) {
  const operation = operations.find(({ method, path }) => `${method} ${path}` === name);
  if (!operation) throw new Error(`there is no operation ${name}`);
  return failuresOf(operation).map((failure) => {
    const { status, code } = failureDefinition(failure);
    return { status: failure === "balance" ? balanceStatus : status, code };
  });
}

let made: ReferencePage[] | undefined;

/** The reference, made once of the document that the gateway serves at `/v1/openapi.json`. */
export function referenceGroups(): readonly ReferencePage[] {
  made ??= makeReference();
  return made;
}

function makeReference(): ReferencePage[] {
  const values = docsValues(originMark);
  const document = describeApi(operations, {
    balanceStatus: values.balanceStatus,
    // The document wants addresses; the pages that are made of it show none of them.
    apiBaseUrl: `${defaultOrigin}/v1`,
    topUpUrl: `${defaultOrigin}/billing`,
  });
  const context = {
    values,
    failuresOf: (name: string) => listFailures(name, values.balanceStatus),
  };
  return referencePages(document, context).map((page) => {
    const slug = slugOf(page.title);
    return { ...page, slug, href: `/docs/reference/${slug}` };
  });
}

/** Throws where there is no such page. */
export function findReferenceGroup(slug: string): ReferencePage {
  const found = referenceGroups().find((group) => group.slug === slug);
  if (!found) throw new Error(`no part of the reference named ${slug}`);
  return found;
}
