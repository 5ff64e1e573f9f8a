import type { Page } from "@playwright/test";

/**
 * Everything the browser receives in this session, with address and headers, read on its way: a body that
 * is asked for afterwards may be gone by then, one that is streamed most of all.
 */
export async function recordTraffic(page: Page): Promise<{ received: string[] }> {
  const received: string[] = [];
  await page.route("**/*", async (route) => {
    try {
      const response = await route.fetch({ maxRedirects: 0 });
      const headers = JSON.stringify(response.headers());
      received.push(`${response.url()} ${headers} ${await response.text()}`);
      await route.fulfill({ response });
    } catch (error) {
      // The page was left while the request was under way: nothing was received.
      if (!/closed|disposed|aborted|canceled|ended/i.test(String(error))) throw error;
    }
  });
  return { received };
}
