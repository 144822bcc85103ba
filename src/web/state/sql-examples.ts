/** Queries to begin with: each answers a question that no other page asks. */
export const SQL_EXAMPLES: readonly { readonly title: string; readonly query: string }[] = [
  {
    title: "The dearest runs",
    query: `SELECT run_id, name, status, cost_usd, tokens_input + tokens_output AS tokens, duration_ms
FROM runs
ORDER BY cost_usd DESC NULLS LAST
LIMIT 50`,
  },
  {
    title: "Busy and waiting seconds by agent and hour",
    query: `SELECT toStartOfHour(minute) AS hour, agent,
  sum(llm_ms + tool_ms + working_ms) / 1000 AS busy_s, sum(waiting_ms) / 1000 AS waiting_s
FROM agent_minutes
GROUP BY hour, agent
ORDER BY hour, agent`,
  },
  {
    title: "The slowest tools",
    query: `SELECT tool, count() AS calls, countIf(status = 'error') AS failed,
  quantile(0.5)(duration_ms) AS p50_ms, quantile(0.99)(duration_ms) AS p99_ms
FROM spans
WHERE kind = 'tool'
GROUP BY tool
ORDER BY p99_ms DESC
LIMIT 30`,
  },
  {
    title: "Who talks to whom",
    query: `SELECT from_agent, to_agent, count() AS messages, sum(tokens) AS tokens, sum(cost_usd) AS usd,
  quantile(0.95)(transit_ms) AS p95_transit_ms
FROM messages
WHERE kind NOT IN ('input', 'output')
GROUP BY from_agent, to_agent
ORDER BY messages DESC`,
  },
  {
    title: "Tokens of each model",
    query: `SELECT name AS model, sum(calls) AS calls, sum(tokens_input) AS input, sum(tokens_cache_read) AS cached,
  sum(tokens_output) AS output, sum(cost_usd) AS usd
FROM run_calls
WHERE kind = 'llm'
GROUP BY model
ORDER BY input + output DESC`,
  },
  {
    title: "What failed, and where it began",
    query: `SELECT type, agent, name, sum(origins) AS errors, uniqExact(run_id) AS runs, any(message) AS example, any(run_id) AS run_id
FROM run_errors
GROUP BY type, agent, name
ORDER BY errors DESC
LIMIT 50`,
  },
  {
    title: "Prompts and answers that have a word",
    query: `SELECT s.started_at, s.agent, s.model, c.role, c.body AS text, s.trace_id
FROM spans AS s
ARRAY JOIN s.content_hashes AS hash
JOIN contents AS c ON c.trace_id = s.trace_id AND c.hash = hash
WHERE c.body ILIKE concat('%', {word:String}, '%')
ORDER BY s.started_at DESC
LIMIT 50`,
  },
];
