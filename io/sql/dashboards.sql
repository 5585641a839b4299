-- SPDX-License-Identifier: MIT
-- What cost dashboards expect.  Triggers fill it, so that it agrees with the requests whoever
-- writes them.  Money is summed as whole pico-dollars; the columns in dollars are made of it.

CREATE TABLE openai_cache_metrics (
    id INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL, -- Unix seconds, of the arrival
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    request INTEGER NOT NULL,
    model TEXT NOT NULL,
    use_case TEXT NOT NULL,
    cache_hit INTEGER NOT NULL,
    cache_type TEXT NOT NULL,
    success INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    latency_us INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    total_tokens INTEGER AS (prompt_tokens + completion_tokens),
    latency_ms REAL AS (latency_us / 1e3),
    cost_usd REAL AS (cost_pico / 1e12),
    saved_usd REAL AS (saved_pico / 1e12)
) STRICT;

CREATE TABLE openai_cache_daily_stats (
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    date TEXT NOT NULL, -- YYYY-MM-DD, UTC
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    cache_hits INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    latency_us_sum INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    cache_hit_rate REAL AS (cache_hits * 1.0 / requests),
    latency_ms_mean REAL AS (latency_us_sum / 1e3 / requests),
    cost_usd REAL AS (cost_pico / 1e12),
    saved_usd REAL AS (saved_pico / 1e12),
    PRIMARY KEY (arm, date, model)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER openai_cache_metrics_insert AFTER INSERT ON openai_cache_metrics
BEGIN
    INSERT INTO openai_cache_daily_stats (
        arm, date, model, requests, cache_hits, errors, prompt_tokens, cached_tokens,
        completion_tokens, latency_us_sum, cost_pico, saved_pico)
    VALUES (
        NEW.arm, date(NEW.timestamp, 'unixepoch'), NEW.model, 1, NEW.cache_hit, 1 - NEW.success,
        NEW.prompt_tokens, NEW.cached_tokens, NEW.completion_tokens, NEW.latency_us,
        NEW.cost_pico, NEW.saved_pico)
    ON CONFLICT DO UPDATE SET
        requests = requests + 1,
        cache_hits = cache_hits + excluded.cache_hits,
        errors = errors + excluded.errors,
        prompt_tokens = prompt_tokens + excluded.prompt_tokens,
        cached_tokens = cached_tokens + excluded.cached_tokens,
        completion_tokens = completion_tokens + excluded.completion_tokens,
        latency_us_sum = latency_us_sum + excluded.latency_us_sum,
        cost_pico = cost_pico + excluded.cost_pico,
        saved_pico = saved_pico + excluded.saved_pico;
END;

CREATE TRIGGER openai_cache_metrics_delete AFTER DELETE ON openai_cache_metrics
BEGIN
    UPDATE openai_cache_daily_stats SET
        requests = requests - 1,
        cache_hits = cache_hits - OLD.cache_hit,
        errors = errors - (1 - OLD.success),
        prompt_tokens = prompt_tokens - OLD.prompt_tokens,
        cached_tokens = cached_tokens - OLD.cached_tokens,
        completion_tokens = completion_tokens - OLD.completion_tokens,
        latency_us_sum = latency_us_sum - OLD.latency_us,
        cost_pico = cost_pico - OLD.cost_pico,
        saved_pico = saved_pico - OLD.saved_pico
    WHERE (arm, date, model) = (OLD.arm, date(OLD.timestamp, 'unixepoch'), OLD.model);
    DELETE FROM openai_cache_daily_stats
    WHERE (arm, date, model) = (OLD.arm, date(OLD.timestamp, 'unixepoch'), OLD.model)
        AND requests = 0;
END;

CREATE TRIGGER openai_cache_metrics_update BEFORE UPDATE ON openai_cache_metrics
BEGIN
    SELECT RAISE(ABORT, 'rows of openai_cache_metrics are added and deleted, never changed');
END;

-- Requests that an older ledger already has, and (below) every new one.
INSERT INTO openai_cache_metrics (
    timestamp, arm, request, model, use_case, cache_hit, cache_type, success, prompt_tokens,
    cached_tokens, completion_tokens, latency_us, cost_pico, saved_pico)
SELECT
    arms.epoch_unix + intended_ns / 1000000000, requests.arm, request, requests.model, use_case,
    source IN ('cache', 'coalesced'), source, outcome = 'answered', requests.prompt_tokens,
    requests.cached_tokens, requests.completion_tokens, (ended_ns - intended_ns) / 1000,
    requests.cost_pico, saved_pico
FROM requests JOIN arms ON arms.id = requests.arm
ORDER BY requests.arm, request;

CREATE TRIGGER requests_insert AFTER INSERT ON requests
BEGIN
    INSERT INTO openai_cache_metrics (
        timestamp, arm, request, model, use_case, cache_hit, cache_type, success, prompt_tokens,
        cached_tokens, completion_tokens, latency_us, cost_pico, saved_pico)
    VALUES (
        (SELECT epoch_unix FROM arms WHERE id = NEW.arm) + NEW.intended_ns / 1000000000, NEW.arm,
        NEW.request, NEW.model, NEW.use_case, NEW.source IN ('cache', 'coalesced'), NEW.source,
        NEW.outcome = 'answered', NEW.prompt_tokens, NEW.cached_tokens, NEW.completion_tokens,
        (NEW.ended_ns - NEW.intended_ns) / 1000, NEW.cost_pico, NEW.saved_pico);
END;

CREATE VIEW openai_cache_hourly_stats AS
SELECT
    runs.id AS run,
    runs.scenario AS scenario,
    arms.name AS arm_name,
    m.arm AS arm,
    strftime('%Y-%m-%d %H:00:00', m.timestamp, 'unixepoch') AS hour,
    m.model AS model,
    count(*) AS requests,
    sum(m.cache_hit) AS cache_hits,
    sum(1 - m.success) AS errors,
    avg(m.cache_hit) AS cache_hit_rate,
    sum(m.prompt_tokens) AS prompt_tokens,
    sum(m.cached_tokens) AS cached_tokens,
    sum(m.completion_tokens) AS completion_tokens,
    avg(m.latency_us) / 1e3 AS latency_ms_mean,
    max(m.latency_us) / 1e3 AS latency_ms_max,
    sum(m.cost_pico) AS cost_pico,
    sum(m.saved_pico) AS saved_pico,
    sum(m.cost_pico) / 1e12 AS cost_usd,
    sum(m.saved_pico) / 1e12 AS saved_usd
FROM openai_cache_metrics AS m
JOIN arms ON arms.id = m.arm
JOIN runs ON runs.id = arms.run
GROUP BY m.arm, m.timestamp / 3600, m.model;

CREATE VIEW openai_cache_model_stats AS
SELECT
    runs.id AS run,
    runs.scenario AS scenario,
    arms.name AS arm_name,
    d.arm AS arm,
    d.model AS model,
    sum(d.requests) AS requests,
    sum(d.cache_hits) AS cache_hits,
    sum(d.errors) AS errors,
    sum(d.cache_hits) * 1.0 / sum(d.requests) AS cache_hit_rate,
    sum(d.prompt_tokens) AS prompt_tokens,
    sum(d.cached_tokens) AS cached_tokens,
    sum(d.completion_tokens) AS completion_tokens,
    sum(d.latency_us_sum) / 1e3 / sum(d.requests) AS latency_ms_mean,
    sum(d.cost_pico) AS cost_pico,
    sum(d.saved_pico) AS saved_pico,
    sum(d.cost_pico) / 1e12 AS cost_usd,
    sum(d.saved_pico) / 1e12 AS saved_usd
FROM openai_cache_daily_stats AS d
JOIN arms ON arms.id = d.arm
JOIN runs ON runs.id = arms.run
GROUP BY d.arm, d.model;
