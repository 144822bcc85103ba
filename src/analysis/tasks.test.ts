import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";

const tasksOf = (run: Analysed, name: string) => [run.agent(name).tasks, run.agent(name).taskErrors];

test("a task above an agent is the agent's, and its invocation is not a second one", () => {
  const run = new Analysed(`
    run crew 0-100
      task write 0-60
        agent writer 10-50
      agent boss 60-100
  `);
  assert.deepEqual(run.agent("writer").completionMs, [60]);
  assert.deepEqual(run.agent("boss").completionMs, [40]);
});

test("a task that an agent gives away is its assignee's", () => {
  const run = new Analysed(`
    agent boss 0-100
      task research 10-90
        agent researcher 20-80
  `);
  assert.deepEqual(tasksOf(run, "researcher"), [1, 0]);
  assert.deepEqual(run.agent("researcher").completionMs, [80]);
  assert.deepEqual(run.agent("boss").completionMs, [100]);
});

test("a task that an agent does itself names its invocation", () => {
  const run = new Analysed(`
    agent worker 0-100
      task one 0-40
      task two 50-90 error=boom
  `);
  assert.deepEqual(tasksOf(run, "worker"), [2, 1]);
});

test("of several attempts the last decides", () => {
  const run = new Analysed(`
    agent worker 0-100
      task fetch 0-20 error=timeout attempt=1 id=t1
      task fetch 30-60 error=timeout attempt=2 id=t2
      task fetch 70-90 attempt=3 id=t3
  `);
  assert.deepEqual(tasksOf(run, "worker"), [1, 0]);
});

test("open tasks are not ended tasks, and a failed tool is not a failed task", () => {
  const run = new Analysed(
    `
    agent worker 0-
      task done 0-20
        tool look 0-10 error=boom
      task open 30-
  `,
    { now: 60e6 },
  );
  assert.deepEqual(tasksOf(run, "worker"), [1, 0]);
  assert.equal(run.agent("worker").toolErrors, 1);
});
