"""Talea for Python: shows what agents do while they do it.

A span is exported when it ends, so a long one is invisible while it runs. ``TaleaSpanProcessor`` tells the server of every
span, of whatever instrumentation, that is still open after 150 ms; it can be added to any OpenTelemetry set-up::

    provider.add_span_processor(talea.TaleaSpanProcessor())

Without OpenTelemetry, ``talea.init("my-agents")`` sets everything up, and ``run``, ``agent``, ``task``, ``tool`` and ``llm``
make spans. Nothing here raises into the caller's code or keeps it waiting: what is told goes into a bounded queue, a
thread sends it, and what does not fit is counted, see ``dropped``.

What is sent: log records in OTLP/JSON to ``<endpoint>/v1/logs`` (``span.started`` for an open span, RunEvents under their own
names), spans to ``/v1/traces`` (only after ``init``), points to ``/api/v1/metrics``.
"""

from __future__ import annotations

import atexit
import contextlib
import contextvars
import http.client
import json
import os
import random
import threading
import time
import urllib.parse
import uuid
from collections import deque
from typing import Any, Deque, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from opentelemetry import baggage, trace
from opentelemetry import context as otel_context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode

__all__ = [
    "TaleaSpanProcessor",
    "agent",
    "dropped",
    "flush",
    "init",
    "llm",
    "log_event",
    "record_metric",
    "run",
    "shutdown",
    "task",
    "tool",
]

DEFAULT_ENDPOINT = "http://127.0.0.1:4318"
QUEUE_RECORDS_MAX = 2048
QUEUE_BYTES_MAX = 4 * 1024 * 1024
BATCH_RECORDS_MAX = 512
LINGER_S = 0.1
BACK_OFF_S_MIN = 0.2
BACK_OFF_S_MAX = 30.0
REQUEST_TIMEOUT_S = 10.0
TEXT_CHARACTERS_MAX = 1024
OPEN_SPANS_MAX = 10_000
RETRYABLE = frozenset({429, 502, 503, 504})

_LEVELS = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}
_SCOPE = "talea"


def _value(value: Any) -> Optional[Dict[str, Any]]:
    """An attribute as OTLP's AnyValue in JSON."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value} if value == value and abs(value) != float("inf") else {"stringValue": str(value)}
    if isinstance(value, (list, tuple)):
        return {"arrayValue": {"values": [one for one in map(_value, value) if one is not None]}}
    if value is None:
        return None
    return {"stringValue": json.dumps(value, default=str)}


def _attributes(values: Mapping[str, Any]) -> List[Dict[str, Any]]:
    pairs = ((key, _value(value)) for key, value in values.items())
    return [{"key": key, "value": value} for key, value in pairs if value is not None]


def _headers_from_environment() -> Dict[str, str]:
    """OTEL_EXPORTER_OTLP_HEADERS: ``name=value,…``, percent-encoded."""
    headers: Dict[str, str] = {}
    for pair in os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", "").split(","):
        name, separator, value = pair.partition("=")
        if separator:
            headers[name.strip().lower()] = urllib.parse.unquote(value.strip())
    return headers


class _Refused(Exception):
    """The server will never take this."""


class _Busy(Exception):
    """It may be taken later; ``after_s`` is what the server asked for."""

    def __init__(self, after_s: Optional[float] = None) -> None:
        super().__init__()
        self.after_s = after_s


class _Connection:
    """One kept-alive connection to the server. Used by one thread."""

    def __init__(self, endpoint: Optional[str], key: Optional[str]) -> None:
        url = urllib.parse.urlsplit(endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or DEFAULT_ENDPOINT)
        self._make = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self._host = url.netloc.rpartition("@")[2]
        self._base = url.path.rstrip("/")
        self._headers = {"content-type": "application/json", **_headers_from_environment()}
        key = key or os.environ.get("TALEA_KEY")
        if key:
            self._headers["authorization"] = f"Bearer {key}"
        self._open: Optional[http.client.HTTPConnection] = None

    def post(self, path: str, body: bytes) -> None:
        """Raises ``_Busy`` or ``_Refused``."""
        try:
            # A connection that was kept may have been closed by the server meanwhile.
            for attempt in (0, 1):
                is_kept = self._open is not None
                try:
                    status, after = self._send(path, body)
                    break
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                    self.close()
                    if attempt or not is_kept:
                        raise
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _Busy() from error
        if 200 <= status < 300:
            return
        if status in RETRYABLE:
            raise _Busy(after)
        raise _Refused(status)

    def _send(self, path: str, body: bytes) -> Tuple[int, Optional[float]]:
        if self._open is None:
            self._open = self._make(self._host, timeout=REQUEST_TIMEOUT_S)
        self._open.request("POST", self._base + path, body, self._headers)
        answer = self._open.getresponse()
        answer.read()
        after = answer.getheader("retry-after") or ""
        return answer.status, float(after) if after.isdigit() else None

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class _Record:
    """Something to be sent: ``group`` says what it can share a body with."""

    __slots__ = ("body", "kind", "resource", "scope", "size")

    def __init__(self, kind: str, body: Dict[str, Any], resource: Mapping[str, Any], scope: Tuple[str, str]) -> None:
        self.kind = kind
        self.body = body
        self.resource = resource
        self.scope = scope
        self.size = len(json.dumps(body))


class _Outbox:
    """A bounded queue and the thread that empties it."""

    def __init__(self, endpoint: Optional[str] = None, key: Optional[str] = None) -> None:
        self._endpoint = endpoint
        self._key = key
        self.resource: Mapping[str, Any] = {}
        self._reset()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        # A child of fork has neither the thread nor, perhaps, free locks; what waited is the parent's to send.
        self._changed = threading.Condition()
        self._queue: Deque[_Record] = deque()
        self._bytes = 0
        self._sending = 0
        self._thread: Optional[threading.Thread] = None
        self._is_closed = False
        self._is_urgent = False
        self.dropped = 0
        self._dropped_untold: Dict[str, int] = {}
        self._connection = _Connection(self._endpoint, self._key)

    def put(self, record: _Record) -> None:
        with self._changed:
            if self._is_closed:
                self._drop("closed", 1)
                return
            if len(self._queue) + self._sending >= QUEUE_RECORDS_MAX or self._bytes + record.size > QUEUE_BYTES_MAX:
                self._drop("queue_full", 1)
                return
            self._queue.append(record)
            self._bytes += record.size
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="talea-sender", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def note_dropped(self, reason: str, count: int) -> None:
        with self._changed:
            self._drop(reason, count)

    def _drop(self, reason: str, count: int) -> None:
        self.dropped += count
        self._dropped_untold[reason] = self._dropped_untold.get(reason, 0) + count

    def flush(self, timeout_s: float) -> bool:
        """Whether everything that was put in was sent, or given up, in time."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            while self._queue or self._sending:
                left = deadline - time.monotonic()
                if left <= 0 or self._thread is None:
                    return False
                self._changed.wait(left)
            return True

    def close(self, timeout_s: float) -> bool:
        is_done = self.flush(timeout_s)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        return is_done

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._is_closed:
                    self._is_urgent = False
                    self._changed.wait()
                if self._is_closed:
                    return
                if len(self._queue) < BATCH_RECORDS_MAX and not self._is_urgent:
                    self._changed.wait_for(lambda: self._is_urgent or self._is_closed, LINGER_S)
                batch = [self._queue.popleft() for _ in range(min(BATCH_RECORDS_MAX, len(self._queue)))]
                self._sending = len(batch)
            untold = dict(self._dropped_untold)
            reports = [self._report(reason, count) for reason, count in untold.items()]
            self._send_all(batch + reports)
            with self._changed:
                for reason, count in untold.items():
                    left = self._dropped_untold.get(reason, 0) - count
                    if left > 0:
                        self._dropped_untold[reason] = left
                    else:
                        self._dropped_untold.pop(reason, None)
                self._bytes -= sum(record.size for record in batch)
                self._sending = 0
                self._changed.notify_all()

    def _report(self, reason: str, count: int) -> _Record:
        attributes = {"count": count, "reason": reason, "talea.event.id": str(uuid.uuid4())}
        body = {"timeUnixNano": str(time.time_ns()), "eventName": "sdk.dropped", "attributes": _attributes(attributes)}
        return _Record("log", body, self.resource, (_SCOPE, ""))

    def _send_all(self, batch: Sequence[_Record]) -> None:
        for path, records, body in _bodies(batch):
            back_off_s = BACK_OFF_S_MIN
            while not self._is_closed:
                try:
                    self._connection.post(path, body)
                    break
                except _Busy as busy:
                    wait_s = busy.after_s or back_off_s * random.uniform(0.5, 1)
                    back_off_s = min(2 * back_off_s, BACK_OFF_S_MAX)
                    with self._changed:
                        self._changed.wait_for(lambda: self._is_closed, min(wait_s, BACK_OFF_S_MAX))
                except Exception:  # refused, or a fault of this module: never the caller's problem
                    self.note_dropped("refused", records)
                    break
            else:
                self.note_dropped("closed", records)


def _bodies(batch: Sequence[_Record]) -> Iterator[Tuple[str, int, bytes]]:
    """Requests for the records: path, how many of them, body."""
    points = [record.body for record in batch if record.kind == "point"]
    if points:
        yield "/api/v1/metrics", len(points), json.dumps(points).encode()
    resources: Dict[str, Tuple[Mapping[str, Any], Dict[Tuple[str, str], List[Dict[str, Any]]]]] = {}
    logs = [record for record in batch if record.kind == "log"]
    for record in logs:
        key = json.dumps(record.resource, default=str, sort_keys=True)
        _, scopes = resources.setdefault(key, (record.resource, {}))
        scopes.setdefault(record.scope, []).append(record.body)
    if logs:
        groups = [
            {
                "resource": {"attributes": _attributes(resource)},
                "scopeLogs": [
                    {"scope": {"name": name, "version": version}, "logRecords": records}
                    for (name, version), records in scopes.items()
                ],
            }
            for resource, scopes in resources.values()
        ]
        yield "/v1/logs", len(logs), json.dumps({"resourceLogs": groups}).encode()


_shared = _Outbox()


class TaleaSpanProcessor(SpanProcessor):
    """Tells the server of spans that are still open after ``open_after_ms``, with the attributes that they have by then.

    ``endpoint`` is the server's address (OTEL_EXPORTER_OTLP_ENDPOINT, else port 4318 of this machine), ``key`` its key
    (TALEA_KEY, else what OTEL_EXPORTER_OTLP_HEADERS says). It sends by itself and needs no exporter of logs.
    """

    def __init__(
        self, endpoint: Optional[str] = None, key: Optional[str] = None, open_after_ms: float = 150
    ) -> None:
        self._outbox = _shared if endpoint is None and key is None else _Outbox(endpoint, key)
        self._open_after_s = open_after_ms / 1000
        self._reset()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._wake = threading.Event()
        self._thread: Optional[threading.Thread] = None
        # All wait equally long, so the queue is in order of time. Both are used by single operations, which are atomic.
        self._young: Deque[Tuple[float, ReadableSpan]] = deque()
        self._open: Dict[int, None] = {}
        self._is_closed = False

    def on_start(self, span: Any, parent_context: Optional[otel_context.Context] = None) -> None:
        context = span.context
        if not context.trace_flags.sampled or self._is_closed:
            return
        if len(self._open) >= OPEN_SPANS_MAX:
            self._outbox.note_dropped("too_many_open_spans", 1)
            return
        self._open[context.span_id] = None
        self._young.append((time.monotonic() + self._open_after_s, span))
        if not self._wake.is_set():
            self._begin()

    def on_end(self, span: ReadableSpan) -> None:
        self._open.pop(span.context.span_id, None)

    def _begin(self) -> None:
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="talea-open-spans", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while not self._is_closed:
            self._wake.wait()
            while self._young and not self._is_closed:
                due_at, span = self._young[0]
                wait_s = due_at - time.monotonic()
                if wait_s > 0:
                    time.sleep(wait_s)
                self._young.popleft()
                if span.context.span_id not in self._open:
                    continue
                try:
                    self._outbox.put(_started(span))
                except Exception:  # an attribute that nobody foresaw: never the caller's problem
                    self._outbox.note_dropped("unreadable", 1)
            self._wake.clear()
            # A span that began between the look and the clearing is found here.
            if self._young:
                self._wake.set()

    def shutdown(self) -> None:
        self._is_closed = True
        self._wake.set()
        self._outbox.flush(2)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._outbox.flush(timeout_millis / 1000)


def _started(span: ReadableSpan) -> _Record:
    """The record that announces an open span."""
    context = span.context
    kept = {key: value for key, value in _copy(span.attributes).items() if not _is_long(value)}
    if span.parent is not None:
        kept["talea.parent_span.id"] = f"{span.parent.span_id:016x}"
    kept["talea.span.kind"] = span.kind.value + 1
    scope = span.instrumentation_scope
    body = {
        "timeUnixNano": str(span.start_time),
        "eventName": "span.started",
        "traceId": f"{context.trace_id:032x}",
        "spanId": f"{context.span_id:016x}",
        "body": {"stringValue": span.name},
        "attributes": _attributes(kept),
    }
    named = ("", "") if scope is None else (scope.name, scope.version or "")
    return _Record("log", body, dict(span.resource.attributes), named)


def _copy(attributes: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    for _ in range(3):
        try:
            return dict(attributes or {})
        except RuntimeError:  # changed while it was copied
            continue
    return {}


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > TEXT_CHARACTERS_MAX


class _SpanExporter(SpanExporter):
    """Ended spans as OTLP/JSON: for programs that have no exporter."""

    def __init__(self, endpoint: Optional[str], key: Optional[str]) -> None:
        self._connection = _Connection(endpoint, key)
        self._is_closed = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        body = json.dumps({"resourceSpans": [_resource_span(span) for span in spans]}).encode()
        back_off_s = BACK_OFF_S_MIN
        deadline = time.monotonic() + BACK_OFF_S_MAX
        while True:
            try:
                self._connection.post("/v1/traces", body)
                return SpanExportResult.SUCCESS
            except _Busy as busy:
                wait_s = busy.after_s or back_off_s * random.uniform(0.5, 1)
                if time.monotonic() + wait_s > deadline or self._is_closed.wait(wait_s):
                    break
                back_off_s *= 2
            except Exception:
                break
        _shared.note_dropped("spans", len(spans))
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        self._is_closed.set()


def _resource_span(span: ReadableSpan) -> Dict[str, Any]:
    context = span.context
    status = {StatusCode.UNSET: 0, StatusCode.OK: 1, StatusCode.ERROR: 2}[span.status.status_code]
    one = {
        "traceId": f"{context.trace_id:032x}",
        "spanId": f"{context.span_id:016x}",
        "parentSpanId": "" if span.parent is None else f"{span.parent.span_id:016x}",
        "name": span.name,
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
        "attributes": _attributes(_copy(span.attributes)),
        "events": [
            {"timeUnixNano": str(event.timestamp), "name": event.name, "attributes": _attributes(event.attributes or {})}
            for event in span.events
        ],
        "links": [
            {"traceId": f"{link.context.trace_id:032x}", "spanId": f"{link.context.span_id:016x}"} for link in span.links
        ],
        "status": {"code": status, "message": span.status.description or ""},
    }
    scope = span.instrumentation_scope
    named = {} if scope is None else {"name": scope.name, "version": scope.version or ""}
    return {
        "resource": {"attributes": _attributes(span.resource.attributes)},
        "scopeSpans": [{"scope": named, "spans": [one]}],
    }


def init(service: str, endpoint: Optional[str] = None, key: Optional[str] = None) -> TracerProvider:
    """Sets OpenTelemetry up for a program that has none: spans go to Talea when they end, and are told while they last."""
    global _shared
    if endpoint is not None or key is not None:
        _shared = _Outbox(endpoint, key)
    resource = Resource.create({"service.name": service})
    _shared.resource = dict(resource.attributes)
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(TaleaSpanProcessor())
    provider.add_span_processor(BatchSpanProcessor(_SpanExporter(endpoint, key), schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


_run_id: contextvars.ContextVar[str] = contextvars.ContextVar("talea_run_id", default="")
_agent: contextvars.ContextVar[str] = contextvars.ContextVar("talea_agent", default="")
_RUN_ID = "talea.run.id"


def _current_run() -> str:
    return _run_id.get() or str(baggage.get_baggage(_RUN_ID) or "")


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)


@contextlib.contextmanager
def _span(name: str, attributes: Mapping[str, Any]) -> Iterator[trace.Span]:
    said = {key: value for key, value in attributes.items() if value is not None}
    current = _current_run()
    if current:
        said.setdefault(_RUN_ID, current)
    tracer = trace.get_tracer(_SCOPE)
    with tracer.start_as_current_span(name, attributes=said, record_exception=False, set_status_on_exception=False) as span:
        try:
            yield span
        except BaseException as error:
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR, str(error)))
            raise


@contextlib.contextmanager
def run(
    name: str,
    id: Optional[str] = None,
    session: Optional[str] = None,
    user: Optional[str] = None,
    tags: Optional[Sequence[str]] = None,
    input: Any = None,
) -> Iterator[trace.Span]:
    """One execution of an agent system. A context manager, and a decorator. Everything inside belongs to it, also in other
    processes that continue its trace context and baggage. Without an ``id`` it is named after its trace."""
    attributes = {
        "talea.kind": "run",
        "talea.run.name": name,
        _RUN_ID: id,
        "talea.session": session,
        "talea.user": user,
        "talea.tags": None if tags is None else list(tags),
        "talea.input": _text(input),
    }
    token = _run_id.set(id or "")
    attached = otel_context.attach(baggage.set_baggage(_RUN_ID, id)) if id else None
    try:
        with _span(name, attributes) as span:
            yield span
    finally:
        if attached is not None:
            otel_context.detach(attached)
        _run_id.reset(token)


@contextlib.contextmanager
def agent(name: str, input: Any = None, instance: Optional[str] = None) -> Iterator[trace.Span]:
    """What an agent does. The name is its identity over all runs."""
    attributes = {
        "talea.kind": "agent",
        "talea.agent": name,
        "talea.agent.instance": instance,
        "talea.input": _text(input),
    }
    token = _agent.set(name)
    try:
        with _span(name, attributes) as span:
            yield span
    finally:
        _agent.reset(token)


@contextlib.contextmanager
def task(name: str, input: Any = None) -> Iterator[trace.Span]:
    """A unit of work that was given to an agent."""
    attributes = {"talea.kind": "task", "talea.task": name, "talea.agent": _agent.get() or None, "talea.input": _text(input)}
    with _span(name, attributes) as span:
        yield span


@contextlib.contextmanager
def tool(name: str, input: Any = None) -> Iterator[trace.Span]:
    """A tool call."""
    attributes = {"talea.kind": "tool", "gen_ai.tool.name": name, "talea.input": _text(input)}
    with _span(name, attributes) as span:
        yield span


@contextlib.contextmanager
def llm(model: str, provider: Optional[str] = None, input: Any = None) -> Iterator[trace.Span]:
    """A model call. Say what it used by ``span.set_attribute("gen_ai.usage.input_tokens", n)`` and ``…output_tokens``."""
    attributes = {
        "talea.kind": "llm",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": model,
        "gen_ai.provider.name": provider,
        "talea.input": _text(input),
    }
    with _span(f"chat {model}", attributes) as span:
        yield span


def log_event(
    event_type: str,
    agent_id: Optional[str] = None,
    data: Optional[Mapping[str, Any]] = None,
    run_id: Optional[str] = None,
    message: Optional[str] = None,
    level: Optional[str] = None,
    to: Optional[str] = None,
) -> None:
    """Tells a RunEvent, about the run, agent and span that are active where nothing else is said."""
    try:
        attributes: Dict[str, Any] = {
            **(data or {}),
            "talea.event.id": str(uuid.uuid4()),
            "talea.agent": agent_id or _agent.get() or None,
            "talea.event.to": to,
            _RUN_ID: run_id or _current_run() or None,
        }
        body: Dict[str, Any] = {
            "timeUnixNano": str(time.time_ns()),
            "eventName": event_type,
            "attributes": _attributes(attributes),
        }
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            body["traceId"] = f"{context.trace_id:032x}"
            body["spanId"] = f"{context.span_id:016x}"
        if message is not None:
            body["body"] = {"stringValue": message}
        if level in _LEVELS:
            body["severityNumber"] = _LEVELS[level]
        _shared.put(_Record("log", body, _shared.resource, (_SCOPE, "")))
    except Exception:
        _shared.note_dropped("unreadable", 1)


def record_metric(
    name: str,
    value: float,
    agent_id: Optional[str] = None,
    run_id: Optional[str] = None,
    attributes: Optional[Mapping[str, Any]] = None,
    unit: Optional[str] = None,
) -> None:
    """Records a measured value."""
    try:
        point = {
            "name": name,
            "value": float(value),
            "time": time.time_ns(),
            "agentId": agent_id or _agent.get() or None,
            "runId": run_id or _current_run() or None,
            "attributes": dict(attributes) if attributes else None,
            "unit": unit,
        }
        body = {key: said for key, said in point.items() if said is not None}
        _shared.put(_Record("point", body, {}, ("", "")))
    except Exception:
        _shared.note_dropped("unreadable", 1)


def dropped() -> int:
    """How many records could not be sent, or did not fit."""
    return _shared.dropped


def flush(timeout_s: float = 5.0) -> bool:
    """Waits until everything was sent; False when that took too long."""
    provider = trace.get_tracer_provider()
    is_done = True
    if isinstance(provider, TracerProvider):
        is_done = provider.force_flush(int(timeout_s * 1000))
    return _shared.flush(timeout_s) and is_done


def shutdown(timeout_s: float = 5.0) -> bool:
    """Sends what waits, as far as there is time, and takes nothing more."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()
    return _shared.close(timeout_s)


atexit.register(lambda: _shared.flush(2.0))
