import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, it } from "vitest";
import { withOrigin } from "@/app/docs/with-origin";
import { Logo } from "@/components/logo";
import { accentFrom } from "@/lib/accent";
import { brandMarks, noChoice, setBrandChoice } from "@/lib/brand";
import { type BrandPage, brandPage } from "@/lib/brand-page";
import { originMark } from "@/lib/docs/values";
import { inlineHashes, stripRuntime } from "@/scripts/static-pages.mjs";
import { brandPages, putBrandIn } from "./branded-pages.mjs";

const servers: Server[] = [];

afterEach(() => {
  setBrandChoice(noChoice);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handle: RequestListener, current: () => BrandPage | undefined) {
  const server = createServer((req, res) => {
    if (!brandPages(req, res, current)) handle(req, res);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

const source =
  `<!DOCTYPE html><html lang="en"><head><title>Docs · ${brandMarks.name}</title>` +
  `<link rel="icon" href="/icon.svg" sizes="any" type="image/svg+xml"/></head><body>` +
  `<script>theme()</script><span data-brand-mark="" class="contents"><svg><path d="M0 0"></path></svg></span>` +
  `<a href="mailto:${brandMarks.supportEmail}">${brandMarks.name}</a>` +
  `<code>curl <span data-api-origin="true">http://localhost:3000</span>/v1</code></body></html>`;

const choose = (choice: Partial<typeof noChoice>) => {
  setBrandChoice({ ...noChoice, ...choice });
  return brandPage();
};

it("a name is put in as text, whatever it is made of, and scripts stay what was hashed", () => {
  const page = choose({
    name: `<script>alert(1)</script>"'&$&$1 ${brandMarks.supportEmail}`,
    supportEmail: `"><img src=x onerror=alert(1)>@example.com`,
  });
  const html = putBrandIn(source, page, "html");
  expect(html).toContain(
    `<title>Docs · &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;$&amp;$1 ${brandMarks.supportEmail}</title>`,
  );
  expect(html).toContain('href="mailto:&quot;&gt;&lt;img src=x onerror=alert(1)&gt;@example.com"');
  expect(inlineHashes(html)).toEqual(inlineHashes(source));
});

it("texts for programs get the name as it is", () => {
  const page = choose({ name: "A & B" });
  expect(putBrandIn(`# ${brandMarks.name}`, page, "texts")).toBe("# A & B");
});

it("what the search reads stays JSON, whatever the name is made of", () => {
  const name = '"A" \\ <b>';
  const json = putBrandIn(
    JSON.stringify([{ text: `On ${brandMarks.name}` }]),
    choose({ name }),
    "json",
  );
  expect(JSON.parse(json)).toEqual([{ text: `On ${name}` }]);
});

it("accent, logo and the API's host go where they belong, and nowhere without a choice", () => {
  const accent = accentFrom("#a02020");
  const full = putBrandIn(
    source,
    choose({ accent, logoHref: "/brand/ab", apiOrigin: "https://api.acme.example" }),
    "html",
  );
  expect(full).toContain(`${accent?.light.accent}`);
  expect(full.indexOf("<style>")).toBeLessThan(full.indexOf("</head>"));
  expect(full).toContain('<img src="/brand/ab" alt="" class="brand-logo"></span>');
  expect(full).not.toContain("<svg");
  expect(full.match(/<link rel="icon"[^>]*>/g)).toEqual(['<link rel="icon" href="/brand/ab">']);
  expect(full).toContain("curl <span>https://api.acme.example</span>/v1");
  const plain = putBrandIn(source, choose({}), "html");
  expect(plain).toContain("<svg>");
  expect(plain).toContain("data-api-origin");
  expect(plain).toContain('<link rel="icon" href="/icon.svg"');
  expect(plain).not.toMatch(/<style>|GhMark/);
});

it("what the components draw is what is looked for: the mark, and the places of the API's host", () => {
  const drawn = renderToStaticMarkup(
    createElement(
      "p",
      null,
      createElement(Logo, { brandName: "x" }),
      withOrigin(`${originMark}/v1`),
    ),
  );
  const page = choose({ logoHref: "/brand/ab", apiOrigin: "https://api.acme.example" });
  const html = putBrandIn(drawn, page, "html");
  expect(html).toContain(
    '<img src="/brand/ab" alt="" class="brand-logo"></span><span class="truncate">x',
  );
  expect(html).toContain("<span>https://api.acme.example</span>/v1");
  expect(html).not.toContain("<svg");
  const live = renderToStaticMarkup(createElement(Logo, { brandName: "x" }));
  expect(live).toContain('<img src="/brand/ab" alt="" class="brand-logo"/>');
});

it("a built page is sent with the brand of the moment, compressed as it came, under a tag of its own", async () => {
  let page = choose({ name: "One" });
  const origin = await serve(
    (req, res) => {
      // As Next does: its own tag, compressed, in parts, with a head of its own.
      expect(req.headers["if-none-match"]).toBeUndefined();
      const body = gzipSync(source);
      res.setHeader("content-type", "text/html; charset=utf-8");
      res.setHeader("content-encoding", "gzip");
      res.setHeader("etag", '"of-next"');
      res.setHeader("cache-control", "s-maxage=31536000");
      res.writeHead(200);
      res.flushHeaders();
      res.write(body.subarray(0, 50));
      res.end(body.subarray(50));
    },
    () => page,
  );
  const first = await fetch(`${origin}/docs`);
  expect(await first.text()).toContain("Docs · One");
  expect(first.headers.get("cache-control")).toBe("public, max-age=0, must-revalidate");
  const tag = first.headers.get("etag") ?? "";
  expect(tag).not.toBe('"of-next"');
  const same = await fetch(`${origin}/docs`, { headers: { "if-none-match": `W/${tag}` } });
  expect([same.status, await same.text()]).toEqual([304, ""]);
  const head = await fetch(`${origin}/docs`, { method: "HEAD" });
  expect([head.headers.get("etag"), await head.text()]).toEqual([tag, ""]);
  page = choose({ name: "Two" });
  const second = await fetch(`${origin}/docs`, { headers: { "if-none-match": tag } });
  expect(second.status).toBe(200);
  expect(await second.text()).toContain("Docs · Two");
});

it("what Next compresses with works through it: built pages, pages that aren't there, and streamed ones", async () => {
  const load = createRequire(import.meta.url);
  const compress: unknown = load("next/dist/compiled/compression")();
  const page = choose({ name: "One" });
  const long = source.replace("</body>", `<p>${"text ".repeat(2_000)}</p></body>`);
  const origin = await serve(
    (req, res) => {
      Reflect.apply(Object(compress), null, [
        req,
        res,
        () => {
          res.statusCode = req.url === "/nowhere" ? 404 : 200;
          res.setHeader("Content-Type", "text/html; charset=utf-8");
          if (req.url === "/keys") res.flushHeaders();
          else res.setHeader("Content-Length", Buffer.byteLength(long));
          res.write(long.slice(0, 500));
          res.end(long.slice(500));
        },
      ]);
    },
    () => page,
  );
  for (const path of ["/docs", "/nowhere", "/keys"]) {
    for (const encoding of ["gzip", "br", "deflate", "identity"]) {
      const answer = await fetch(`${origin}${path}`, { headers: { "accept-encoding": encoding } });
      const text = await answer.text();
      expect(text, `${path} ${encoding}`).toContain(
        path === "/keys" ? brandMarks.name : "Docs · One",
      );
      expect(text.endsWith("</html>"), `${path} ${encoding}`).toBe(true);
      if (encoding === "gzip") expect(answer.headers.get("content-encoding"), path).toBe("gzip");
    }
  }
});

it("the page of an address that isn't there has the brand, and other answers pass as they come", async () => {
  const page = choose({ name: "One" });
  const origin = await serve(
    (req, res) => {
      const { pathname } = new URL(req.url ?? "", "http://x");
      const type = pathname === "/api/x" ? "application/json" : "text/html";
      res.writeHead(pathname === "/keys" ? 200 : 404, { "content-type": type, "x-own": "kept" });
      res.write(source.slice(0, 40));
      res.end(source.slice(40));
    },
    () => page,
  );
  // Whatever the address looks like, and however it is asked for: they can't be told apart.
  for (const path of ["/nowhere", "/admin/audit/log.csv", "/_next/nothing", "/api", "/brand/x"]) {
    for (const method of ["GET", "POST"]) {
      const nowhere = await fetch(`${origin}${path}`, { method });
      expect([nowhere.status, nowhere.headers.get("x-own")], path).toEqual([404, "kept"]);
      expect(await nowhere.text(), `${method} ${path}`).toContain("Docs · One");
    }
  }
  for (const path of ["/keys", "/api/x"]) {
    const answer = await fetch(`${origin}${path}`);
    expect(answer.headers.get("x-own")).toBe("kept");
    expect(await answer.text()).toBe(source);
  }
});

it("a rendered page streams: its first part isn't held back for the last", async () => {
  let finish = (): void => undefined;
  const origin = await serve(
    (_req, res) => {
      res.setHeader("content-type", "text/html");
      res.write("first");
      finish = () => void res.end("last");
    },
    () => choose({}),
  );
  const answer = await fetch(`${origin}/keys`);
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toBe("first");
  finish();
  const last = (await reader?.read())?.value;
  expect(Buffer.from(last ?? []).toString()).toBe("last");
});

it("the router is told to load a built page whole: its data would show marks", async () => {
  const origin = await serve(
    (_req, res) => res.end("data"),
    () => choose({}),
  );
  const headers = { rsc: "1" };
  for (const path of ["/", "/docs", "/docs/errors?_rsc=abc"]) {
    const answer = await fetch(`${origin}${path}`, { headers });
    expect([answer.status, await answer.text()], path).toEqual([204, ""]);
  }
  expect(await (await fetch(`${origin}/keys`, { headers })).text()).toBe("data");
});

it("a build fails whose pages hold the brand in a script", () => {
  const page = source.replace("theme()", `theme("${brandMarks.name}")`);
  expect(() => stripRuntime(page, "/docs", "/x.js")).toThrow(/holds the brand in a script/);
  expect(stripRuntime(source, "/docs", "/x.js")).toContain(brandMarks.name);
});
