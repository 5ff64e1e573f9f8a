import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { OperationAnswer } from "@/lib/gateway/openapi/operation";
import {
  defineRest,
  listAnswer,
  type RestAnswer,
  type RestContext,
  type RestRoute,
  readPosition,
} from "@/lib/gateway/rest";
import { checkPreconditions, entityTag } from "@/lib/gateway/rest-preconditions";
import { PageQuery } from "@/lib/gateway/rest-query";
import { createResource, deleteResource, updateResource } from "@/lib/resources/mutations";
import {
  findResource,
  listResources,
  type Resource,
  type ResourceScope,
} from "@/lib/resources/queries";
import {
  ResourceCreate,
  ResourcePosition,
  ResourceReplace,
  ResourceUpdate,
} from "@/lib/resources/schema";

const ResourceAnswer = z.object({
  id: z.string(),
  object: z.literal("resource"),
  name: z.string(),
  type: z.string(),
  config: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const ResourceListAnswer = z.object({
  data: z.array(ResourceAnswer),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

const DeletedAnswer = z.object({ id: z.string(), deleted: z.literal(true) });

const sample = {
  id: "res_01kah5v3zq8m2n4c6d7e8f9gab",
  object: "resource",
  name: "My Resource",
  type: "compute",
  config: { cpu: 2, memory: "4GB" },
  created_at: "2026-11-21T09:30:00.000Z",
  updated_at: "2026-11-21T09:30:00.000Z",
};

function scopeOf({
  scope,
  key,
}: Pick<RestContext<unknown, unknown>, "scope" | "key">): ResourceScope {
  return { ...scope, environment: key.environment };
}

function toBody(resource: Resource) {
  return {
    id: resource.id,
    object: "resource",
    name: resource.name,
    type: resource.type,
    config: resource.config,
    created_at: resource.createdAt.toISOString(),
    updated_at: resource.updatedAt.toISOString(),
  };
}

function toAnswer(resource: Resource, status: 200 | 201 = 200): RestAnswer {
  return {
    status,
    body: toBody(resource),
    headers: {
      etag: entityTag(resource.version),
      ...(status === 201 ? { location: `/v1/resources/${resource.id}` } : {}),
    },
  };
}

const etag = { ETag: "The version, for `If-Match` of a later change." };
const params = { id: { description: "The resource's id.", example: sample.id } };
const ifMatch = {
  "If-Match":
    "Makes the change only if the resource still has one of these entity tags; 412 otherwise.",
};
const one: OperationAnswer = {
  status: 200,
  description: "The resource.",
  body: { name: "Resource", schema: ResourceAnswer, example: sample },
  headers: etag,
};

function change(context: RestContext<ResourceUpdate, undefined>): Promise<Resource> {
  return updateResource(
    context.db,
    scopeOf(context),
    context.id("id"),
    context.body,
    (version) => checkPreconditions(context.call.request, entityTag(version)),
    context.origin,
  );
}

const collection = { path: "/v1/resources", tag: "Resources" };
const member = {
  path: "/v1/resources/{id}",
  tag: "Resources",
  params,
  ids: { id: "resource" },
} as const;

/** `/v1/resources`: things that callers keep here, each with a name, a type and a configuration. */
export const resourceRoutes: readonly RestRoute[] = [
  defineRest({
    ...collection,
    method: "GET",
    operationId: "listResources",
    summary: "List resources",
    description: "Newest first. A test key lists those that test keys made, a live key the others.",
    scope: "read",
    query: PageQuery,
    answer: {
      status: 200,
      description: "A page of resources.",
      body: {
        name: "ResourceList",
        schema: ResourceListAnswer,
        example: { data: [sample], has_more: false, next_cursor: null },
      },
    },
    async run(context) {
      const after = readPosition(context, ResourcePosition);
      const { limit } = context.query;
      const page = await listResources(context.db, scopeOf(context), { limit, after });
      return listAnswer(context, page.items.map(toBody), page.next);
    },
  }),
  defineRest({
    ...collection,
    method: "POST",
    operationId: "createResource",
    summary: "Create a resource",
    description: "Without a `config` it has an empty one.",
    scope: "write",
    body: {
      name: "ResourceCreate",
      schema: ResourceCreate,
      example: { name: "My Resource", type: "compute", config: { cpu: 2, memory: "4GB" } },
    },
    answer: {
      ...one,
      status: 201,
      description: "The resource, made.",
      headers: { ...etag, Location: "The resource's own path." },
    },
    failures: ["conflict"],
    async run({ db, body, origin, ...context }) {
      return toAnswer(await createResource(db, scopeOf(context), body, origin), 201);
    },
  }),
  defineRest({
    ...member,
    method: "GET",
    operationId: "getResource",
    summary: "Get a resource",
    scope: "read",
    requestHeaders: { "If-None-Match": "Answers 304 if the resource still has this entity tag." },
    answer: one,
    async run(context) {
      const resource = await findResource(context.db, scopeOf(context), context.id("id"));
      if (!resource) throw new AppError("NOT_FOUND");
      return toAnswer(resource);
    },
  }),
  defineRest({
    ...member,
    method: "PUT",
    operationId: "replaceResource",
    summary: "Replace a resource's name and configuration",
    description: "The name is required. A `type` or `config` that is absent stays as it is.",
    scope: "write",
    requestHeaders: ifMatch,
    body: {
      name: "ResourceReplace",
      schema: ResourceReplace,
      example: { name: "Updated Name", config: { cpu: 4, memory: "8GB" } },
    },
    answer: { ...one, description: "The resource, changed." },
    failures: ["precond"],
    run: async (context) => toAnswer(await change(context)),
  }),
  defineRest({
    ...member,
    method: "PATCH",
    operationId: "updateResource",
    summary: "Change some fields of a resource",
    description: "A `config` replaces the whole of the old one.",
    scope: "write",
    requestHeaders: ifMatch,
    body: { name: "ResourceUpdate", schema: ResourceUpdate, example: { name: "Updated Name" } },
    answer: { ...one, description: "The resource, changed." },
    failures: ["precond"],
    run: async (context) => toAnswer(await change(context)),
  }),
  defineRest({
    ...member,
    method: "DELETE",
    operationId: "deleteResource",
    summary: "Delete a resource",
    scope: "write",
    requestHeaders: ifMatch,
    answer: {
      status: 200,
      description: "The resource is gone.",
      body: {
        name: "ResourceDeleted",
        schema: DeletedAnswer,
        example: { id: sample.id, deleted: true },
      },
    },
    failures: ["precond"],
    async run(context) {
      const id = context.id("id");
      await deleteResource(
        context.db,
        scopeOf(context),
        id,
        (version) => checkPreconditions(context.call.request, entityTag(version)),
        context.origin,
      );
      return { status: 200, body: { id, deleted: true } };
    },
  }),
];
