import { connect } from "node:net";
import { type Finding, note, ok, problem } from "./finding.ts";

const HTTP_PORT = 4318;
const GRPC_PORT = 4317;
const TIMEOUT_MS = 1_000;

/** Who listens where senders send by default. */
export async function checkPorts(url: string, serverAnswers: boolean): Promise<Finding[]> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (Number(port) !== HTTP_PORT) return [];
  const [http, grpc] = await Promise.all([isListening(host, HTTP_PORT), isListening(host, GRPC_PORT)]);
  if (!serverAnswers) {
    if (!http && !grpc) return [ok("ports", `${HTTP_PORT} and ${GRPC_PORT} are free`)];
    const taken = [http ? HTTP_PORT : 0, grpc ? GRPC_PORT : 0].filter((number) => number > 0).join(" and ");
    return [
      problem(
        "ports",
        `Something else listens on ${taken}, perhaps an OpenTelemetry collector`,
        "Stop it, or start Talea with --port and --grpc-port and tell the senders: OTEL_EXPORTER_OTLP_ENDPOINT.",
      ),
    ];
  }
  if (grpc) return [ok("ports", `${HTTP_PORT} (HTTP) and ${GRPC_PORT} (gRPC) take connections`)];
  return [note("ports", `Nothing listens on ${GRPC_PORT}`, "Senders that use gRPC need --grpc-port 4317.")];
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
