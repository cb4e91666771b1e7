// Accounts: signing up, in and out, the claim, links to set a password, and what goes along.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, request } from "@playwright/test";

import { expect, type Page, test, testOnOwnServer } from "../support/fixtures.ts";

const PASSWORD = "a few plain words";
const LESSON = "/courses/docker/lessons/layer-model";
const LAB = "/api/v1/labs/docker/exploring-the-runtime/session";

let count = 0;
/** An address that nobody has. */
const fresh = () => `ada-${process.pid}-${Date.now()}-${count++}@example.edu`;

const send = (page: Page, name: string) => page.getByRole("main").getByRole("button", { name, exact: true }).click();

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await send(page, "Sign up");
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await send(page, "Sign in");
}

/** The page in both themes, with nothing that axe finds. */
async function clean(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `../../test-results/screens/${name}-${colorScheme}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations, `${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Another browser. */
async function elsewhere(browser: Browser, baseURL: string): Promise<Page> {
  return (await browser.newContext({ baseURL })).newPage();
}

test("what a guest answers comes along to an account, and to another browser", async ({ page, browser, site }) => {
  const email = fresh();
  await page.goto(LESSON);
  const quiz = page.locator(".quiz", { has: page.locator("button.choice") }).first();
  await expect(quiz).toHaveAttribute("data-hydrated", "true");
  for (const choice of await quiz.locator("button.choice").all()) {
    await choice.click();
    await expect(choice).toHaveAttribute("data-state", /right|wrong/);
    if ((await choice.getAttribute("data-state")) === "right") break;
  }
  await expect(quiz).toHaveAttribute("data-solved", "true");

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Sign up" }).click();
  await expect(page.getByText("comes along")).toBeVisible();
  await signUp(page, email);
  await expect(page.getByRole("status")).toContainText("Welcome, Ada Lovelace");
  await page.goto(LESSON);
  await expect(quiz).toHaveAttribute("data-solved", "true");

  await page.getByRole("link", { name: "Ada Lovelace" }).click();
  await send(page, "Sign out");
  await expect(page.getByRole("status")).toHaveText("You are signed out.");
  await page.goto(LESSON);
  await expect(quiz).toHaveAttribute("data-hydrated", "true");
  await expect(quiz).not.toHaveAttribute("data-solved", "true");

  const other = await elsewhere(browser, site);
  await signIn(other, email.toUpperCase());
  await other.goto(LESSON);
  await expect(other.locator(`#${await quiz.getAttribute("id")}`)).toHaveAttribute("data-solved", "true");
  await other.context().close();
});

test("a wrong password is said to be wrong, and too many are slowed down", async ({ page, watch }) => {
  watch.expect(/422/, /429/);
  const email = fresh();
  await page.goto("/sign-in?next=%2Fcourses%2Fdocker");
  const answers = [];
  for (let at = 0; at < 11; at++) {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("not the password");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await send(page, "Sign in");
    answers.push((await answer).status());
    await expect(page.getByRole("alert")).toBeVisible();
    if (at === 0) {
      await expect(page.getByRole("alert")).toContainText("The e-mail address or the password is wrong.");
      await expect(page.getByLabel("E-mail")).toHaveValue(email);
      await expect(page.getByLabel("Password")).toHaveValue("");
      await clean(page, "sign-in-wrong");
    }
  }
  expect(answers).toEqual([...Array(10).fill(422), 429]);
  await expect(page.getByRole("alert")).toContainText(/Wait \d+ seconds/);
});

testOnOwnServer(
  "the first operator claims the installation, makes an instructor, and helps who forgot the password",
  async ({ page, browser, server, watch }) => {
    watch.expect(/422/);
    const token = /token (\S+)/.exec(readFileSync(server.log, "utf8"))?.[1];
    expect(token).toBeTruthy();
    const ada = await elsewhere(browser, server.url);
    await signUp(ada, "ada@example.edu");

    await page.goto("/claim");
    await page.getByLabel("Token").fill("a guess");
    await page.getByLabel("Name").fill("Olga Operator");
    await page.getByLabel("E-mail").fill("olga@example.edu");
    await page.getByLabel("Password").fill(PASSWORD);
    await clean(page, "claim");
    await send(page, "Claim this installation");
    await expect(page.getByRole("alert")).toContainText("This is not the token.");
    await page.getByLabel("Token").fill(token ?? "");
    await page.getByLabel("Password").fill(PASSWORD);
    await send(page, "Claim this installation");
    await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
    await clean(page, "people");
    await ada.goto("/claim");
    await expect(ada.getByRole("heading")).toHaveText("This installation is claimed");

    await page.getByRole("searchbox").fill("ADA@");
    await send(page, "Search");
    await expect(page.getByText("1 found.")).toBeVisible();
    await page.getByRole("link", { name: "Ada Lovelace" }).click();
    await clean(page, "person");
    await page.getByLabel("What they may do").selectOption("instructor");
    await send(page, "Change the role");
    await expect(page.getByRole("status")).toHaveText("Ada Lovelace is an instructor now.");
    await send(page, "Make a link");
    await clean(page, "password-link");
    const link = (await page.getByLabel("To be copied").inputValue()).trim();

    const fresh = await elsewhere(browser, server.url);
    await fresh.goto(link);
    await clean(fresh, "password-set");
    await fresh.getByLabel("New password").fill("another few words");
    await send(fresh, "Set the password");
    await expect(fresh.getByRole("status")).toContainText("Your password is set");
    await ada.goto("/account");
    await expect(ada, "the old session is over").toHaveURL(/\/sign-in\?next=/);
    await fresh.goto(link);
    await expect(fresh.getByRole("heading")).toHaveText("This link does not work any more");
    await ada.context().close();
    await fresh.context().close();
  },
);

test("each page of accounts is clean in both themes", async ({ page }) => {
  for (const name of ["sign-in", "sign-up", "forgot"]) {
    await page.goto(`/${name}`);
    await clean(page, name);
  }
  await signUp(page, fresh());
  await page.goto("/account");
  await clean(page, "account");
  await page.getByRole("link", { name: "Delete your account…" }).click();
  await clean(page, "account-delete");
});

test("one's own data is a zip archive", async ({ page }) => {
  await signUp(page, fresh());
  await page.goto("/account");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download your data" }).click();
  const file = await (await download).path();
  expect(readFileSync(file).subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("an account is made, changed, and deleted", async ({ page, watch }) => {
    watch.expect(/422/);
    const email = fresh();
    await page.goto("/sign-up?next=%2Fcourses%2Fdocker");
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("password123");
    await send(page, "Sign up");
    await expect(page.locator(".problem")).toContainText("one of the first passwords");
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await send(page, "Sign up");
    await expect(page).toHaveURL(/\/courses\/docker$/);

    await page.goto("/account");
    await page.getByLabel("As others see it").fill("Ada Lovelace");
    await send(page, "Change the name");
    await expect(page.getByRole("status")).toHaveText("Your name is changed.");
    await page.getByLabel("Password now").fill(PASSWORD);
    await page.getByLabel("New password").fill("another few words");
    await send(page, "Change the password");
    await expect(page.getByRole("status")).toContainText("Your password is changed.");
    await send(page, "Sign out everywhere else");
    await page.getByRole("link", { name: "Delete your account…" }).click();
    await page.getByLabel("Your password").fill("another few words");
    await send(page, "Delete my account");
    await expect(page.getByRole("status")).toContainText("is deleted");
    await signIn(page, email, "another few words");
    await expect(page.getByRole("alert")).toBeVisible();
  });
});

const GONE = { timeout: 90_000 };

testOnOwnServer("a running lab goes along with who signs in, and ends with the account", async ({ server }) => {
  test.setTimeout(300_000);
  const email = fresh();
  const form = { name: "Ada", email, password: PASSWORD };
  const first = await request.newContext({ baseURL: server.url });
  expect((await first.post("/sign-up", { form, maxRedirects: 0 })).status()).toBe(303);

  const guest = await request.newContext({ baseURL: server.url });
  const started = await guest.post(LAB);
  expect(started.status(), await started.text()).toBe(201);
  const { id } = await started.json();
  const state = async () => (await (await guest.get(`/api/v1/sessions/${id}`)).json()).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("ready");
  expect((await first.get(`/api/v1/sessions/${id}`)).status()).toBe(404);

  expect((await guest.post("/sign-in", { form, maxRedirects: 0 })).status()).toBe(303);
  expect(await state()).toBe("ready");
  expect((await first.get(`/api/v1/sessions/${id}`)).status(), "the account has it in every browser").toBe(200);
  expect((await guest.get(`/api/v1/sessions/${id}/files`)).status()).toBe(200);
  expect(sandboxes(id)).toBe(1);

  // The same lab, begun by another guest: the account's own goes on, and the guest's ends.
  const second = await request.newContext({ baseURL: server.url });
  const other = (await (await second.post(LAB)).json()).id;
  expect((await second.post("/sign-in", { form, maxRedirects: 0 })).status()).toBe(303);
  // One that was just being made is removed once the engine has made it.
  await expect.poll(() => sandboxes(other), GONE).toBe(0);
  expect((await (await second.get(`/api/v1/sessions/${id}`)).json()).state).toBe("ready");

  expect((await guest.post("/account/delete", { form, maxRedirects: 0 })).status()).toBe(303);
  await expect.poll(() => sandboxes(id), GONE).toBe(0);
  expect((await first.get(`/api/v1/sessions/${id}`)).status()).toBe(404);
});

/** How many sandboxes the engine has for a session. */
function sandboxes(session: string): number {
  const names = execFileSync("docker", ["ps", "--all", "--quiet", "--no-trunc", "--filter", `name=${session.replaceAll("-", "")}`], {
    encoding: "utf8",
  });
  return names.split("\n").filter(Boolean).length;
}

