import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Status } from "../../src/model/shapes.ts";
import { end, launchChromium, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const MAIN_KEY = "the-main-key";

let open: BrowserTalea;
let keyed: BrowserTalea;
let browser: Browser;

before(async () => {
  browser = await launchChromium();
  open = await startBrowserTalea();
  keyed = await startBrowserTalea({ TALEA_KEY: MAIN_KEY });
});
after(async () => {
  await browser?.close();
  await open?.stop();
  await keyed?.stop();
});

/** Signs a new reader in; that the page was first refused is told on the console. */
async function signedIn(key: string, address: string): Promise<WatchedPage> {
  const opened = await visit(browser, keyed.url, address);
  await signIn(opened.page, key);
  await opened.page.getByRole("navigation", { name: "Pages" }).waitFor();
  return opened;
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByPlaceholder("Key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

function span(service: string): string {
  const now = Date.now();
  const own = { traceId: "0".repeat(31).concat("7"), spanId: "0".repeat(15).concat("7"), name: "first steps" };
  const times = { startTimeUnixNano: `${now - 10}000000`, endTimeUnixNano: `${now}000000` };
  const resource = { attributes: attributes({ "service.name": service }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [{ ...own, ...times }] }] }] });
}

test("the page is reached by its key, its sections are links and have keys", async () => {
  const opened = await visit(browser, open.url, "/agents");
  const { page } = opened;
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press(",");
  await page.waitForURL(/\/settings$/);
  await page.getByRole("navigation", { name: "Settings" }).waitFor();
  for (const [i, section] of ["Connect", "Keys", "Storage", "Health"].entries()) {
    await page.keyboard.press(`${i + 1}`);
    await page.waitForURL(new RegExp(`/settings/${section.toLowerCase()}$`));
    const current = page.getByRole("navigation", { name: "Settings" }).locator("[aria-current]");
    assert.equal(await current.innerText(), section);
  }
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Storage" }).click();
  await page.waitForURL(/\/settings\/storage$/);
  await end(opened);
});

test("a page without runs leads to the instructions, and says when the first span arrives", async () => {
  const opened = await visit(browser, open.url, "/runs");
  const { page } = opened;
  await page.getByRole("link", { name: "Connect another framework" }).click();
  await page.waitForURL(/\/settings\/connect$/);
  await page.getByText("Waiting for the first span").waitFor();
  await open.send(span("newsroom"));
  await page.getByText("Arrived from newsroom").waitFor();
  await page.getByRole("link", { name: "first steps" }).waitFor();
  await page.reload();
  await page.getByText("Last arrived from newsroom").waitFor();
  await end(opened);
});

test("instructions are found by a word, have the server's own address, and are a link", async () => {
  const opened = await visit(browser, open.url, "/settings/connect");
  const { page } = opened;
  const guide = page.getByRole("article");
  const { grpcPort } = await open.get<Status>("/api/v1/status");
  await guide.getByText(`http://127.0.0.1:${grpcPort}`).waitFor();
  assert.match(await guide.innerText(), new RegExp(`OTEL_EXPORTER_OTLP_ENDPOINT=${open.url}`));
  assert.doesNotMatch(await guide.innerText(), /HEADERS/);
  await page.keyboard.press("/");
  await page.keyboard.type("crewai");
  await page.getByRole("link", { name: "LangGraph, LangChain" }).first().waitFor({ state: "detached" });
  await page.getByRole("link", { name: "CrewAI" }).click();
  await page.waitForURL(/guide=crewai/);
  await guide.getByText("CrewAIInstrumentor().instrument()").waitFor();
  await page.reload();
  await guide.getByText("CrewAIInstrumentor().instrument()").waitFor();
  await end(opened);
});

test("a server that asks for no key says that keys change nothing", async () => {
  const opened = await visit(browser, open.url, "/settings/keys");
  await opened.page.getByText("This server asks nobody for a key").waitFor();
  await end(opened);
});

test("a key is made, signs a second reader in, and signs them out when it is revoked", async () => {
  const admin = await signedIn(MAIN_KEY, "/settings/keys");
  const { page } = admin;
  await page.getByRole("textbox", { name: "Name of the key" }).fill("Dana's screen");
  await page.getByRole("checkbox", { name: /^ingest/ }).uncheck();
  await page.getByRole("checkbox", { name: /^read/ }).check();
  await page.getByRole("button", { name: "Make a key" }).click();
  const made = page.getByRole("region", { name: "The key that was made" });
  const secret = await made.locator("code").innerText();
  assert.match(secret, /^talea_[\w-]{43}$/);
  const reader = await signedIn(secret, "/now");
  await reader.page.getByRole("heading", { name: "Now", exact: true }).waitFor();
  await page
    .getByRole("row", { name: /Dana's screen/ })
    .filter({ hasNotText: "never used" })
    .waitFor();
  await made.getByRole("button", { name: "I have it" }).click();
  assert.equal((await page.content()).includes(secret), false);
  await page.getByRole("button", { name: "Revoke Dana's screen" }).click();
  await page.getByRole("button", { name: "Revoke it" }).click();
  await page.getByRole("row", { name: /Dana's screen/ }).waitFor({ state: "detached" });
  await reader.page.getByRole("heading", { name: "Sign in to Talea" }).waitFor();
  await signIn(reader.page, secret);
  await reader.page.getByText("key_wrong").waitFor();
  await reader.close();
  await admin.close();
});

test("a sender's key stands in the instructions, and does not sign in", async () => {
  const admin = await signedIn(MAIN_KEY, "/settings/keys");
  const { page } = admin;
  await page.getByRole("textbox", { name: "Name of the key" }).fill("ci");
  await page.getByRole("button", { name: "Make a key" }).click();
  const made = page.getByRole("region", { name: "The key that was made" });
  const secret = await made.locator("code").innerText();
  await made.getByRole("link", { name: "Connect with it" }).click();
  await page.getByRole("article").getByText(`authorization=Bearer%20${secret}`).first().waitFor();
  await page.reload();
  await page.getByRole("article").getByText("authorization=Bearer%20<key>").first().waitFor();
  const sender = await visit(browser, keyed.url, "/now");
  await signIn(sender.page, secret);
  await sender.page.getByText("scope_missing").waitFor();
  await sender.close();
  await admin.close();
});

test("a reader who may not make keys is told so, and sees no settings of the server", async () => {
  const answer = await keyed.post("/api/v1/keys", { name: "reader", scopes: ["read"] });
  const { secret } = (await answer.json()) as { secret: string };
  const reader = await signedIn(secret, "/settings/keys");
  await reader.page.getByText("Yours may only read").waitFor();
  await reader.page.keyboard.press("4");
  await reader.page.getByText("shown to keys with the scope admin").waitFor();
  await reader.close();
});

test("health tells of what was refused as it happens, and storage what there is", async () => {
  const opened = await visit(browser, open.url, "/settings/health");
  const { page } = opened;
  await page.getByText("The server does well.").waitFor();
  await page.getByText("Nothing: everything was taken as it came.").waitFor();
  await page.getByRole("region", { name: "Settings in force" }).getByText("TALEA_RETENTION").waitFor();
  await open.post("/api/v1/events", [{ type: "log" }, { runId: "r", type: "log" }]);
  await page.getByText("run_id_missing").waitFor();
  await page.keyboard.press("3");
  await page.getByRole("region", { name: "By day" }).getByText(new Date().toISOString().slice(0, 10)).waitFor();
  await page.getByRole("region", { name: "By table" }).getByText("spans", { exact: true }).waitFor();
  await page.getByText("30 days", { exact: true }).waitFor();
  await end(opened);
});
