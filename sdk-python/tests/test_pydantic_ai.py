"""A real framework against a real server: what PydanticAI does is seen while it does it.

Needs TALEA_TEST_URL, the address of a running Talea, as `npm run test:python` sets it.
"""

import asyncio
import json
import os
import threading
import time
import unittest
import urllib.error
import urllib.request

from opentelemetry import trace
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel

import talea

URL = os.environ.get("TALEA_TEST_URL", "")
SECONDS_PER_CALL = 1.5


def events_of(run_id):
    try:
        with urllib.request.urlopen(f"{URL}/api/v1/runs/{run_id}/events") as answer:
            return json.load(answer)["events"]
    except urllib.error.HTTPError:
        return []


async def answer(messages, info):
    """A scripted model: asks for the tool once, then answers."""
    await asyncio.sleep(SECONDS_PER_CALL)
    if len(messages) == 1:
        return ModelResponse(parts=[ToolCallPart("look_up", {"city": "Riga"})])
    return ModelResponse(parts=[TextPart("It rains.")])


class WhileItRuns(unittest.TestCase):
    def test_an_unmodified_agent_is_seen_before_its_spans_end(self):
        talea.init("weather", endpoint=URL)
        Agent.instrument_all()
        forecaster = Agent(FunctionModel(answer, model_name="scripted"), name="forecaster")

        @forecaster.tool_plain
        def look_up(city: str) -> str:
            return "rain"

        seen = []
        ids = []
        done = threading.Event()

        def watch():
            while not done.is_set():
                if ids:
                    seen.extend((time.monotonic(), one["type"], one.get("agentId")) for one in events_of(ids[0]))
                time.sleep(0.1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            with trace.get_tracer("test").start_as_current_span("program") as program:
                ids.append(f"{program.get_span_context().trace_id:032x}")
                started = time.monotonic()
                result = forecaster.run_sync("Will it rain in Riga?")
            ended = time.monotonic()
        finally:
            time.sleep(0.3)
            done.set()
            watcher.join()
        self.assertEqual(result.output, "It rains.")
        first = {}
        for at, kind, agent in seen:
            first.setdefault(kind, (at - started, agent))
        self.assertLess(first["agent.started"][0], 1.0, seen)
        self.assertEqual(first["agent.started"][1], "forecaster")
        self.assertLess(first["llm.started"][0], SECONDS_PER_CALL)
        self.assertGreater(ended - started, 2 * SECONDS_PER_CALL)
        self.assertTrue(talea.flush())
        types = self.eventually(ids[0], "agent.completed")
        self.assertEqual([types.count(one) for one in ("agent.started", "agent.completed")], [1, 1])
        self.assertEqual([types.count(one) for one in ("llm.started", "llm.completed", "tool.completed")], [2, 2, 1])
        print(f"seen after {first['agent.started'][0] * 1000:.0f} ms of {(ended - started) * 1000:.0f} ms")

    def eventually(self, run_id, kind):
        for _ in range(100):
            types = [one["type"] for one in events_of(run_id)]
            if kind in types:
                return types
            time.sleep(0.1)
        raise AssertionError(f"{kind} did not come: {types}")
