/** Markdown as text that a browser shows rather than downloads. */
export function plainTextReply(text: string): Response {
  return new Response(`${text}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
}
