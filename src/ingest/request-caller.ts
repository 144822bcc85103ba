import type {} from "@fastify/swagger";
import type { Caller, Scope } from "./access.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks: set by the guard before any handler runs. */
    caller?: Caller;
  }
  interface FastifyContextConfig {
    /** What a key must allow for this route; `none` is open to everybody. */
    scope?: Scope | "none";
  }
}
