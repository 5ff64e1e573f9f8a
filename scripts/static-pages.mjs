import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Problem } from "./problem.mjs";

// After Next has built: pages that need nothing of it lose its runtime, and the inline scripts that
// are left in each static page are hashed, so that the policy can name them.

/** Pages whose behaviour is in `islands/` alone: they work without React in the browser. */
const isIslandPage = (/** @type {string} */ path) =>
  path === "/" || path === "/_not-found" || path === "/docs" || path.startsWith("/docs/");

/** What Next writes into every page for its runtime: its files, their preloads, and the page as data. */
const runtimeFile =
  /<script\b[^>]*\bsrc="\/_next\/static\/[^"]*"[^>]*><\/script>|<link\b[^>]*\bas="script"[^>]*>/g;
const runtimeData =
  /<script\b[^>]*>(?:\(self\.__next_f=|self\.__next_f\.push\(|\(globalThis\["TURBOPACK"\])[\s\S]*?<\/script>/g;

const inlineScript = /<script\b(?![^>]*\bsrc=)([^>]*)>([\s\S]*?)<\/script>/g;

/** Content that React moves to its place by script: without its runtime it would stay hidden. */
const movedContent = /<div hidden id="S:|<template id="[BP]:/;

/**
 * The same page without Next's runtime, and with ours instead.
 * @param {string} html
 * @param {string} path
 * @param {string} script the address of the islands
 */
export function stripRuntime(html, path, script) {
  if (movedContent.test(html)) {
    throw new Problem(`${path} streams a part of itself, so it can't do without Next's runtime.`);
  }
  const stripped = html.replace(runtimeData, "").replace(runtimeFile, "");
  if (stripped.includes("__next_f") || stripped.includes("/_next/static/chunks/turbopack")) {
    throw new Problem(
      `${path} still holds scripts of Next; scripts/static-pages.mjs doesn't know them.`,
    );
  }
  for (const [, , code = ""] of stripped.matchAll(inlineScript)) {
    if (code.includes("GhMark")) {
      throw new Problem(`${path} holds the brand in a script, where it can't be put in.`);
    }
  }
  const head = stripped.indexOf("</head>");
  if (head === -1) throw new Problem(`${path} has no head.`);
  const tag = `<script type="module" src="${script}"></script>`;
  return stripped.slice(0, head) + tag + stripped.slice(head);
}

/**
 * The hashes that a policy names a page's inline scripts by. Data that no browser runs needs none.
 * @param {string} html
 */
export function inlineHashes(html) {
  const hashes = new Set();
  for (const [, attributes = "", code = ""] of html.matchAll(inlineScript)) {
    if (/\btype="application\//.test(attributes)) continue;
    hashes.add(`sha256-${createHash("sha256").update(code).digest("base64")}`);
  }
  return [...hashes].sort();
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function findPages(directory) {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .map((file) => join(directory, file));
}

/**
 * Strips and hashes the static pages of a build, and writes `csp-hashes.json` for the proxy.
 * @param {string} nextDirectory
 * @param {string} script the address of the islands
 */
export function finishStaticPages(nextDirectory, script) {
  const appDirectory = join(nextDirectory, "server", "app");
  /** @type {Record<string, string[]>} */
  const pages = {};
  /** @type {Set<string>} */
  const anywhere = new Set();
  for (const file of findPages(appDirectory)) {
    const name = relative(appDirectory, file).split(sep).join("/").slice(0, -".html".length);
    const path = name === "index" ? "/" : `/${name}`;
    let html = readFileSync(file, "utf8");
    if (isIslandPage(path) && !html.includes(script)) {
      html = stripRuntime(html, path, script);
      writeFileSync(file, html);
    }
    // Pages of Next's own answer on whatever path has nothing or fails.
    if (name.startsWith("_")) for (const hash of inlineHashes(html)) anywhere.add(hash);
    else pages[path] = inlineHashes(html);
  }
  for (const file of findPages(join(nextDirectory, "server", "pages"))) {
    for (const hash of inlineHashes(readFileSync(file, "utf8"))) anywhere.add(hash);
  }
  if (!pages["/"]) throw new Problem("The landing page isn't static any more.");
  writeFileSync(
    join(nextDirectory, "csp-hashes.json"),
    JSON.stringify({ pages, anywhere: [...anywhere].sort() }),
  );
}
