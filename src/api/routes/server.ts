import { Type } from "typebox";
import { Status } from "../../model/shapes.ts";
import { ApiError } from "../errors.ts";
import { encodeKey, SESSION_COOKIE } from "../guard.ts";
import { EXPOSITION_CONTENT_TYPE } from "../prometheus/exposition.ts";
import { type Route, route } from "../route.ts";

const SESSION_DAYS = 30;

const status = route({
  url: "/api/v1/status",
  summary: "How the server does",
  tag: "Server",
  answer: Status,
  handle: async ({ parts, request }): Promise<Status> => {
    const scopes = [...(request.caller?.scopes ?? [])];
    return {
      ...(await parts.status()),
      ...{ asksForKeys: !parts.access.isOpen, scopes },
      // They name folders of the machine.
      ...(scopes.includes("admin") ? { settings: [...parts.settings] } : {}),
    };
  },
});

const health = route({
  url: "/healthz",
  summary: "Whether the process lives",
  tag: "Server",
  scope: "none",
  answer: Type.Object({ status: Type.String() }),
  handle: async () => ({ status: "ok" }),
});

const readiness = route({
  url: "/readyz",
  summary: "Whether questions can be answered; data is taken in even when not",
  tag: "Server",
  scope: "none",
  answer: Type.Object({ status: Type.String() }),
  errors: ["store_unavailable"],
  handle: async ({ parts }) => {
    if (parts.ready()) return { status: "ready" };
    throw new ApiError("store_unavailable", "The engine is starting; what is sent meanwhile is kept.");
  },
});

const signIn = route({
  method: "POST",
  url: "/api/v1/session",
  summary: "Signs the page in with a key",
  tag: "Server",
  scope: "none",
  body: Type.Object({ key: Type.String() }),
  answer: Type.Object({ signedIn: Type.Boolean() }),
  errors: ["key_wrong", "scope_missing"],
  handle: async ({ parts, body, reply }) => {
    const caller = parts.access.callerOf(body.key);
    if (caller === undefined)
      throw new ApiError("key_wrong", "This key is not known here, was revoked, or has expired.");
    if (!caller.scopes.has("read")) throw new ApiError("scope_missing", "This key may send, but not read.");
    reply.header("set-cookie", sessionCookie(encodeKey(body.key), SESSION_DAYS * 86_400));
    return { signedIn: true };
  },
});

const signOut = route({
  method: "DELETE",
  url: "/api/v1/session",
  summary: "Signs the page out",
  tag: "Server",
  scope: "none",
  answer: Type.Object({ signedIn: Type.Boolean() }),
  handle: async ({ reply }) => {
    reply.header("set-cookie", sessionCookie("", 0));
    return { signedIn: false };
  },
});

const metrics = route({
  url: "/metrics",
  summary: "Figures for Prometheus: counters and histograms of ended runs, and how the server does",
  tag: "Server",
  answer: Type.String(),
  contentType: EXPOSITION_CONTENT_TYPE,
  handle: async ({ parts, reply }) => reply.type(EXPOSITION_CONTENT_TYPE).send(await parts.scrape()),
});

const retryQuarantined = route({
  method: "POST",
  url: "/api/v1/quarantine/retry",
  summary: "Has the store try again what it refused for good",
  description: "For after a newer version, or another setting of the store: what it still refuses is set aside again.",
  tag: "Server",
  scope: "admin",
  answer: Type.Object({
    retried: Type.Integer({ description: "Frames that wait for the store again" }),
    later: Type.Integer({ description: "Frames that stay aside for now: records beside them are being loaded" }),
    unreadable: Type.Integer({ description: "Frames and files that cannot be read and stay aside" }),
  }),
  errors: ["overloaded"],
  handle: ({ parts }) => parts.retryQuarantined(),
});

function sessionCookie(value: string, maxAgeS: number): string {
  return `${SESSION_COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeS}`;
}

/** Status, health, signing in. */
export const SERVER_ROUTES: readonly Route[] = [status, health, readiness, metrics, signIn, signOut, retryQuarantined];
