// The HTTP contract as a program outside the browser sees it: who may do what to whose session.

import { type APIRequestContext, request } from "@playwright/test";

import { expect, test } from "../support/fixtures.ts";

const LAB = "/api/v1/labs/docker/exploring-the-runtime/session";

/** Somebody with cookies of their own. */
async function somebody(site: string): Promise<APIRequestContext> {
  return request.newContext({ baseURL: site });
}

test("another person's session is not there: 404, whatever is asked of it", async ({ site }) => {
  const owner = await somebody(site);
  const started = await owner.post(LAB);
  expect(started.status()).toBe(201);
  const { id } = await started.json();
  const session = `/api/v1/sessions/${id}`;
  try {
    expect((await owner.get(session)).status()).toBe(200);
    const stranger = await somebody(site);
    // The stranger is a guest with a session cookie of their own, not merely nobody.
    await stranger.post("/api/v1/quizzes/docker/images/nothing", { data: { choices: [0] } });
    for (const who of [stranger, await somebody(site)]) {
      for (const path of ["", "/checks", "/files", "/files/notes.txt", "/files.zip", "/events", "/terminals/1"]) {
        const answer = await who.get(session + path);
        expect(answer.status(), `GET ${path}`).toBe(404);
        expect(answer.headers()["content-type"], `GET ${path}`).toContain("application/problem+json");
      }
      for (const path of ["/reset", "/extend", "/checks/run"]) {
        expect((await who.post(session + path)).status(), `POST ${path}`).toBe(404);
      }
      expect((await who.put(`${session}/files/notes.txt`, { data: "mine now" })).status()).toBe(404);
      expect((await who.patch(`${session}/files/notes.txt`, { data: { to: "mine.txt" } })).status()).toBe(404);
      expect((await who.put(`${session}/folders/mine`)).status()).toBe(404);
      expect((await who.delete(session)).status()).toBe(404);
    }
    expect((await owner.get(session)).status()).toBe(200);
  } finally {
    await owner.delete(session);
  }
});

test("what another site sends in a learner's name is refused", async ({ site }) => {
  const learner = await somebody(site);
  const { id } = await (await learner.post(LAB)).json();
  const session = `/api/v1/sessions/${id}`;
  try {
    for (const origin of ["https://elsewhere.example", "null"]) {
      const headers = { origin };
      expect((await learner.post(LAB, { headers })).status()).toBe(403);
      expect((await learner.post(`${session}/reset`, { headers })).status()).toBe(403);
      expect((await learner.delete(session, { headers })).status()).toBe(403);
      const handshake = await learner.get(`${session}/terminals/1`, {
        headers: {
          origin,
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "ZHJ5ZG9jay1kcnlkb2NrLQ==",
        },
      });
      expect(handshake.status()).toBe(403);
    }
    expect((await learner.get(session)).status()).toBe(200);
  } finally {
    await learner.delete(session);
  }
});

test("paths that lead out of the learner's home are refused, and say why", async ({ site }) => {
  const learner = await somebody(site);
  const { id } = await (await learner.post(LAB)).json();
  const session = `/api/v1/sessions/${id}`;
  try {
    await expect.poll(async () => (await (await learner.get(session)).json()).state, { timeout: 30_000 }).toBe("ready");
    for (const path of ["..%2f..%2fetc%2fpasswd", "a%2f..%2f..%2fb", "%2fetc%2fpasswd", "a%00b"]) {
      const answer = await learner.get(`${session}/files/${path}`);
      expect(answer.status(), path).toBeGreaterThanOrEqual(400);
      expect(answer.status(), path).toBeLessThan(500);
      expect((await answer.json()).detail, path).toBeTruthy();
    }
    const notes = `${session}/files/notes.txt`;
    const written = await learner.put(notes, { data: "hello" });
    expect(written.status()).toBe(204);
    const read = await learner.get(notes);
    expect(await read.text()).toBe("hello");
    const tag = read.headers()["etag"]!;
    expect(written.headers()["etag"]).toBe(tag);

    // A write that names what it replaces goes through while that is there.
    const over = (data: string, headers: Record<string, string>) => learner.put(notes, { data, headers });
    expect((await over("again", { "if-none-match": "*" })).status()).toBe(412);
    expect((await over("again", { "if-match": tag })).status()).toBe(204);
    const refused = await over("too late", { "if-match": tag });
    expect(refused.status()).toBe(412);
    expect((await refused.json()).detail).toContain("notes.txt");
    expect((await over("what?", { "if-match": "*, nonsense" })).status()).toBe(400);
    expect(await (await learner.get(notes)).text()).toBe("again");

    expect((await learner.put(`${session}/folders/a/b`)).status()).toBe(201);
    expect((await learner.put(`${session}/folders/a/b`)).status()).toBe(409);
    expect((await learner.put(`${session}/folders/..%2fb`)).status()).toBe(400);
    const move = (to: string) => learner.patch(notes, { data: { to } });
    for (const to of ["../notes.txt", "/etc/notes.txt", "a/../../b", "x".repeat(300)]) {
      expect((await move(to)).status(), to).toBe(400);
    }
    expect((await move("a/b")).status()).toBe(409);
    expect((await move("a/b/notes.txt")).status()).toBe(204);
    expect((await move("elsewhere")).status()).toBe(404);

    const zip = await learner.get(`${session}/files.zip`);
    expect(zip.headers()["content-type"]).toBe("application/zip");
    expect(zip.headers()["content-disposition"]).toBe('attachment; filename="exploring-the-runtime.zip"');
    const names = (await zip.body()).toString("latin1");
    expect(names.startsWith("PK")).toBe(true);
    expect(names).toContain("a/b/notes.txt");
  } finally {
    await learner.delete(session);
  }
});
