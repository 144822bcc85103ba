"""Talea for Python: shows what agents do while they do it.

A span is exported when it ends, so a long one is invisible while it lasts. ``TaleaSpanProcessor`` tells the server of every
span, of whatever instrumentation, that is still open after 150 ms; it can be added to any OpenTelemetry set-up::

    provider.add_span_processor(talea.TaleaSpanProcessor())

Without OpenTelemetry, ``talea.init("my-agents")`` sets everything up, and ``run``, ``agent``, ``task``, ``tool`` and ``llm``
make spans. Nothing here raises into the caller's code or keeps it waiting: what is told goes into bounded queues, threads
empty them, and what does not fit is counted, see ``dropped``.

    log_event, open spans ──▶ events ──▶ POST <endpoint>/v1/logs          RunEvents and `span.started`, OTLP/JSON
    ended spans (init)    ──▶ spans  ──▶ POST <endpoint>/v1/traces        OTLP/JSON
    record_metric         ──▶ points ──▶ POST <endpoint>/api/v1/metrics   an array of points
"""

from __future__ import annotations

import atexit
import email.utils
import functools
import http.client
import inspect
import json
import logging
import os
import random
import threading
import time
import urllib.parse
import uuid
import weakref
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from opentelemetry import baggage, trace
from opentelemetry import context as otel_context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode

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
# Ended spans carry what models were told and said.
SPAN_QUEUE_BYTES_MAX = 16 * 1024 * 1024
BATCH_RECORDS_MAX = 512
BATCH_BYTES_MAX = 1024 * 1024
LINGER_S = 0.1
BACK_OFF_FIRST_S = 0.5
BACK_OFF_S_MAX = 30.0
RETRY_AFTER_S_MAX = 300.0
REQUEST_TIMEOUT_S = 10.0
EXIT_FLUSH_S = 2.0
# Telling of drops may be dropped too, so it is not done at each answer.
DROP_REPORT_S = 10.0
# Longer texts are left out of the announcement of a span; its end brings them.
ANNOUNCED_TEXT_CHARACTERS_MAX = 1024
YOUNG_SPANS_MAX = 10_000
# The least time between two looks at the young spans: under load one look serves many.
LOOK_S_MIN = 0.01
RETRYABLE = frozenset({429, 502, 503, 504})

_LEVELS = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}
_STATUS_CODES = {StatusCode.UNSET: 0, StatusCode.OK: 1, StatusCode.ERROR: 2}
_INT64_END = 2**63
_RUN_ID = "talea.run.id"
_AGENT = otel_context.create_key("talea agent")
_log = logging.getLogger(__name__)


# Values as OTLP/JSON


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _text(value: Any) -> Optional[str]:
    """Content of any shape as a text: texts as they are, the rest as JSON as far as JSON can hold it."""
    if value is None or isinstance(value, str):
        return value
    try:
        return json.dumps(value, default=str, ensure_ascii=False)
    except Exception:  # a circle, or keys that JSON does not have
        return str(value)


def _value(value: Any) -> Optional[Dict[str, Any]]:
    """An attribute as AnyValue; None for one that says nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, int):
        # A number beyond 64 bits would make the whole request unreadable.
        return {"intValue": str(value)} if -_INT64_END <= value < _INT64_END else {"stringValue": str(value)}
    if isinstance(value, float):
        is_finite = value == value and abs(value) != float("inf")
        return {"doubleValue": value} if is_finite else {"stringValue": str(value)}
    if isinstance(value, (list, tuple)):
        return {"arrayValue": {"values": [one for one in map(_value, value) if one is not None]}}
    return {"stringValue": _text(value)}


def _attributes(values: Mapping[str, Any]) -> List[Dict[str, Any]]:
    pairs = ((key, _value(value)) for key, value in values.items())
    return [{"key": str(key), "value": value} for key, value in pairs if value is not None]


def _copy(attributes: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """The attributes of a span that another thread may be writing to."""
    for _ in range(3):
        try:
            return dict(attributes or {})
        except RuntimeError:  # changed while it was copied
            continue
    return {}


class _Record(NamedTuple):
    """All three are JSON; ``resource`` and ``scope`` are empty for points."""

    resource: str
    scope: str
    body: str


def _resource_json(resource: Resource) -> str:
    return _json({"attributes": _attributes(resource.attributes)})


def _scope_json(name: str, version: Optional[str] = None) -> str:
    return _json({"name": name, "version": version or ""})


_SCOPE = _scope_json("talea", "0.1.0")


def _of_span(span: ReadableSpan, body: Dict[str, Any]) -> _Record:
    scope = span.instrumentation_scope
    named = _scope_json("") if scope is None else _scope_json(scope.name, scope.version)
    return _Record(_resource_json(span.resource), named, _json(body))


def _ids(context: trace.SpanContext) -> Dict[str, str]:
    return {"traceId": f"{context.trace_id:032x}", "spanId": f"{context.span_id:016x}"}


def _started(span: ReadableSpan) -> _Record:
    """The log record that announces an open span, with the attributes that it has by now."""
    kept = {key: value for key, value in _copy(span.attributes).items() if not _is_long(value)}
    if span.parent is not None:
        kept["talea.parent_span.id"] = f"{span.parent.span_id:016x}"
    kept["talea.span.kind"] = span.kind.value + 1
    body = {
        "timeUnixNano": str(span.start_time),
        "eventName": "span.started",
        **_ids(span.context),
        "body": {"stringValue": span.name},
        "attributes": _attributes(kept),
    }
    return _of_span(span, body)


def _is_long(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return sum(len(one) for one in value if isinstance(one, str)) > ANNOUNCED_TEXT_CHARACTERS_MAX
    return isinstance(value, str) and len(value) > ANNOUNCED_TEXT_CHARACTERS_MAX


def _ended(span: ReadableSpan) -> _Record:
    body = {
        **_ids(span.context),
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
        "links": [{**_ids(link.context), "attributes": _attributes(link.attributes or {})} for link in span.links],
        "status": {"code": _STATUS_CODES[span.status.status_code], "message": span.status.description or ""},
    }
    return _of_span(span, body)


def _size_bytes(span: ReadableSpan) -> int:
    """About how large an ended span is as JSON, without writing it."""
    holders = [span.attributes or {}, *(event.attributes or {} for event in span.events)]
    return 500 + sum(len(key) + _length(value) for holder in holders for key, value in holder.items())


def _length(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return 40 + sum(map(_length, value))
    return 40 + (len(value) if isinstance(value, str) else 0)


def _array(records: Sequence[_Record]) -> bytes:
    return f"[{','.join(record.body for record in records)}]".encode()


def _otlp(outer: str, inner: str, field: str) -> Callable[[Sequence[_Record]], bytes]:
    """Writes records below the scopes and resources that they belong to."""

    def encode(records: Sequence[_Record]) -> bytes:
        resources: Dict[str, Dict[str, List[str]]] = {}
        for resource, scope, body in records:
            resources.setdefault(resource, {}).setdefault(scope, []).append(body)
        groups = []
        for resource, scopes in resources.items():
            inside = ",".join(f'{{"scope":{scope},"{field}":[{",".join(some)}]}}' for scope, some in scopes.items())
            groups.append(f'{{"resource":{resource},"{inner}":[{inside}]}}')
        return f'{{"{outer}":[{",".join(groups)}]}}'.encode()

    return encode


# Sending


class _Refused(Exception):
    """The server will never take this."""


class _Busy(Exception):
    """It may be taken later; ``after_s`` is what the server asked for."""

    def __init__(self, after_s: Optional[float] = None) -> None:
        super().__init__()
        self.after_s = after_s


def _headers_from_environment() -> Dict[str, str]:
    """OTEL_EXPORTER_OTLP_HEADERS: ``name=value,…``, percent-encoded."""
    headers: Dict[str, str] = {}
    for pair in os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", "").split(","):
        name, separator, value = pair.partition("=")
        if separator:
            headers[name.strip().lower()] = urllib.parse.unquote(value.strip())
    return headers


def _retry_after_s(header: Optional[str]) -> Optional[float]:
    """Seconds or a date; None when it is neither."""
    try:
        wait_s = float(header or "")
    except ValueError:
        try:
            wait_s = email.utils.parsedate_to_datetime(header or "").timestamp() - time.time()
        except (TypeError, ValueError, IndexError):
            return None
    return min(max(wait_s, 0.0), RETRY_AFTER_S_MAX) if wait_s == wait_s else None


class _Connection:
    """One kept-alive connection to the server. Used by one thread; what is not said outright the environment says."""

    def __init__(self, endpoint: Optional[str], key: Optional[str]) -> None:
        address = endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or DEFAULT_ENDPOINT
        url = urllib.parse.urlsplit(address if "://" in address else f"http://{address}")
        self._make = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self._host = url.netloc.rpartition("@")[2]
        self._base = url.path.rstrip("/")
        self._headers = _headers_from_environment()
        key = key or os.environ.get("TALEA_KEY")
        if key:
            self._headers["authorization"] = f"Bearer {key}"
        self._headers["content-type"] = "application/json"
        self._open: Optional[http.client.HTTPConnection] = None

    def post(self, path: str, body: bytes) -> int:
        """How many of the records were rejected one by one. Raises ``_Busy`` or ``_Refused``."""
        was_kept = self._open is not None
        try:
            try:
                status, after, answer = self._send(path, body)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # A connection that was kept may have been closed by the server meanwhile.
                if not was_kept:
                    raise
                self.close()
                status, after, answer = self._send(path, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _Busy() from error
        if 200 <= status < 300:
            return _rejected(answer)
        if status in RETRYABLE:
            raise _Busy(_retry_after_s(after))
        raise _Refused(f"{status} {answer[:300].decode(errors='replace')}")

    def _send(self, path: str, body: bytes) -> Tuple[int, Optional[str], bytes]:
        if self._open is None:
            self._open = self._make(self._host, timeout=REQUEST_TIMEOUT_S)
        self._open.request("POST", self._base + path, body, self._headers)
        answer = self._open.getresponse()
        return answer.status, answer.getheader("retry-after"), answer.read()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _rejected(answer: bytes) -> int:
    """OTLP's partial success, or the count of ``/api/v1/metrics``."""
    try:
        said = json.loads(answer or b"{}")
        counts = [value for key, value in said.get("partialSuccess", said).items() if key.startswith("rejected")]
        return sum(map(int, counts))
    except (AttributeError, TypeError, ValueError):
        return 0


class _Waiting(NamedTuple):
    size_bytes: int
    # Called by the sending thread, so that what cannot change any more is written there.
    write: Callable[[], _Record]


class _Outbox:
    """A bounded queue in front of one path of the server, and the thread that empties it.

    Records are gathered for a moment, sent in batches, and stay in the queue until the server has them.
    """

    def __init__(self, client: _Client, path: str, bytes_max: int, encode: Callable[[Sequence[_Record]], bytes]) -> None:
        self._client = client
        self._path = path
        self._bytes_max = bytes_max
        self._encode = encode
        self.reset()

    def reset(self) -> None:
        """Begins anew in a child of fork: it has neither the thread nor, perhaps, free locks, and what waited is the
        parent's to send, over the parent's connection."""
        self._changed = threading.Condition()
        self._queue: Deque[_Waiting] = deque()
        self._bytes = 0
        self._added = 0
        self._gone = 0
        self._flushes = 0
        self._flushing = 0
        self._failed_tries = 0
        self._is_closed = self._client.is_closed
        self._thread: Optional[threading.Thread] = None
        self._connection: Optional[_Connection] = None

    def put(self, size_bytes: int, write: Callable[[], _Record]) -> bool:
        """Whether it was taken; if not, it was counted."""
        with self._changed:
            reason = self._objection(size_bytes)
            if reason is None:
                self._queue.append(_Waiting(size_bytes, write))
                self._bytes += size_bytes
                self._added += 1
                if len(self._queue) in (1, BATCH_RECORDS_MAX):
                    self._changed.notify_all()
                if self._thread is None:
                    self._begin()
        if reason is not None:
            self._client.drop(reason)
        return reason is None

    def _objection(self, size_bytes: int) -> Optional[str]:
        if self._is_closed:
            return "shutdown"
        if size_bytes > self._bytes_max:
            return "too_large"
        is_full = len(self._queue) >= QUEUE_RECORDS_MAX or self._bytes + size_bytes > self._bytes_max
        return "queue_full" if is_full else None

    def _begin(self) -> None:
        try:
            thread = threading.Thread(target=self._work, name=f"talea{self._path.replace('/', '-')}", daemon=True)
            thread.start()
            self._thread = thread
        except RuntimeError:  # no more threads, or the interpreter ends; the next record tries again
            _log.debug("no thread to send with", exc_info=True)

    def hasten(self) -> int:
        """What is there by now need not wait for more. To be followed by ``wait`` with the answer."""
        with self._changed:
            self._flushes += 1
            self._flushing += 1
            self._failed_tries = 0
            self._changed.notify_all()
            return self._added

    def wait(self, added: int, deadline: float, first_try_only: bool) -> bool:
        """Whether everything up to there left the queue in time; ``first_try_only`` ends when the server is away."""

        def is_over() -> bool:
            return self._gone >= added or self._thread is None or (first_try_only and self._failed_tries > 0)

        with self._changed:
            self._changed.wait_for(is_over, max(0.0, deadline - time.monotonic()))
            self._flushing -= 1
            return self._gone >= added

    def close(self) -> None:
        """Takes nothing more; what is still there is counted as dropped."""
        with self._changed:
            left = len(self._queue)
            self._is_closed = True
            self._remove(left)
        self._client.drop("shutdown", left)

    def _remove(self, count: int) -> None:
        for _ in range(count):
            self._bytes -= self._queue.popleft().size_bytes
        self._gone += count
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._is_closed)
                self._changed.wait_for(self._need_not_linger, LINGER_S)
                if self._is_closed:
                    break
                batch = self._next_batch()
            is_accepted = self._deliver(batch)
            with self._changed:
                if self._is_closed:
                    break
                self._remove(len(batch))
            if is_accepted:
                self._client.tell_drops()
        if self._connection is not None:
            self._connection.close()

    def _need_not_linger(self) -> bool:
        return self._is_closed or self._flushing > 0 or len(self._queue) >= BATCH_RECORDS_MAX

    def _next_batch(self) -> List[_Waiting]:
        batch: List[_Waiting] = []
        size_bytes = 0
        for waiting in self._queue:
            size_bytes += waiting.size_bytes
            if batch and (len(batch) >= BATCH_RECORDS_MAX or size_bytes > BATCH_BYTES_MAX):
                break
            batch.append(waiting)
        return batch

    def _deliver(self, batch: Sequence[_Waiting]) -> bool:
        """Ends when the server has the batch, or does not want it, or the box was closed; whether it has it."""
        records = list(filter(None, map(self._written, batch)))
        if not records:
            return False
        try:
            rejected = self._send(self._encode(records))
        except Exception:  # refused, or a fault of this module: never the caller's problem
            _log.debug("%d records were refused", len(records), exc_info=True)
            self._client.drop("refused", len(records))
            return False
        self._client.drop("rejected", rejected)
        return True

    def _written(self, waiting: _Waiting) -> Optional[_Record]:
        try:
            return waiting.write()
        except Exception:  # an attribute that nobody foresaw
            _log.debug("a record cannot be written", exc_info=True)
            self._client.drop("invalid")
            return None

    def _send(self, body: bytes) -> int:
        if self._connection is None:
            self._connection = self._client.connect()
        tries = 0
        while not self._is_closed:
            seen = self._flushes
            try:
                return self._connection.post(self._path, body)
            except _Busy as busy:
                after_s = busy.after_s
            # Half of it is chance, so that many processes do not come back at the same instant.
            back_off_s = min(BACK_OFF_FIRST_S * 2 ** min(tries, 16), BACK_OFF_S_MAX) * random.uniform(0.5, 1)
            tries += 1
            with self._changed:
                self._failed_tries += 1
                self._changed.notify_all()
                # A flush cuts a pause of our own short, but not one that the server asked for.
                may_be_cut = after_s is None
                self._changed.wait_for(
                    lambda: self._is_closed or (may_be_cut and self._flushes != seen),  # noqa: B023
                    back_off_s if after_s is None else after_s,
                )
        return 0


class _Client:
    """One Talea as this process sees it: the queues, and what could not be delivered."""

    def __init__(self, endpoint: Optional[str], key: Optional[str]) -> None:
        self.endpoint = endpoint
        self.key = key
        self.is_closed = False
        self._resource: Optional[Resource] = None
        logs = _otlp("resourceLogs", "scopeLogs", "logRecords")
        spans = _otlp("resourceSpans", "scopeSpans", "spans")
        self.events = _Outbox(self, "/v1/logs", QUEUE_BYTES_MAX, logs)
        self.spans = _Outbox(self, "/v1/traces", SPAN_QUEUE_BYTES_MAX, spans)
        self.points = _Outbox(self, "/api/v1/metrics", QUEUE_BYTES_MAX, _array)
        self._reset_drops()

    def _reset_drops(self) -> None:
        self._lock = threading.Lock()
        self.dropped = 0
        self._untold: Dict[str, int] = {}
        self._told_at: Optional[float] = None

    @property
    def boxes(self) -> Tuple[_Outbox, _Outbox, _Outbox]:
        return (self.spans, self.points, self.events)

    def reset(self) -> None:
        """In a child of fork."""
        self._reset_drops()
        for box in self.boxes:
            box.reset()

    def connect(self) -> _Connection:
        try:
            return _Connection(self.endpoint, self.key)
        except ValueError:
            _log.error("%s is no http(s) address: %s is used", self.endpoint or "the endpoint", DEFAULT_ENDPOINT)
            return _Connection(DEFAULT_ENDPOINT, self.key)

    def name_process(self, resource: Resource) -> None:
        self._resource = resource

    def resource_of(self, span: Any) -> Resource:
        """What an event belongs to: what its span says, else the process."""
        said = getattr(span, "resource", None)
        if isinstance(said, Resource):
            return said
        if self._resource is None:
            self._resource = Resource.create()
        return self._resource

    def drop(self, reason: str, count: int = 1) -> None:
        if count > 0:
            with self._lock:
                self.dropped += count
                self._untold[reason] = self._untold.get(reason, 0) + count

    def tell_drops(self) -> None:
        """The server answers: it is told what it did not get."""
        now = time.monotonic()
        with self._lock:
            if not self._untold or (self._told_at is not None and now - self._told_at < DROP_REPORT_S):
                return
            self._told_at = now
            untold, self._untold = self._untold, {}
        for reason, count in untold.items():
            body = {
                "timeUnixNano": str(time.time_ns()),
                "severityNumber": _LEVELS["warn"],
                "eventName": "sdk.dropped",
                "body": {"stringValue": f"{count} records were dropped: {reason}"},
                "attributes": _attributes({"talea.event.id": str(uuid.uuid4()), "count": count, "reason": reason}),
            }
            self.put_event(body, self.resource_of(None))

    def put_event(self, body: Dict[str, Any], resource: Resource) -> None:
        record = _Record(_resource_json(resource), _SCOPE, _json(body))
        self.events.put(len(record.body), lambda: record)

    def flush(self, timeout_s: float, first_try_only: bool = False) -> bool:
        deadline = time.monotonic() + timeout_s
        hastened = [(box, box.hasten()) for box in self.boxes]
        return all([box.wait(added, deadline, first_try_only) for box, added in hastened])

    def close(self) -> None:
        self.is_closed = True
        for box in self.boxes:
            box.close()


# Every destination that was ever named; the last one is where events and points go.
_clients: List[_Client] = []
_processors: weakref.WeakSet[TaleaSpanProcessor] = weakref.WeakSet()


def _client_of(endpoint: Optional[str] = None, key: Optional[str] = None) -> _Client:
    """The client of a destination, which becomes the one that events and points go to."""
    for client in _clients:
        if (client.endpoint, client.key) == (endpoint, key) and not client.is_closed:
            _clients.remove(client)
            break
    else:
        client = _Client(endpoint, key)
    _clients.append(client)
    return client


def _current() -> _Client:
    return _clients[-1] if _clients else _client_of()


def _after_fork() -> None:
    for owner in (*_clients, *_processors):
        owner.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@atexit.register
def _at_exit() -> None:
    for client in list(_clients):
        client.flush(EXIT_FLUSH_S, first_try_only=True)


# Spans of any instrumentation


class TaleaSpanProcessor(SpanProcessor):
    """Tells the server of spans that are still open after ``open_after_ms``, with the attributes that they have by then.

    ``endpoint`` is the server's address (OTEL_EXPORTER_OTLP_ENDPOINT, else port 4318 of this machine), ``key`` its key
    (TALEA_KEY, else what OTEL_EXPORTER_OTLP_HEADERS says). It sends by itself and needs no exporter of logs. With
    ``export_spans`` it sends ended spans too, and no other processor is needed.
    """

    def __init__(
        self,
        endpoint: Optional[str] = None,
        key: Optional[str] = None,
        open_after_ms: float = 150,
        export_spans: bool = False,
    ) -> None:
        self._client = _client_of(endpoint, key)
        self._open_after_s = open_after_ms / 1000
        self._exports_spans = export_spans
        self._is_closed = False
        self.reset()
        _processors.add(self)

    def reset(self) -> None:
        """Begins anew in a child of fork: the spans that were open are the parent's."""
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._has_thread = False
        # All wait equally long, so they are in the order of their time. Both ends are used by single operations, which
        # are atomic; a span that ends meanwhile says so itself.
        self._young: Deque[Tuple[float, ReadableSpan]] = deque()

    def on_start(self, span: Any, parent_context: Optional[otel_context.Context] = None) -> None:
        try:
            run_id = baggage.get_baggage(_RUN_ID, parent_context)
            if run_id and _RUN_ID not in span.attributes:
                span.set_attribute(_RUN_ID, str(run_id))
            if self._is_closed or not span.context.trace_flags.sampled:
                return
            if len(self._young) >= YOUNG_SPANS_MAX:
                self._client.drop("too_many_open")
                return
            self._young.append((time.monotonic() + self._open_after_s, span))
            if not self._wake.is_set():
                self._begin()
        except Exception:  # whatever it is, the caller's span goes on
            _log.debug("a span is not watched", exc_info=True)

    def on_end(self, span: ReadableSpan) -> None:
        if self._exports_spans and not self._is_closed and span.context.trace_flags.sampled:
            try:
                self._client.spans.put(_size_bytes(span), lambda: _ended(span))
            except Exception:  # whatever it is, the caller goes on
                _log.debug("a span is not sent", exc_info=True)

    def _begin(self) -> None:
        self._wake.set()
        with self._lock:
            if not self._has_thread:
                threading.Thread(target=self._watch, name="talea-open-spans", daemon=True).start()
                self._has_thread = True

    def _watch(self) -> None:
        while not self._is_closed:
            self._wake.wait()
            while self._young and not self._is_closed:
                wait_s = self._young[0][0] - time.monotonic()
                if wait_s > 0:
                    time.sleep(max(wait_s, LOOK_S_MIN))
                _, span = self._young.popleft()
                if span.end_time is None:
                    self._announce(span)
            self._wake.clear()
            # A span that began between the last look and the clearing is found here.
            if self._young or self._is_closed:
                self._wake.set()

    def _announce(self, span: ReadableSpan) -> None:
        try:
            record = _started(span)
            self._client.events.put(len(record.body), lambda: record)
        except Exception:  # an attribute that nobody foresaw
            _log.debug("a span cannot be announced", exc_info=True)
            self._client.drop("invalid")

    def shutdown(self) -> None:
        self._is_closed = True
        self._wake.set()
        self._client.flush(EXIT_FLUSH_S)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._client.flush(timeout_millis / 1000)


def init(service: str, endpoint: Optional[str] = None, key: Optional[str] = None) -> trace.TracerProvider:
    """Sets OpenTelemetry up for a program that has none: spans go to Talea when they end, and are told while they last.

    Where there is a provider already, that one is returned as it is: add a ``TaleaSpanProcessor`` to it instead.
    """
    try:
        if isinstance(trace.get_tracer_provider(), TracerProvider):
            _log.warning("OpenTelemetry is set up already: add a TaleaSpanProcessor to it")
        else:
            provider = TracerProvider(resource=Resource.create({"service.name": str(service)}))
            provider.add_span_processor(TaleaSpanProcessor(endpoint, key, export_spans=True))
            _current().name_process(provider.resource)
            trace.set_tracer_provider(provider)
    except Exception:
        _log.error("OpenTelemetry could not be set up", exc_info=True)
    return trace.get_tracer_provider()


# Spans of one's own


class _Work:
    """A span around a block or, as a decorator, around each call of a function, which may be ``async``."""

    def __init__(
        self,
        name: str,
        attributes: Mapping[str, Any],
        kind: SpanKind = SpanKind.INTERNAL,
        agent_name: Optional[str] = None,
        run_id: Optional[str] = None,
    ) -> None:
        self._name = name
        self._attributes = {key: value for key, value in attributes.items() if value is not None}
        self._kind = kind
        self._agent_name = agent_name
        self._run_id = run_id
        self._entered: List[Tuple[trace.Span, Any]] = []

    def __enter__(self) -> trace.Span:
        try:
            inside = otel_context.get_current()
            if self._run_id is not None:
                inside = baggage.set_baggage(_RUN_ID, self._run_id, inside)
            if self._agent_name is not None:
                inside = otel_context.set_value(_AGENT, self._agent_name, inside)
            said = {_RUN_ID: baggage.get_baggage(_RUN_ID, inside), "talea.agent": otel_context.get_value(_AGENT, inside)}
            attributes: Dict[str, Any] = {key: value for key, value in said.items() if value is not None}
            attributes.update(self._attributes)
            tracer = trace.get_tracer("talea", "0.1.0")
            span = tracer.start_span(self._name, inside, self._kind, attributes)
            self._entered.append((span, otel_context.attach(trace.set_span_in_context(span, inside))))
            return span
        except Exception:
            _log.debug("a span could not be started", exc_info=True)
            self._entered.append((trace.INVALID_SPAN, None))
            return trace.INVALID_SPAN

    def __exit__(self, _type: Any, error: Optional[BaseException], _traceback: Any) -> None:
        span, token = self._entered.pop()
        try:
            if token is not None:
                otel_context.detach(token)
            if error is not None and not isinstance(error, GeneratorExit):
                # A generator that is closed early is no failure.
                span.record_exception(error)
                span.set_status(Status(StatusCode.ERROR, str(error)))
        except Exception:
            _log.debug("an error could not be noted", exc_info=True)
        finally:
            span.end()

    def _again(self) -> _Work:
        # Calls of one function may overlap.
        return _Work(self._name, self._attributes, self._kind, self._agent_name, self._run_id)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with self._again():
                    return await function(*args, **kwargs)

            return awaited

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        return called


def run(
    name: str,
    id: Optional[str] = None,
    session: Optional[str] = None,
    user: Optional[str] = None,
    tags: Optional[Sequence[str]] = None,
    input: Any = None,
) -> _Work:
    """One execution of an agent system. What has the same ``id`` is one run, also in other processes that continue its trace
    context and baggage; without an ``id`` the run is the trace."""
    attributes = {
        "talea.kind": "run",
        "talea.run.name": name,
        _RUN_ID: id,
        "talea.session": session,
        "talea.user": user,
        "talea.tags": list(tags) if isinstance(tags, (list, tuple, set, frozenset)) else tags,
        "talea.input": _text(input),
    }
    return _Work(name, attributes, run_id=id)


def agent(name: str, input: Any = None, instance: Optional[str] = None, task: Optional[str] = None) -> _Work:
    """An agent at work. The name is its identity over all runs; ``instance`` tells two of one name in one run apart."""
    attributes = {
        "talea.kind": "agent",
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": name,
        "talea.agent": name,
        "talea.agent.instance": instance,
        "talea.task": task,
        "talea.input": _text(input),
    }
    return _Work(f"invoke_agent {name}", attributes, agent_name=name)


def task(name: str, input: Any = None) -> _Work:
    """A unit of work of the agent around it."""
    return _Work(name, {"talea.kind": "task", "talea.task": name, "talea.input": _text(input)})


def tool(name: str, input: Any = None) -> _Work:
    """A tool call; the input is what it was called with."""
    attributes = {
        "talea.kind": "tool",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": name,
        "talea.input": _text(input),
    }
    return _Work(f"execute_tool {name}", attributes)


def llm(model: str, provider: Optional[str] = None, input: Any = None) -> _Work:
    """A model call. Say what it used by ``span.set_attribute("gen_ai.usage.input_tokens", n)`` and ``…output_tokens``."""
    attributes = {
        "talea.kind": "llm",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": model,
        "gen_ai.provider.name": provider,
        "talea.input": _text(input),
    }
    return _Work(f"chat {model}", attributes, SpanKind.CLIENT)


# Events and points


def log_event(
    event_type: str,
    agent_id: Optional[str] = None,
    data: Optional[Mapping[str, Any]] = None,
    run_id: Optional[str] = None,
    message: Optional[str] = None,
    level: Optional[str] = None,
    to: Optional[str] = None,
) -> None:
    """Tells a RunEvent, about the run, agent and span that are active where nothing else is said.

    ``level`` is trace, debug, info, warn, error or fatal; ``to`` the agent that it is meant for.
    """
    client = _current()
    try:
        attributes: Dict[str, Any] = {
            **(data or {}),
            "talea.event.id": str(uuid.uuid4()),
            _RUN_ID: run_id or baggage.get_baggage(_RUN_ID),
            "talea.agent": agent_id or otel_context.get_value(_AGENT),
            "talea.event.to": to,
        }
        span = trace.get_current_span()
        context = span.get_span_context()
        body: Dict[str, Any] = {
            "timeUnixNano": str(time.time_ns()),
            "eventName": str(event_type),
            **(_ids(context) if context.is_valid else {}),
            **({} if message is None else {"body": {"stringValue": str(message)}}),
            **({"severityNumber": _LEVELS[level]} if level in _LEVELS else {}),
            "attributes": _attributes(attributes),
        }
        client.put_event(body, client.resource_of(span))
    except Exception:
        _log.debug("an event cannot be written", exc_info=True)
        client.drop("invalid")


def record_metric(
    name: str,
    value: float,
    agent_id: Optional[str] = None,
    run_id: Optional[str] = None,
    attributes: Optional[Mapping[str, Any]] = None,
    unit: Optional[str] = None,
) -> None:
    """Records a measured value of a metric; ``unit`` in UCUM. One that is no finite number is counted as dropped."""
    client = _current()
    try:
        context = trace.get_current_span().get_span_context()
        point = {
            "name": name,
            "value": float(value),
            "time": time.time_ns(),
            "agentId": agent_id or otel_context.get_value(_AGENT),
            "runId": run_id or baggage.get_baggage(_RUN_ID),
            "attributes": dict(attributes) if attributes else None,
            "unit": unit,
            **(_ids(context) if context.is_valid else {}),
        }
        record = _Record("", "", _json({key: said for key, said in point.items() if said is not None}))
        client.points.put(len(record.body), lambda: record)
    except Exception:
        _log.debug("a point cannot be written", exc_info=True)
        client.drop("invalid")


def dropped() -> int:
    """How many records did not fit, could not be sent, or were refused."""
    return sum(client.dropped for client in _clients)


def flush(timeout_s: float = 5.0) -> bool:
    """Waits until what was told up to here left the process; False when that took longer."""
    deadline = time.monotonic() + timeout_s
    return all([client.flush(deadline - time.monotonic()) for client in list(_clients)])


def shutdown(timeout_s: float = 5.0) -> bool:
    """Sends what waits, as far as there is time, and takes nothing more; whether everything was sent."""
    is_done = flush(timeout_s)
    for client in list(_clients):
        client.close()
    return is_done
