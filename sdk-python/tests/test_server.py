"""The package against a real server, which must understand all that it is sent.

Needs TALEA_TEST_URL, the address of a running Talea, as `npm run test:python` sets it.
"""

import json
import os
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

URL = os.environ.get("TALEA_TEST_URL", "")

PROGRAM = """
import talea, time
talea.init("odd values", endpoint={url!r})
with talea.run("odd values", id="odd values 1", tags=["a", "b"]), talea.agent("boss"):
    with talea.llm("gpt-5.1", input={{"lone": "\\ud800"}}) as span:
        span.set_attribute("big", 2**70)
        span.set_attribute("infinite", float("inf"))
        span.set_attribute("list", [1, 2**64])
        time.sleep(0.4)
    talea.log_event("order.placed", data={{"big": -(2**63) - 1, "nan": float("nan"), "bytes": b"\\xff"}}, to="packer")
    talea.record_metric("items", 3, attributes={{"kind": "x"}}, unit="{{item}}")
assert talea.flush(10)
assert talea.dropped() == 0, talea.dropped()
"""


def ask(path):
    try:
        with urllib.request.urlopen(URL + path) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {}


class Server(unittest.TestCase):
    def test_it_takes_all_of_a_run_with_odd_values(self):
        program = PROGRAM.format(url=URL)
        subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": "src"}, timeout=60)
        for _ in range(100):
            events = ask("/api/v1/runs/odd%20values%201/events").get("events", [])
            types = [one["type"] for one in events]
            if "run.completed" in types:
                break
            time.sleep(0.1)
        expected = ["run.started", "agent.started", "llm.started", "llm.completed"]
        expected += ["order.placed", "agent.completed", "run.completed"]
        self.assertEqual(types, expected)
        order = events[types.index("order.placed")]
        self.assertEqual((order["agentId"], order["to"], order["runId"]), ("boss", "packer", "odd values 1"))
        run = ask("/api/v1/runs/odd%20values%201")
        self.assertEqual((run["name"], run["tags"], run["status"]), ("odd values", ["a", "b"], "completed"))


if __name__ == "__main__":
    unittest.main()
