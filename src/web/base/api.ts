// Questions to the server. Every failure, also of the network, is an ApiFailure with a stable code.

import { signal } from "@preact/signals";
import type { Failure } from "../../model/shapes.ts";
import { formatQuery, type Query } from "./place.ts";

const ROOT = "/api/v1";
const JSON_TYPE = "application/json";

/** Codes that this page adds to those of the server's table. */
type OwnCode = "unreachable" | "unreadable_answer";

export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly code: string;
  readonly status: number;
  /** What else the server says of it; its shape belongs to the code. */
  readonly details: unknown;

  constructor(code: OwnCode | (string & {}), message: string, status = 0, details?: unknown) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** True once the server asked for a key: the page then shows nothing but the form for it. */
export const isSignedOut = signal(false);

interface AskOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal;
}

/** `path` is below /api/v1, its values percent-encoded. Throws ApiFailure; an abort throws the signal's reason. */
export async function getJson<T>(path: string, options: AskOptions = {}): Promise<T> {
  const answer = await ask(path, options, { accept: JSON_TYPE });
  return readJson<T>(answer);
}

/** An answer in a binary format; `willBe` hears how many bytes it has before they come. Throws like `getJson`. */
export async function getBytes(
  path: string,
  accept: string,
  options: AskOptions & { readonly willBe?: (sizeBytes: number) => void } = {},
): Promise<ArrayBuffer> {
  const answer = await ask(path, options, { accept });
  options.willBe?.(Number(answer.headers.get("content-length") ?? 0));
  return answer.arrayBuffer();
}

/** Sends JSON and reads the answer. Throws like `getJson`. */
export async function postJson<T>(path: string, body: unknown, options: AskOptions = {}): Promise<T> {
  const headers = { accept: JSON_TYPE, "content-type": JSON_TYPE };
  return readJson<T>(await ask(path, options, headers, JSON.stringify(body)));
}

/** Writes JSON to what a path names and reads the answer. Throws like `getJson`. */
export async function putJson<T>(path: string, body: unknown, options: AskOptions = {}): Promise<T> {
  const headers = { accept: JSON_TYPE, "content-type": JSON_TYPE };
  return readJson<T>(await ask(path, options, headers, JSON.stringify(body), "PUT"));
}

/** Deletes what a path names and reads the answer. Throws like `getJson`. */
export async function deleteJson<T>(path: string, options: AskOptions = {}): Promise<T> {
  return readJson<T>(await ask(path, options, { accept: JSON_TYPE }, undefined, "DELETE"));
}

export type TelemetrySignal = "traces" | "logs" | "metrics";

/** Sends an OTLP request as JSON, as an agent would. Throws ApiFailure. */
export async function sendTelemetry(telemetry: TelemetrySignal, request: object): Promise<void> {
  await ask(`/v1/${telemetry}`, { root: "" }, { "content-type": JSON_TYPE }, JSON.stringify(request));
}

/** Signs this browser in with a key. Throws ApiFailure, `key_wrong` when the server does not know it. */
export async function signIn(key: string): Promise<void> {
  await ask("/session", {}, { "content-type": JSON_TYPE }, JSON.stringify({ key }));
  isSignedOut.value = false;
}

async function ask(
  path: string,
  { query, signal, root = ROOT }: AskOptions & { readonly root?: string },
  headers: Readonly<Record<string, string>>,
  body?: string,
  method = body === undefined ? "GET" : "POST",
): Promise<Response> {
  const search = query === undefined || query.size === 0 ? "" : `?${formatQuery(query)}`;
  let answer: Response;
  try {
    answer = await fetch(`${root}${path}${search}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure("unreachable", "The server does not answer. Is Talea still running?");
  }
  if (answer.ok) return answer;
  const failure = await failureOf(answer);
  // Also with a key that was revoked: the cookie that holds it is worth nothing any more.
  if (failure.code === "key_missing" || failure.code === "key_wrong") isSignedOut.value = true;
  throw failure;
}

async function readJson<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new ApiFailure("unreadable_answer", "The server's answer is no JSON.", answer.status);
  }
}

interface SaidFailure extends Partial<Failure> {
  readonly message?: string;
}

async function failureOf(answer: Response): Promise<ApiFailure> {
  // OTLP says what failed in a shape of its own.
  const said = await readJson<SaidFailure>(answer).catch((): SaidFailure => ({}));
  const { message = `The server answered ${answer.status}.`, error = { code: "unreadable_answer", message } } = said;
  return new ApiFailure(error.code, error.message, answer.status, "details" in error ? error.details : undefined);
}
