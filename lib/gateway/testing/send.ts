export interface Sent {
  /** POST where there is a body, else GET. */
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  secret?: string;
}

/** Sends a request with a key, and JSON where it has a body; an empty answer's body is null. */
export async function send(url: string, { method, body, headers, secret }: Sent) {
  const hasBody = body !== undefined;
  const response = await fetch(url, {
    method: method ?? (hasBody ? "POST" : "GET"),
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? null : JSON.parse(text),
  };
}
