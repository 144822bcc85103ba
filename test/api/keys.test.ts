// Issued keys: made, used, listed and revoked by whoever has the scope admin.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { IssuedKey, Key, Keys, NewKey } from "../../src/model/key-shapes.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const MAIN = { authorization: "Bearer main-key" };

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--key", "main-key"]);
});
after(() => talea.close());

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function issue(asked: Partial<NewKey> = {}, headers: Record<string, string> = MAIN): Promise<IssuedKey> {
  const answer = await talea.post("/api/v1/keys", { name: "a key", scopes: ["read"], ...asked }, headers);
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return (await answer.json()) as IssuedKey;
}

async function revoke(id: string, headers: Record<string, string> = MAIN): Promise<Response> {
  return fetch(`${talea.talea.url}/api/v1/keys/${id}`, { method: "DELETE", headers });
}

async function list(): Promise<readonly Key[]> {
  return (await talea.get<Keys>("/api/v1/keys", MAIN)).keys;
}

async function refusal(answer: Response): Promise<[number, string]> {
  const { error } = (await answer.json()) as { error: { code: string } };
  return [answer.status, error.code];
}

test("a key is made with a name and scopes, and its secret is told once", async () => {
  const { key, secret } = await issue({ name: " ci ", scopes: ["ingest", "read"] });
  assert.match(secret, /^talea_[\w-]{43}$/);
  assert.equal(Buffer.from(secret.slice("talea_".length), "base64url").length, 32);
  assert.deepEqual([key.name, key.scopes, key.isExpired, key.isYours], ["ci", ["ingest", "read"], false, false]);
  assert.deepEqual([key.expiresAt, key.lastUsedAt], [undefined, undefined]);
  const [listed] = await list();
  assert.deepEqual(listed, key);
  assert.equal(JSON.stringify(await list()).includes(secret), false);
});

test("a key says when it was last used, and which one is one's own", async () => {
  const { key, secret } = await issue({ scopes: ["admin"] });
  const { keys } = await talea.get<Keys>("/api/v1/keys", bearer(secret));
  const own = keys.find(({ isYours }) => isYours);
  assert.equal(own?.id, key.id);
  assert.ok(Math.abs(Date.parse(own?.lastUsedAt ?? "") - Date.now()) < 60_000);
});

test("a revoked key is refused at once, is gone from the list, and cannot be revoked again", async () => {
  const { key, secret } = await issue();
  assert.deepEqual((await talea.get<{ runs: [] }>("/api/v1/runs", bearer(secret))).runs, []);
  assert.equal((await revoke(key.id)).status, 200);
  const answer = await fetch(`${talea.talea.url}/api/v1/runs`, { headers: bearer(secret) });
  assert.deepEqual(await refusal(answer), [401, "key_wrong"]);
  assert.equal(
    (await list()).some(({ id }) => id === key.id),
    false,
  );
  assert.deepEqual(await refusal(await revoke(key.id)), [404, "key_not_found"]);
});

test("a key with an end is refused from then on, and stays in the list as expired", async () => {
  const { key, secret } = await issue({ expiresAt: new Date(Date.now() + 1500).toISOString() });
  for (const deadline = Date.now() + 20_000; ; ) {
    const { status } = await fetch(`${talea.talea.url}/api/v1/runs`, { headers: bearer(secret) });
    if (status === 401) break;
    assert.equal(status, 200);
    assert.ok(Date.now() < deadline, "it has expired");
  }
  assert.ok(Date.now() >= Date.parse(key.expiresAt ?? "") - 50);
  assert.equal((await list()).find(({ id }) => id === key.id)?.isExpired, true);
});

test("an admin key makes and revokes keys, its own too", async () => {
  const { key, secret } = await issue({ scopes: ["admin"] });
  const made = await issue({}, bearer(secret));
  assert.equal((await revoke(made.key.id, bearer(secret))).status, 200);
  assert.equal((await revoke(key.id, bearer(secret))).status, 200);
  assert.deepEqual(await refusal(await revoke(key.id, bearer(secret))), [401, "key_wrong"]);
});

test("what is no key is refused: without a name, scopes or a sensible end, or beyond a limit", async () => {
  const wrong: readonly object[] = [
    {},
    { name: "", scopes: ["read"] },
    { name: "  ", scopes: ["read"] },
    { name: "x".repeat(LIMITS.keyNameCharacters + 1), scopes: ["read"] },
    { name: "x", scopes: [] },
    { name: "x", scopes: ["read", "read"] },
    { name: "x", scopes: ["write"] },
    { name: "x", scopes: ["read"], secret: "mine" },
    { name: "x", scopes: ["read"], expiresAt: "tomorrow" },
    { name: "x", scopes: ["read"], expiresAt: "2020-01-01T00:00:00Z" },
    { name: "x", scopes: ["read"], expiresAt: "2099-01-01T00:00:00Z" },
  ];
  const before = (await list()).length;
  for (const body of wrong) {
    assert.deepEqual(
      await refusal(await talea.post("/api/v1/keys", body, MAIN)),
      [400, "bad_request"],
      JSON.stringify(body),
    );
  }
  assert.equal((await list()).length, before);
  assert.equal((await issue({ name: "x".repeat(LIMITS.keyNameCharacters) })).key.name.length, LIMITS.keyNameCharacters);
});

test("no API of what people keep knows keys", async () => {
  const { key } = await issue();
  for (const path of ["/api/v1/config/key", `/api/v1/config/key/${key.id}`, "/api/v1/config/key-use"]) {
    const answer = await fetch(talea.talea.url + path, { headers: MAIN });
    assert.deepEqual(await refusal(answer), [404, "not_found"], path);
  }
});

test("there may be so many keys and no more, until one is revoked", async () => {
  const others = (await list()).length;
  for (let made = others; made < LIMITS.keys; made += 20) {
    await Promise.all(
      Array.from({ length: Math.min(20, LIMITS.keys - made) }, (_, i) => issue({ name: `${made + i}` })),
    );
  }
  const keys = await list();
  assert.equal(keys.length, LIMITS.keys);
  const beyond = await talea.post("/api/v1/keys", { name: "one more", scopes: ["read"] }, MAIN);
  assert.deepEqual(await refusal(beyond), [409, "too_many_keys"]);
  await revoke(keys[0]?.id ?? "");
  await issue({ name: "one more" });
});
