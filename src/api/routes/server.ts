import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { Failure, Status } from "../../model/shapes.ts";
import type { ApiParts } from "../api-parts.ts";
import { ApiError } from "../errors.ts";
import { encodeKey, SESSION_COOKIE } from "../guard.ts";

const SESSION_DAYS = 30;

/** Status, health, signing in. */
export function serverRoutes(app: FastifyInstance, { access, status, ready }: ApiParts): void {
  app.get(
    "/api/v1/status",
    { schema: { summary: "How the server does", tags: ["Server"], response: { 200: Status } } },
    async () => status(),
  );

  app.get("/healthz", { config: { scope: "none" }, schema: { hide: true } }, async () => ({ status: "ok" }));

  app.get("/readyz", { config: { scope: "none" }, schema: { hide: true } }, async (_request, reply) => {
    if (ready()) return { status: "ready" };
    return reply.code(503).send({ status: "the engine is starting; what is sent meanwhile is kept" });
  });

  app.post(
    "/api/v1/session",
    {
      config: { scope: "none" },
      schema: {
        summary: "Signs the page in with a key",
        tags: ["Server"],
        body: Type.Object({ key: Type.String() }),
        response: { 200: Type.Object({ signedIn: Type.Boolean() }), 401: Failure },
      },
    },
    async (request, reply) => {
      const { key } = request.body as { key: string };
      if (access.callerOf(key) === undefined) throw new ApiError("key_wrong", "This key is not known here.");
      const cookie = `${SESSION_COOKIE}=${encodeKey(key)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_DAYS * 86_400}`;
      reply.header("set-cookie", cookie);
      return { signedIn: true };
    },
  );

  app.post(
    "/api/v1/sql",
    { schema: { summary: "Reserved", tags: ["Server"], response: { 501: Failure } } },
    async () => {
      throw new ApiError("not_implemented", "SQL is not open yet: it needs a gate of its own first.");
    },
  );
}
