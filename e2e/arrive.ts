import { expect, type Page, type Request, type Response, test } from "@playwright/test";

/**
 * Whether nothing of the page is still to be revealed and React has taken over all its controls: what is
 * read from now on is the page, and no press is lost. Built pages, which have no React, listen from their
 * load event on. Runs in the browser.
 */
function isAlive(): boolean {
  if (document.readyState !== "complete") return false;
  if (!("__next_f" in window)) return true;
  if (document.querySelector('[hidden][id^="S:"], template[id^="B:"]')) return false;
  const controls = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea",
  );
  return [...controls].every((control) =>
    Object.keys(control).some((name) => name.startsWith("__reactProps$")),
  );
}

/** Waits until a page that was opened, or that a press led to, is there whole and alive. */
export async function arrived(page: Page): Promise<void> {
  await expect(async () => {
    // A page that leads on to another one takes the question with it; then it is asked there.
    expect(await page.evaluate(isAlive), `${page.url()} is alive`).toBe(true);
  }).toPass({ intervals: [20, 50, 100, 200], timeout: 60_000 });
}

const noted = new WeakSet<Page>();

/** Notes what goes wrong within the page: a journey that fails tells it at the end of the run. */
function noteErrors(page: Page): void {
  if (noted.has(page)) return;
  noted.add(page);
  const { annotations } = test.info();
  const note = (description: string) => void annotations.push({ type: "page", description });
  page.on("pageerror", (error) => note(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // The browser's word for what nobody waits for any more.
    if (why !== "net::ERR_ABORTED") note(`${request.method()} ${request.url()} failed: ${why}`);
  });
}

/** Opens an address and waits until its page is there whole and alive. */
export async function visit(page: Page, address: string): Promise<Response | null> {
  noteErrors(page);
  const response = await page.goto(address);
  await arrived(page);
  return response;
}

/** The same for a reload. */
export async function revisit(page: Page): Promise<void> {
  await page.reload();
  await arrived(page);
}

/** Does what loads a page anew, be it under the same address, and waits until that is there whole and alive. */
export async function untilReloaded(page: Page, act: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent("load"), act()]);
  await arrived(page);
}

/** Turns of drawing, so that effects have run and what they asked for is under way. */
function drawTwice(): Promise<void> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
  );
}

/**
 * Opens an address and waits for what its page asks for by itself once it is alive, and for motion that
 * ends: it looks as it will until something happens. What a page asks for over and over is no obstacle.
 */
export async function visitQuiet(page: Page, address: string): Promise<Response | null> {
  const open = new Set<Request>();
  const begin = (request: Request) => void open.add(request);
  // Not its end: the browser may wait for somebody to read it.
  const answer = (response: Response) => void open.delete(response.request());
  const fail = (request: Request) => void open.delete(request);
  page.on("request", begin).on("response", answer).on("requestfailed", fail);
  const response = await visit(page, address);
  await page.evaluate(drawTwice);
  const asked = [...open];
  await expect
    .poll(() => asked.some((request) => open.has(request)), { intervals: [20] })
    .toBe(false);
  page.off("request", begin).off("response", answer).off("requestfailed", fail);
  await quiet(page);
  return response;
}

/** Waits until nothing stands in for what is on its way, fonts are there, and nothing moves but what always does. */
export async function quiet(page: Page): Promise<void> {
  await expect(page.locator("[data-skeleton]")).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document
      .getAnimations()
      .filter(({ playState }) => playState === "running")
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });
}
