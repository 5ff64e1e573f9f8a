import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Limits, errors, and sending again. */
export const reliabilitySnippets: readonly SnippetGroup[] = [
  inLanguages("read-limits", "Read the limits", {
    curl: (v) => `curl -sD - -o /dev/null ${v.apiUrl}/models \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  | grep -i ratelimit`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/models", {
  headers: { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` },
});

console.log("Rate limit:", response.headers.get("X-RateLimit-Limit"));
console.log("Remaining:", response.headers.get("X-RateLimit-Remaining"));
console.log("Reset:", response.headers.get("X-RateLimit-Reset"));`,
    python: (v) => `import os
import requests

response = requests.get(
    "${v.apiUrl}/models",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    timeout=30,
)
print("Rate limit:", response.headers["X-RateLimit-Limit"])
print("Remaining:", response.headers["X-RateLimit-Remaining"])
print("Reset:", response.headers["X-RateLimit-Reset"])`,
  }),
  inLanguages("backoff", "Retry what can succeed", {
    javascript: (v) => `const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function send(path, init, attemptsMax = 4) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch("${v.apiUrl}" + path, {
      ...init,
      headers: {
        "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
        ...init?.headers,
      },
    });
    const advice = response.headers.get("x-should-retry");
    const isWorthIt =
      advice === "true" || (advice !== "false" && [408, 429, 500, 502, 503, 504, 529].includes(response.status));
    if (!isWorthIt || attempt === attemptsMax) return response;
    // What the server asks for, else 1, 2, 4… seconds and a little chance.
    const seconds = Number(response.headers.get("retry-after")) || 2 ** (attempt - 1);
    await pause(seconds * 1000 + Math.random() * 250);
  }
}

const response = await send("/models");
console.log(response.status);`,
    python: (v) => `import os
import random
import time
import requests


def send(method, path, attempts_max=4, **options):
    headers = {"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"}
    for attempt in range(1, attempts_max + 1):
        response = requests.request(
            method, "${v.apiUrl}" + path, headers=headers, timeout=60, **options
        )
        advice = response.headers.get("x-should-retry")
        worth_it = advice == "true" or (
            advice != "false"
            and response.status_code in (408, 429, 500, 502, 503, 504, 529)
        )
        if not worth_it or attempt == attempts_max:
            return response
        # What the server asks for, else 1, 2, 4… seconds and a little chance.
        seconds = float(response.headers.get("retry-after") or 2 ** (attempt - 1))
        time.sleep(seconds + random.random() / 4)


print(send("GET", "/models").status_code)`,
  }),
  inLanguages("handle-errors", "Tell the failures apart", {
    javascript: (v) => `const response = await fetch("${v.apiUrl}/resources", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ type: "compute" }),
});

if (!response.ok) {
  const { error, errors } = await response.json();
  switch (response.status) {
    case 400:
      for (const { path, message } of errors) console.error(path, message);
      break;
    case 401:
      console.error("Check the key:", error.message);
      break;
    case 402:
    case 403:
      if (error.code === "INSUFFICIENT_BALANCE") console.error("Top up:", error.details.top_up_url);
      else console.error("Not allowed:", error.code, error.details);
      break;
    case 429:
      console.error("Wait", response.headers.get("retry-after"), "seconds");
      break;
    default:
      console.error("Ask support about", response.headers.get("x-request-id"));
  }
}`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/resources",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={"type": "compute"},
    timeout=30,
)

if not response.ok:
    body = response.json()
    error = body["error"]
    if response.status_code == 400:
        for problem in body["errors"]:
            print(problem["path"], problem["message"])
    elif response.status_code == 401:
        print("Check the key:", error["message"])
    elif error["code"] == "INSUFFICIENT_BALANCE":
        print("Top up:", error["details"]["top_up_url"])
    elif response.status_code == 403:
        print("Not allowed:", error["code"], error["details"])
    elif response.status_code == 429:
        print("Wait", response.headers["retry-after"], "seconds")
    else:
        print("Ask support about", response.headers["x-request-id"])`,
  }),
  single(
    "problem-json",
    "Errors as problem documents",
    "curl",
    (v) => `curl ${v.apiUrl}/resources/no-such-resource \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Accept: application/problem+json"`,
  ),
  single(
    "broken-stream",
    "Tell a whole stream from a broken one",
    "javascript",
    () => `import OpenAI from "openai";

const client = new OpenAI();

let text = "";
try {
  const stream = await client.chat.completions.create({
    model: "mock-cut",
    messages: [{ role: "user", content: "Hello!" }],
    stream: true,
  });
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
  console.log("whole:", text);
} catch (error) {
  console.log("broken off after", text.length, "characters:", error.message);
}`,
  ),
  inLanguages("idempotent", "Send once, however often it is sent", {
    curl: (v) => `KEY="question-$(date +%s)"

for attempt in 1 2; do
  curl -sD - ${v.apiUrl}/chat/completions \\
    -H "Authorization: Bearer $${v.keyVariable}" \\
    -H "Content-Type: application/json" \\
    -H "Idempotency-Key: $KEY" \\
    -d '{"model": "glm-4.7", "messages": [{"role": "user", "content": "Hello!"}]}'
done`,
    javascript: (v) => `const idempotencyKey = crypto.randomUUID();

async function ask() {
  return fetch("${v.apiUrl}/chat/completions", {
    method: "POST",
    headers: {
      "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
      "Content-Type": "application/json",
      "Idempotency-Key": idempotencyKey,
    },
    body: JSON.stringify({
      model: "glm-4.7",
      messages: [{ role: "user", content: "Hello!" }],
    }),
  });
}

const first = await (await ask()).json();
const again = await ask();
console.log(again.headers.get("idempotent-replayed"));
console.log((await again.json()).id === first.id);`,
    python: (v) => `import os
import uuid
import requests

idempotency_key = str(uuid.uuid4())


def ask():
    return requests.post(
        "${v.apiUrl}/chat/completions",
        headers={
            "Authorization": f"Bearer {os.environ['${v.keyVariable}']}",
            "Idempotency-Key": idempotency_key,
        },
        json={"model": "glm-4.7", "messages": [{"role": "user", "content": "Hello!"}]},
        timeout=60,
    )


first = ask().json()
again = ask()
print(again.headers["idempotent-replayed"])
print(again.json()["id"] == first["id"])`,
  }),
];
