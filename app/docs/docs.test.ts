import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAllPages } from "@/app/docs/all-pages";
import { Blocks } from "@/app/docs/block-view";
import { failureNotes, statusTitles } from "@/app/docs/failure-notes";
import { readingOrder } from "@/app/docs/nav-groups";
import { GET as getSearch } from "@/app/docs/search.json/route";
import { createIndex } from "@/app/docs/search-index";
import { GET as getIndex } from "@/app/llms.txt/route";
import { GET as getFullText } from "@/app/llms-full.txt/route";
import { type Block, headingsOf, type Inline, textOf } from "@/lib/docs/blocks";
import { docsPages } from "@/lib/docs/pages";
import { snippetGroups } from "@/lib/docs/snippets/groups";
import { root } from "@/lib/docs/testing/run";
import { originMark } from "@/lib/docs/values";
import { failures } from "@/lib/gateway/failures";
import { operations } from "@/lib/gateway/routes/openapi";
import { openTestDoor, type TestDoor } from "@/lib/gateway/testing/gateway";
import { keyScopes } from "@/lib/keys/terms";

const pages = loadAllPages();

function pageAt(href: string) {
  const page = pages.find((candidate) => candidate.href === href);
  if (!page) throw new Error(`no page at ${href}`);
  return page;
}

function inlinesOf(blocks: readonly Block[]): Inline[] {
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case "heading":
      case "paragraph":
      case "callout":
        return block.inlines;
      case "list":
        return block.items.flat();
      case "table":
        return block.rows.flat(2);
      default:
        return [];
    }
  });
}

function tableRows(href: string, firstHead: string): string[][] {
  const table = pageAt(href).blocks.find(
    (block) => block.kind === "table" && block.head[0] === firstHead,
  );
  if (table?.kind !== "table") throw new Error(`no table of ${firstHead} on ${href}`);
  return table.rows.map((row) => row.map(textOf));
}

describe("D14 every page", () => {
  it.each(pages.map((page) => [page.href, page] as const))("%s renders", (_href, page) => {
    const html = renderToStaticMarkup(Blocks({ blocks: page.blocks }));
    expect(html).not.toMatch(/\{\{\w+\}\}|\[object Object\]/);
    expect(html).not.toContain(originMark);
    expect(page.description).not.toBe("");
  });

  it("is in the sidebar and has a file", () => {
    expect(
      readingOrder()
        .map((page) => page.href)
        .sort(),
    ).toEqual(pages.map((page) => page.href).sort());
    const files = readdirSync(join(root, "app/docs/content")).map((name) => name.slice(0, -3));
    expect(files.sort()).toEqual(docsPages.map((page) => page.slug).sort());
  });

  it.each(pages.map((page) => [page.href, page] as const))(
    "%s has headings with anchors of their own",
    (_href, page) => {
      const ids = headingsOf(page.blocks).map((heading) => heading.id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it("shows programs only as samples that are run", () => {
    for (const page of pages.filter(({ href }) => !href.includes("/reference/"))) {
      for (const block of page.blocks) {
        if (block.kind !== "code" || block.samples.length > 1) continue;
        const group = snippetGroups.find(({ title }) => title === block.title);
        if (!group) expect(["text", "json"]).toContain(block.samples[0]?.language);
      }
    }
  });

  it("shows every sample there is", () => {
    const titles = new Set(
      pages.flatMap((page) =>
        page.blocks.map((block) => (block.kind === "code" ? block.title : "")),
      ),
    );
    expect(snippetGroups.filter((group) => !titles.has(group.title))).toEqual([]);
  });
});

/** Every address of the product; folders in brackets aren't part of one. */
const addresses = new Set(
  readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
    .map((file) => {
      const folders = dirname(file).split("/");
      return `/${folders.filter((name) => name !== "." && !name.startsWith("(")).join("/")}`;
    }),
);

it("D14 every link within the product leads somewhere, anchors included", () => {
  const dead = pages.flatMap((page) =>
    inlinesOf(page.blocks).flatMap((inline) => {
      if (inline.kind !== "link" || /^(https?|mailto):/.test(inline.href)) return [];
      const [path = "", anchor] = inline.href.split("#");
      const target = path === "" ? page : pages.find((candidate) => candidate.href === path);
      if (!target) return addresses.has(path) ? [] : [`${page.href}: ${inline.href}`];
      if (anchor === undefined) return [];
      const isThere = headingsOf(target.blocks).some((heading) => heading.id === anchor);
      return isThere ? [] : [`${page.href}: ${inline.href}`];
    }),
  );
  expect(dead).toEqual([]);
});

describe("D14 the reference", () => {
  it.each(operations.map(({ method, path }) => `${method} ${path}`))("tells of %s", (name) => {
    const codes = pages
      .filter((page) => page.href.startsWith("/docs/reference/"))
      .flatMap((page) => inlinesOf(page.blocks))
      .filter((inline) => inline.kind === "code")
      .map((inline) => inline.text);
    expect(codes).toContain(name);
  });
});

describe("D14 the errors page", () => {
  it.each(Object.entries(failures))("explains %s", (name, definition) => {
    expect(failureNotes[name]).toBeDefined();
    expect(statusTitles[definition.status]).toBeDefined();
    const headings = headingsOf(pageAt("/docs/errors").blocks).map((heading) => heading.id);
    // The address that problem documents point to.
    expect(headings).toContain(definition.code);
  });

  it("explains no failure that there isn't", () => {
    expect(Object.keys(failureNotes).sort()).toEqual(Object.keys(failures).sort());
  });

  it("shows three bodies of each", () => {
    const bodies = pageAt("/docs/errors").blocks.filter(
      (block) => block.kind === "code" && block.choice === "dialect",
    );
    expect(bodies).toHaveLength(Object.keys(failures).length);
    for (const block of bodies) {
      if (block.kind === "code") {
        expect(block.samples.map((sample) => sample.key)).toEqual(["openai", "anthropic", "rest"]);
      }
    }
  });
});

it("K4 the page about scopes tells of every scope", () => {
  expect(
    tableRows("/docs/scopes", "Scope")
      .map(([scope]) => scope)
      .sort(),
  ).toEqual([...keyScopes].sort());
});

describe("A6 the page about models", () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openTestDoor();
  });
  afterAll(() => door.close());

  it("lists the models that the product comes with, and leaves their prices to the page that knows them", async () => {
    const rows = await door.sql`
      select id, context_tokens, output_tokens_max from models where listed order by id`;
    expect(tableRows("/docs/models", "Model").sort()).toEqual(
      rows.map((row) => [
        row.id,
        Number(row.context_tokens).toLocaleString("en"),
        Number(row.output_tokens_max).toLocaleString("en"),
      ]),
    );
  });

  it("lists the models that fail on purpose", async () => {
    const rows = await door.sql`select id from models where id like 'mock-%' order by id`;
    const table = pageAt("/docs/models").blocks.filter((block) => block.kind === "table")[1];
    if (table?.kind !== "table") throw new Error("no table");
    const named = table.rows.flatMap((row) =>
      (row[0] ?? []).filter((inline) => inline.kind === "code").map((inline) => inline.text),
    );
    expect(named.sort()).toEqual(rows.map((row) => row.id));
  });
});

describe("D14 search", () => {
  it.each([
    ["rotate", "/docs/rotation"],
    ["x-should-retry", "/docs/errors"],
    ["insufficient_balance", "/docs/errors#insufficient_balance"],
    ["powershell environment", "/docs/environment-variables"],
    ["idempotancy", "/docs/idempotency"],
  ])("finds %s", async (words, href) => {
    const search = createIndex(await getSearch().json());
    const found = search(words)
      .slice(0, 8)
      .map((hit) => hit.href);
    expect(
      found.some((hit) => hit.startsWith(href)),
      found.join(" "),
    ).toBe(true);
  });

  it("finds nothing for words that aren't there", async () => {
    expect(createIndex(await getSearch().json())("xylophone")).toEqual([]);
  });
});

describe("D14 for programs that read", () => {
  it("/llms.txt leads to every page", async () => {
    const text = await getIndex().text();
    for (const page of pages) expect(text).toContain(`](${page.href})`);
  });

  it("/llms-full.txt holds every page, filled in", async () => {
    const text = await getFullText().text();
    for (const page of pages) expect(text).toContain(`\n# ${page.title}\n`);
    expect(text).not.toMatch(/\{\{\w+\}\}|^@/m);
    expect(text).not.toContain(originMark);
  });
});
