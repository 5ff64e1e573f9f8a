import { type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Where the key stays on the server and the browser asks the server. */
export const frameworkSnippets: readonly SnippetGroup[] = [
  single(
    "next-route",
    "app/api/resources/route.ts",
    "typescript",
    (v) => `import { NextResponse } from "next/server";

const url = "${v.apiUrl}/resources";
const authorization = () => \`Bearer \${process.env.${v.keyVariable}}\`;

export async function GET() {
  const response = await fetch(url, {
    headers: { Authorization: authorization() },
    next: { revalidate: 60 },
  });
  if (!response.ok) {
    return NextResponse.json({ error: "Failed to fetch resources" }, { status: 502 });
  }
  return NextResponse.json(await response.json());
}

export async function POST(request: Request) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: authorization(), "Content-Type": "application/json" },
    body: JSON.stringify(await request.json()),
  });
  // A 400 says which field is wrong; hand it on.
  return NextResponse.json(await response.json(), { status: response.status });
}`,
  ),
  single(
    "next-server-component",
    "app/resources/page.tsx",
    "tsx",
    (v) => `interface Resource {
  id: string;
  name: string;
}

async function getResources(): Promise<Resource[]> {
  const response = await fetch("${v.apiUrl}/resources", {
    headers: { Authorization: \`Bearer \${process.env.${v.keyVariable}}\` },
    next: { revalidate: 3600 },
  });
  if (!response.ok) throw new Error("Failed to fetch resources");
  const { data } = await response.json();
  return data;
}

export default async function ResourcesPage() {
  const resources = await getResources();
  return (
    <ul>
      {resources.map((resource) => (
        <li key={resource.id}>{resource.name}</li>
      ))}
    </ul>
  );
}`,
  ),
  single(
    "next-client-component",
    "app/resources/resource-list.tsx",
    "tsx",
    () => `"use client";

import { useEffect, useState } from "react";

interface Resource {
  id: string;
  name: string;
}

export function ResourceList() {
  const [resources, setResources] = useState<Resource[] | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    // Your own route, which has the key; never the API itself.
    fetch("/api/resources")
      .then((response) => {
        if (!response.ok) throw new Error("Failed to fetch");
        return response.json();
      })
      .then(({ data }) => setResources(data))
      .catch((cause: Error) => setError(cause.message));
  }, []);

  if (error) return <p role="alert">{error}</p>;
  if (!resources) return <p>Loading…</p>;
  return (
    <ul>
      {resources.map((resource) => (
        <li key={resource.id}>{resource.name}</li>
      ))}
    </ul>
  );
}`,
  ),
  single(
    "next-stream",
    "app/api/chat/route.ts",
    "typescript",
    (v) => `export async function POST(request: Request) {
  const { messages } = await request.json();
  const upstream = await fetch("${v.apiUrl}/chat/completions", {
    method: "POST",
    headers: {
      Authorization: \`Bearer \${process.env.${v.keyVariable}}\`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ model: "glm-4.7", messages, stream: true }),
    // When the browser leaves, the model stops, and so does the cost.
    signal: request.signal,
  });
  return new Response(upstream.body, {
    status: upstream.status,
    headers: { "Content-Type": upstream.headers.get("Content-Type") ?? "application/json" },
  });
}`,
  ),
  single("express-install", "Install", "terminal", () => "npm install express"),
  single(
    "express-server",
    "server.mjs",
    "javascript",
    (v) => `import express from "express";

const app = express();
app.use(express.json());

const url = "${v.apiUrl}/resources";
const headers = {
  "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
  "Content-Type": "application/json",
};

app.get("/api/resources", async (req, res) => {
  const response = await fetch(url, { headers });
  if (!response.ok) return res.status(502).json({ error: "Failed to fetch resources" });
  res.json(await response.json());
});

app.post("/api/resources", async (req, res) => {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify(req.body),
  });
  res.status(response.status).json(await response.json());
});

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log("Listening on port", server.address().port);
});`,
  ),
];
