"""The package against a small real server."""

import os
import subprocess
import sys
import time
import unittest

from http_receiver import Receiver
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

import talea


def until(holds, patience_s=5):
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true")
        time.sleep(0.01)


class Case(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(lambda: self.receiver.close())

    def provider(self, **options):
        provider = TracerProvider(resource=Resource.create({"service.name": "crew"}), shutdown_on_exit=False)
        provider.add_span_processor(talea.TaleaSpanProcessor(self.receiver.url, **options))
        self.addCleanup(talea._current().close)
        self.addCleanup(provider.shutdown)
        return provider

    def client(self):
        """Events and points of this test go to its receiver."""
        client = talea._client_of(self.receiver.url)
        self.addCleanup(client.close)
        return client


class OpenSpans(Case):
    def test_a_span_that_lasts_is_announced_with_what_it_has_by_then(self):
        tracer = self.provider(key="secret").get_tracer("my.agents", "1.2")
        with tracer.start_as_current_span("outer") as outer:
            with tracer.start_as_current_span("chat", kind=SpanKind.CLIENT) as span:
                span.set_attribute("gen_ai.operation.name", "chat")
                span.set_attribute("prompt", "x" * 2000)
                span.set_attribute("tags", ["a", "b"])
                until(lambda: len(self.receiver.logs()) == 2)
        first, second = self.receiver.logs()
        self.assertEqual(first["eventName"], "span.started")
        self.assertEqual(first["body"], {"stringValue": "outer"})
        self.assertEqual((first["scope"], first["service"]), ("my.agents", "crew"))
        self.assertNotIn("talea.parent_span.id", first["said"])
        self.assertEqual(second["spanId"], f"{span.context.span_id:016x}")
        self.assertEqual(second["traceId"], f"{span.context.trace_id:032x}")
        self.assertEqual(second["timeUnixNano"], str(span.start_time))
        self.assertEqual(
            second["said"],
            {
                "gen_ai.operation.name": "chat",
                "tags": ["a", "b"],
                "talea.parent_span.id": f"{outer.context.span_id:016x}",
                "talea.span.kind": 3,
            },
        )
        self.assertEqual(self.receiver.requests[0][1]["authorization"], "Bearer secret")

    def test_a_span_that_ends_soon_is_not(self):
        tracer = self.provider().get_tracer("t")
        for _ in range(1000):
            tracer.start_span("short").end()
        time.sleep(0.4)
        self.assertEqual(self.receiver.count, 0)

    def test_many_that_last_share_few_requests(self):
        tracer = self.provider().get_tracer("t")
        spans = [tracer.start_span(f"s{i}") for i in range(300)]
        until(lambda: len(self.receiver.logs()) == 300)
        self.assertLess(self.receiver.count, 10)
        for span in spans:
            span.end()

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork on this system")
    def test_a_forked_child_announces_its_own_spans(self):
        tracer = self.provider().get_tracer("t")
        with tracer.start_as_current_span("parent"):
            until(lambda: len(self.receiver.logs()) == 1)
            child = os.fork()
            if child == 0:
                with tracer.start_as_current_span("in the child"):
                    time.sleep(0.6)
                os._exit(0)
            os.waitpid(child, 0)
        names = lambda: [one["body"]["stringValue"] for one in self.receiver.logs()]  # noqa: E731
        until(lambda: names() == ["parent", "in the child"])


class Failures(Case):
    def test_a_server_that_is_away_harms_nobody_and_what_fits_is_sent_later(self):
        port = self.receiver.server.server_address[1]
        self.receiver.close()
        client = self.client()
        started = time.monotonic()
        for i in range(100):
            talea.log_event(f"order.{i}")
        self.assertLess(time.monotonic() - started, 0.2)
        self.assertFalse(client.flush(0.3))
        self.receiver = Receiver(port)
        self.assertTrue(client.flush(10))
        self.assertEqual([one["eventName"] for one in self.receiver.logs()], [f"order.{i}" for i in range(100)])
        self.assertEqual(client.dropped, 0)

    def test_a_busy_server_is_asked_again_after_as_long_as_it_says(self):
        self.receiver.answer = lambda number: (503, {"retry-after": "1"}) if number < 3 else (200, {})
        client = self.client()
        started = time.monotonic()
        talea.log_event("order.placed")
        self.assertTrue(client.flush(10))
        self.assertGreater(time.monotonic() - started, 1.9)
        self.assertEqual([one["eventName"] for one in self.receiver.logs()], ["order.placed"])

    def test_a_time_to_come_back_may_be_seconds_or_a_date(self):
        self.assertEqual(talea._retry_after_s("7"), 7)
        self.assertEqual(talea._retry_after_s("Thu, 01 Jan 1970 00:00:00 GMT"), 0)
        self.assertEqual(talea._retry_after_s("100000"), talea.RETRY_AFTER_S_MAX)
        self.assertEqual([talea._retry_after_s(one) for one in (None, "", "soon", "nan")], [None] * 4)

    def test_what_does_not_fit_is_counted_and_told(self):
        self.receiver.answer = lambda number: (503, {}) if number < 3 else (200, {})
        client = self.client()
        for i in range(talea.QUEUE_RECORDS_MAX + 500):
            talea.log_event(f"e{i}")
        dropped = client.dropped
        self.assertGreater(dropped, 0)
        self.assertTrue(client.flush(20))
        until(lambda: any(one["eventName"] == "sdk.dropped" for one in self.receiver.logs()))
        told = [one["said"] for one in self.receiver.logs() if one["eventName"] == "sdk.dropped"]
        self.assertEqual([(one["count"], one["reason"]) for one in told], [(dropped, "queue_full")])
        sent = sum(1 for one in self.receiver.logs() if one["eventName"] != "sdk.dropped")
        self.assertEqual(sent, talea.QUEUE_RECORDS_MAX + 500 - dropped)

    def test_what_the_server_refuses_or_rejects_is_counted(self):
        self.receiver.answer = lambda number: (400, {}) if number == 1 else (200, {})
        client = self.client()
        talea.log_event("bad")
        self.assertTrue(client.flush(5))
        self.assertEqual(client.dropped, 1)
        self.receiver.body = b'{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}'
        talea.log_event("old")
        self.assertTrue(client.flush(5))
        self.assertEqual(client.dropped, 4)

    def test_nothing_is_raised_whatever_is_said(self):
        client = self.client()
        circle = []
        circle.append(circle)
        talea.log_event("odd", data={"x": object(), "y": float("nan"), "z": None, "w": {1, 2}, "c": {(1,): circle}})
        for value in ("not a number", float("nan")):
            talea.record_metric("odd", value)
        with talea.run("odd", tags=7), talea.tool(3, input={(1, 2): circle}):
            pass
        self.assertTrue(talea.flush(5))
        self.assertEqual(client.dropped, 2)

    def test_an_address_that_is_none_harms_nobody(self):
        self.assertEqual(talea._Client("http://[", None).connect()._host, "127.0.0.1:4318")
        for endpoint in ("http://127.0.0.1:port", "http://no-such-host.invalid"):
            client = talea._client_of(endpoint)
            talea.log_event("lost")
            started = time.monotonic()
            self.assertFalse(client.flush(0.3))
            self.assertLess(time.monotonic() - started, 1)
            client.close()
            self.assertEqual(client.dropped, 1)

    def test_after_shutdown_nothing_more_is_taken(self):
        client = talea._client_of(self.receiver.url)
        talea.log_event("before")
        self.assertTrue(talea.shutdown(5))
        talea.log_event("after")
        self.assertEqual([one["eventName"] for one in self.receiver.logs()], ["before"])
        self.assertEqual(client.dropped, 1)


PROGRAM = """
import talea, threading
talea.init("alone", endpoint={url!r})
with talea.run("nightly", id="run 7", session="s"), talea.agent("boss", input="plan"):
    with talea.llm("gpt-5.1") as call:
        call.set_attribute("gen_ai.usage.input_tokens", 12)
    talea.log_event("order.placed", data={{"items": 3}}, message="three", level="warn", to="packer")
    talea.record_metric("queue", 4, unit="{{order}}")
try:
    with talea.run("fails"), talea.tool("divide"):
        1 / 0
except ZeroDivisionError:
    pass
"""


AWAY = """
import talea, time
talea.init("alone", endpoint="http://127.0.0.1:9")
with talea.run("nightly"):
    time.sleep(0.3)
started = time.monotonic()
assert not talea.flush(0.5)
assert time.monotonic() - started < 1
"""

FORKS = """
import os, talea
talea.init("forks", endpoint={url!r})
with talea.run("before"):
    pass
talea.flush()
child = os.fork()
for i in range(20):
    with talea.task(f"{{'parent' if child else 'child'}} {{i}}"):
        pass
    talea.flush()
if child:
    assert os.waitpid(child, 0)[1] == 0
"""

DECORATED = """
import asyncio, talea
talea.init("decorated", endpoint={url!r})

@talea.task("add")
def add(a, b):
    return a + b

@talea.agent("slow")
async def slow(seconds):
    await asyncio.sleep(seconds)
    return add(1, seconds)

async def both():
    return await asyncio.gather(slow(0.3), slow(0.2))

assert asyncio.run(both()) == [1.3, 1.2]
"""


class WithoutOpenTelemetry(Case):
    def execute(self, program):
        environment = {**os.environ, "PYTHONPATH": "src"}
        subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=60)

    def test_init_makes_a_program_whole_and_its_end_sends_what_is_left(self):
        self.execute(PROGRAM.format(url=self.receiver.url))
        spans = {span["name"]: span for span in self.receiver.spans()}
        self.assertEqual(set(spans), {"nightly", "invoke_agent boss", "chat gpt-5.1", "fails", "execute_tool divide"})
        boss, call, divide = spans["invoke_agent boss"], spans["chat gpt-5.1"], spans["execute_tool divide"]
        self.assertEqual(call["parentSpanId"], boss["spanId"])
        self.assertEqual((boss["said"]["talea.kind"], boss["said"]["talea.agent"]), ("agent", "boss"))
        self.assertEqual({one["said"]["talea.run.id"] for one in (spans["nightly"], boss, call)}, {"run 7"})
        self.assertEqual((call["kind"], call["said"]["talea.agent"]), (3, "boss"))
        self.assertEqual(call["said"]["gen_ai.usage.input_tokens"], 12)
        self.assertEqual(divide["status"], {"code": 2, "message": "division by zero"})
        self.assertEqual(divide["events"][0]["name"], "exception")
        self.assertNotIn("talea.run.id", spans["fails"]["said"])
        [event] = [one for one in self.receiver.logs() if one["eventName"] == "order.placed"]
        self.assertEqual((event["severityNumber"], event["traceId"], event["service"]), (13, boss["traceId"], "alone"))
        self.assertTrue(event["said"].pop("talea.event.id"))
        self.assertEqual(
            event["said"], {"items": 3, "talea.agent": "boss", "talea.event.to": "packer", "talea.run.id": "run 7"}
        )
        [point] = self.receiver.points()
        self.assertEqual((point["name"], point["value"], point["runId"]), ("queue", 4.0, "run 7"))
        self.assertEqual((point["traceId"], point["agentId"]), (boss["traceId"], "boss"))

    def test_a_program_whose_server_is_away_ends_soon(self):
        started = time.monotonic()
        self.execute(AWAY)
        self.assertLess(time.monotonic() - started, 6)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork on this system")
    def test_parent_and_forked_child_do_not_write_on_one_connection(self):
        self.execute(FORKS.format(url=self.receiver.url))
        names = sorted(span["name"] for span in self.receiver.spans())
        expected = [f"{who} {i}" for who in ("parent", "child") for i in range(20)]
        self.assertEqual(names, sorted(["before", *expected]))

    def test_what_is_raised_goes_on_to_the_caller(self):
        with self.assertRaises(ZeroDivisionError):
            with talea.run("r"), talea.tool("divide"):
                1 / 0

    def test_they_decorate_functions_and_coroutines_whose_calls_may_overlap(self):
        self.execute(DECORATED.format(url=self.receiver.url))
        slow_spans = [span for span in self.receiver.spans() if span["name"] == "invoke_agent slow"]
        took = sorted((int(one["endTimeUnixNano"]) - int(one["startTimeUnixNano"])) / 1e9 for one in slow_spans)
        self.assertAlmostEqual(took[0], 0.2, delta=0.09)
        self.assertAlmostEqual(took[1], 0.3, delta=0.09)
        adds = [span for span in self.receiver.spans() if span["name"] == "add"]
        self.assertEqual({one["parentSpanId"] for one in adds}, {one["spanId"] for one in slow_spans})
        self.assertEqual({one["said"]["talea.agent"] for one in adds}, {"slow"})


class Overhead(unittest.TestCase):
    def test_a_span_costs_little_more(self):
        bare = TracerProvider(shutdown_on_exit=False).get_tracer("t")
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(talea.TaleaSpanProcessor("http://127.0.0.1:9"))
        self.addCleanup(talea._current().close)
        watched = provider.get_tracer("t")

        def us(tracer, spans=5000):
            started = time.perf_counter()
            for _ in range(spans):
                tracer.start_span("s").end()
            return (time.perf_counter() - started) / spans * 1e6

        us(bare), us(watched)
        plain, added = min(us(bare) for _ in range(5)), min(us(watched) for _ in range(5))
        print(f"a span costs {plain:.1f} µs, with the processor {added - plain:.1f} µs more", file=sys.stderr)
        self.assertLess(added - plain, 50)
        provider.shutdown()


if __name__ == "__main__":
    unittest.main()
