/** The pages of the documentation in reading order, under the headings of the sidebar. */
export interface DocsPage {
  /** Its address below `/docs`, and the name of its file. */
  slug: string;
  /** Its name in the sidebar. */
  label: string;
}

export interface DocsSection {
  title: string;
  pages: readonly DocsPage[];
}

export const docsSections: readonly DocsSection[] = [
  {
    title: "Get started",
    pages: [
      { slug: "quickstart", label: "Quickstart" },
      { slug: "authentication", label: "Authentication" },
      { slug: "environment-variables", label: "Environment variables" },
    ],
  },
  {
    title: "Libraries",
    pages: [
      { slug: "openai-sdk", label: "OpenAI SDK" },
      { slug: "anthropic-sdk", label: "Anthropic SDK" },
      { slug: "http-clients", label: "HTTP clients" },
      { slug: "nextjs", label: "Next.js" },
      { slug: "express", label: "Express" },
    ],
  },
  {
    title: "Using the API",
    pages: [
      { slug: "models", label: "Models and test mode" },
      { slug: "resources", label: "Resources and generate" },
      { slug: "errors", label: "Errors" },
      { slug: "rate-limits", label: "Limits and balance" },
      { slug: "idempotency", label: "Idempotency" },
      { slug: "webhooks", label: "Webhooks" },
    ],
  },
  {
    title: "Keys",
    pages: [
      { slug: "scopes", label: "Scopes" },
      { slug: "managing-keys", label: "Keys over the API" },
      { slug: "rotation", label: "Rotation" },
      { slug: "leaked-keys", label: "Leaked keys" },
      { slug: "best-practices", label: "Best practices" },
    ],
  },
  {
    title: "Help",
    pages: [{ slug: "support", label: "Support" }],
  },
];

export const docsPages: readonly DocsPage[] = docsSections.flatMap((section) => section.pages);
