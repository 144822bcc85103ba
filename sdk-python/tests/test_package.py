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
        self.addCleanup(provider.shutdown)
        return provider

    def outbox(self):
        """Events and points of this test go to its receiver."""
        before = talea._shared
        talea._shared = talea._Outbox(self.receiver.url)
        self.addCleanup(lambda: setattr(talea, "_shared", before))
        return talea._shared


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
        outbox = talea._Outbox(f"http://127.0.0.1:{port}")
        started = time.monotonic()
        for i in range(100):
            outbox.put(talea._Record("log", {"eventName": f"e{i}", "attributes": []}, {}, ("", "")))
        self.assertLess(time.monotonic() - started, 0.2)
        self.assertFalse(outbox.flush(0.3))
        self.receiver = Receiver(port)
        self.assertTrue(outbox.flush(10))
        self.assertEqual(len(self.receiver.logs()), 100)
        self.assertEqual(outbox.dropped, 0)

    def test_a_busy_server_is_asked_again_after_as_long_as_it_says(self):
        self.receiver.answer = lambda number: (503, {"retry-after": "1"}) if number < 3 else (200, {})
        outbox = self.outbox()
        started = time.monotonic()
        talea.log_event("order.placed")
        self.assertTrue(outbox.flush(10))
        self.assertGreater(time.monotonic() - started, 1.9)
        self.assertEqual([one["eventName"] for one in self.receiver.logs()], ["order.placed"])

    def test_what_does_not_fit_is_counted_and_told(self):
        self.receiver.answer = lambda number: (503, {}) if number < 4 else (200, {})
        outbox = self.outbox()
        for i in range(talea.QUEUE_RECORDS_MAX + 500):
            talea.log_event(f"e{i}")
        dropped = talea.dropped()
        self.assertGreater(dropped, 0)
        self.assertTrue(outbox.flush(20))
        talea.log_event("last")
        self.assertTrue(outbox.flush(5))
        told = sum(one["said"]["count"] for one in self.receiver.logs() if one["eventName"] == "sdk.dropped")
        sent = sum(1 for one in self.receiver.logs() if one["eventName"] != "sdk.dropped")
        self.assertEqual((told, sent), (dropped, talea.QUEUE_RECORDS_MAX + 501 - dropped))

    def test_what_the_server_refuses_is_counted(self):
        self.receiver.answer = lambda number: (400, {}) if number == 1 else (200, {})
        outbox = self.outbox()
        talea.log_event("bad")
        self.assertTrue(outbox.flush(5))
        self.assertEqual(talea.dropped(), 1)

    def test_nothing_is_raised_whatever_is_said(self):
        self.outbox()
        talea.log_event("odd", data={"x": object(), "y": float("nan"), "z": None, "w": {1, 2}})
        talea.record_metric("odd", "not a number")
        self.assertTrue(talea.flush(5))
        self.assertEqual(talea.dropped(), 1)


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


class WithoutOpenTelemetry(Case):
    def test_init_makes_a_program_whole_and_its_end_sends_what_is_left(self):
        program = PROGRAM.format(url=self.receiver.url)
        subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": "src"})
        spans = {span["name"]: span for span in self.receiver.spans()}
        self.assertEqual(set(spans), {"nightly", "boss", "chat gpt-5.1", "fails", "divide"})
        boss, call = spans["boss"], spans["chat gpt-5.1"]
        self.assertEqual(call["parentSpanId"], boss["spanId"])
        self.assertEqual((boss["said"]["talea.kind"], boss["said"]["talea.agent"]), ("agent", "boss"))
        self.assertEqual({spans[name]["said"]["talea.run.id"] for name in ("nightly", "boss", "chat gpt-5.1")}, {"run 7"})
        self.assertEqual(call["said"]["gen_ai.usage.input_tokens"], 12)
        self.assertEqual(spans["divide"]["status"]["code"], 2)
        self.assertNotIn("talea.run.id", spans["fails"]["said"])
        [event] = [one for one in self.receiver.logs() if one["eventName"] == "order.placed"]
        self.assertEqual((event["severityNumber"], event["traceId"], event["service"]), (13, boss["traceId"], "alone"))
        self.assertTrue(event["said"].pop("talea.event.id"))
        self.assertEqual(
            event["said"], {"items": 3, "talea.agent": "boss", "talea.event.to": "packer", "talea.run.id": "run 7"}
        )
        [point] = self.receiver.points()
        self.assertEqual((point["name"], point["value"], point["runId"]), ("queue", 4.0, "run 7"))

    def test_what_is_raised_goes_on_to_the_caller(self):
        with self.assertRaises(ZeroDivisionError):
            with talea.run("r"), talea.tool("divide"):
                1 / 0

    def test_they_decorate_functions_too(self):
        @talea.task("add")
        def add(a, b):
            return a + b

        self.assertEqual((add(1, 2), add(2, 3)), (3, 5))


class Overhead(unittest.TestCase):
    def test_a_span_costs_little_more(self):
        bare = TracerProvider(shutdown_on_exit=False).get_tracer("t")
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(talea.TaleaSpanProcessor("http://127.0.0.1:9"))
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
