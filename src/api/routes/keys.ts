import { Type } from "typebox";
import { msFromNs, parseInstant } from "../../base/time.ts";
import type { Caller } from "../../ingest/access.ts";
import { TooManyKeysError } from "../../ingest/issued-keys.ts";
import { IssuedKey, Keys, NewKey } from "../../model/key-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { found } from "../error-answers.ts";
import { ApiError } from "../errors.ts";
import { type Route, route } from "../route.ts";

const YEAR_MS = 366 * 86_400_000;

const list = route({
  url: "/api/v1/keys",
  summary: "The keys that were issued, without their secrets",
  description:
    "The main key, which the server was started with, is none of them: it ends when the server starts with another.",
  tag: "Keys",
  scope: "admin",
  answer: Keys,
  handle: async ({ parts: { access, keys }, request }) => ({
    isOpen: access.isOpen,
    keys: keys.list(request.caller as Caller),
  }),
});

const issue = route({
  method: "POST",
  url: "/api/v1/keys",
  summary: "Makes a key and tells its secret, this once",
  description: "The server keeps the SHA-256 of the secret only: what is lost cannot be told again.",
  tag: "Keys",
  scope: "admin",
  body: NewKey,
  answer: IssuedKey,
  errors: ["bad_request", "too_many_keys", "store_unavailable"],
  handle: async ({ parts: { keys, clock }, body, request, reply }) => {
    const expiresAtMs = readExpiry(body.expiresAt, clock.nowMs());
    reply.header("cache-control", "no-store");
    try {
      return await keys.issue(request.caller as Caller, body, expiresAtMs);
    } catch (error) {
      if (!(error instanceof TooManyKeysError)) throw error;
      throw new ApiError("too_many_keys", `${error.message} Revoke those that nobody uses.`);
    }
  },
});

const revoke = route({
  method: "DELETE",
  url: "/api/v1/keys/:id",
  summary: "Revokes a key: from now on it is refused, and what was opened with it is closed",
  description: "Other nodes on the same store refuse it within two seconds.",
  tag: "Keys",
  scope: "admin",
  params: Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{16}$", description: "Of the key, as the list says" }) }),
  answer: Type.Object({ revoked: Type.String() }),
  errors: ["key_not_found", "store_unavailable"],
  handle: async ({ parts: { keys }, params: { id }, request }) => {
    const isThere = await keys.revoke(request.caller as Caller, id);
    return { revoked: found(isThere ? id : undefined, "key_not_found", request) };
  },
});

/** Issued keys. */
export const KEY_ROUTES: readonly Route[] = [list, issue, revoke];

function readExpiry(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at === undefined) throw new ApiError("bad_request", "expiresAt must be RFC 3339, such as 2027-01-31T00:00:00Z.");
  const atMs = msFromNs(at);
  if (atMs <= nowMs) throw new ApiError("bad_request", "expiresAt lies in the past.");
  if (atMs > nowMs + LIMITS.keyYearsAhead * YEAR_MS) {
    throw new ApiError(
      "bad_request",
      `expiresAt lies more than ${LIMITS.keyYearsAhead} years ahead: leave it out for a key that does not end.`,
    );
  }
  return atMs;
}
