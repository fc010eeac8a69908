"""What each measure is in a few lines of SQL over the table `event` of a month (tests/month.py). The lines know nothing
of the branch's rules, tables or replay. SCHEMA and LOOP_SCHEMA make what they share, for the queue and for the rest."""

from __future__ import annotations

SCHEMA = """
CREATE TEMP TABLE gone AS SELECT u.value AS seq FROM event, json_each(data, '$.undone') u WHERE kind = 'ActUndone';
CREATE TEMP TABLE opened AS SELECT seq, data ->> 'day' AS day FROM event WHERE kind = 'DayOpened';
CREATE TEMP TABLE e AS SELECT seq, at, kind, ticket, counter, data,
  (SELECT day FROM opened o WHERE o.seq <= event.seq ORDER BY o.seq DESC LIMIT 1) AS day
  FROM event WHERE seq NOT IN gone;
CREATE INDEX e_ticket ON e (ticket, seq);
CREATE INDEX e_kind ON e (kind, counter, seq);
ANALYZE temp;
CREATE TEMP TABLE t AS SELECT i.ticket AS id, i.day, i.at AS issued,
  (SELECT data ->> 'service' FROM e WHERE ticket = i.ticket AND kind IN ('TicketIssued', 'TicketContinued',
    'TicketTransferred') ORDER BY seq DESC LIMIT 1) AS service,
  (SELECT data ->> 'tier' FROM e WHERE ticket = i.ticket
    AND kind IN ('TicketIssued', 'TicketRetiered', 'TicketAmended')
    ORDER BY seq DESC LIMIT 1) AS tier,
  (SELECT data ->> 'target_wait_s' FROM e WHERE ticket = i.ticket
    AND kind IN ('TicketIssued', 'TicketRetiered', 'TicketAmended')
    ORDER BY seq DESC LIMIT 1) AS target,
  (SELECT min(at) FROM e WHERE ticket = i.ticket AND kind = 'TicketCalled') AS called,
  (SELECT counter FROM e WHERE ticket = i.ticket AND kind = 'TicketCalled' ORDER BY seq DESC LIMIT 1) AS counter,
  (SELECT CASE kind WHEN 'TicketFinished' THEN 'served' WHEN 'TicketNoShow' THEN 'no_show'
    WHEN 'TicketCancelled' THEN 'cancelled' WHEN 'TicketDiverted' THEN iif(data ->> 'ended', 'diverted', 'waiting') END
    FROM e WHERE ticket = i.ticket AND kind IN ('TicketIssued', 'TicketCalled', 'TicketStarted', 'TicketFinished',
    'TicketContinued', 'TicketNoShow', 'TicketReturned', 'TicketParked', 'TicketResumed', 'TicketTransferred',
    'TicketDiverted', 'TicketCancelled') ORDER BY seq DESC LIMIT 1) AS state,
  i.data ->> '$.wait.told[0]' AS lo, i.data ->> '$.wait.told[1]' AS hi,
  EXISTS (SELECT 1 FROM json_each(i.data, '$.needs') WHERE value = 'elderly') AS elderly
  FROM e i WHERE kind = 'TicketIssued';
ALTER TABLE t ADD COLUMN wait REAL;
UPDATE t SET wait = (julianday(called) - julianday(issued)) * 86400;
CREATE TEMP TABLE s AS SELECT f.ticket, f.counter, f.day, f.at AS ended,
  (SELECT at FROM e b WHERE b.ticket = f.ticket AND b.seq < f.seq AND b.kind IN ('TicketStarted', 'TicketContinued')
    ORDER BY seq DESC LIMIT 1) AS began,
  (SELECT data ->> 'service' FROM e b WHERE b.ticket = f.ticket AND b.seq < f.seq AND b.kind IN ('TicketIssued',
    'TicketContinued', 'TicketTransferred') ORDER BY seq DESC LIMIT 1) AS service
  FROM e f WHERE kind IN ('TicketFinished', 'TicketContinued');
ALTER TABLE s ADD COLUMN took REAL;
UPDATE s SET took = (julianday(ended) - julianday(began)) * 86400;
CREATE TEMP TABLE shut AS SELECT day, max(at) AS at FROM e WHERE kind = 'DayClosed' GROUP BY day;
CREATE TEMP TABLE should AS SELECT day, coalesce((SELECT strftime('%Y-%m-%d %H:%M:%f',
    o.day || ' ' || (data ->> '$.configuration.care.closes'), '-8 hours') FROM e c WHERE c.kind = 'BranchConfigured'
    AND coalesce(c.day, '') <= o.day ORDER BY c.seq DESC LIMIT 1), (SELECT at FROM shut WHERE shut.day = o.day)) AS at
  FROM (SELECT DISTINCT day FROM opened) o;
CREATE TEMP TABLE card AS SELECT ticket, data ->> 'score' AS score, data ->> 'visit' AS visit FROM e
  WHERE kind = 'FeedbackGiven';
CREATE TEMP TABLE manned AS SELECT o.day, o.counter, o.at AS since, coalesce(
    (SELECT min(at) FROM e c WHERE c.kind = 'CounterClosed' AND c.counter = o.counter AND c.day = o.day
      AND c.seq > o.seq),
    (SELECT max(ended) FROM s WHERE s.day = o.day AND s.counter = o.counter)) AS until
  FROM e o WHERE o.kind = 'CounterOpened' AND EXISTS (SELECT 1 FROM s WHERE s.day = o.day AND s.counter = o.counter)
  AND NOT EXISTS (SELECT 1 FROM e b WHERE b.kind = 'CounterOpened' AND b.counter = o.counter AND b.day = o.day
    AND b.seq < o.seq AND NOT EXISTS (SELECT 1 FROM e c WHERE c.kind = 'CounterClosed' AND c.counter = o.counter
    AND c.seq BETWEEN b.seq AND o.seq));
ALTER TABLE manned ADD COLUMN open_s REAL;
UPDATE manned SET open_s = (julianday(until) - julianday(since)) * 86400;
CREATE TEMP TABLE asked AS SELECT counter, day, (SELECT min(seq) FROM e b WHERE b.kind = 'BreakAnswered'
  AND b.counter = a.counter AND b.seq > a.seq) AS answer FROM e a WHERE kind = 'BreakAsked';
CREATE TEMP TABLE away AS SELECT (julianday(o.at) - julianday(coalesce((SELECT max(ended) FROM s
    WHERE s.counter = a.counter AND s.day = a.day AND ended BETWEEN b.at AND o.at), b.at))) * 86400 AS lasted
  FROM asked a LEFT JOIN e b ON b.seq = answer AND b.data ->> 'granted' LEFT JOIN e o ON o.seq = (SELECT min(seq)
    FROM e x WHERE x.kind IN ('CounterResumed', 'CounterOpened', 'CounterClosed') AND x.counter = a.counter
    AND x.day = a.day AND x.seq > answer);
CREATE TEMP TABLE help AS SELECT (SELECT (julianday(a.at) - julianday(h.at)) * 86400 FROM e a
  WHERE a.kind = 'AlertAcknowledged' AND a.data ->> 'alert' = h.seq) AS answer FROM e h WHERE kind = 'HelpRequested';
CREATE TEMP TABLE quoted AS SELECT wait / 60 AS min, lo, iif(hi = 0, 1e9, hi) AS hi FROM t
  WHERE wait IS NOT NULL AND (lo > 0 OR hi > 0);
"""
QUANTILE = """
WITH o AS (SELECT {value} AS v, row_number() OVER (ORDER BY {value}) - 1 AS n, count(*) OVER () AS c FROM {table}
  WHERE {value} IS NOT NULL), p AS (SELECT {q} * (c - 1) AS at, c FROM o LIMIT 1)
SELECT a.v + (p.at - CAST(p.at AS INT)) * (b.v - a.v) FROM p JOIN o a ON a.n = CAST(p.at AS INT)
  JOIN o b ON b.n = min(CAST(p.at AS INT) + 1, p.c - 1)"""
CARDS = "FROM card JOIN t ON t.id = card.ticket WHERE visit = 'served'"
SQL = {
    "tickets": "SELECT count(*) FROM t",
    "served": "SELECT count(*) FROM t WHERE state = 'served'",
    "no_shows": "SELECT count(*) FROM t WHERE state = 'no_show'",
    "cancelled": "SELECT count(*) FROM t WHERE state = 'cancelled'",
    "diverted": "SELECT count(*) FROM t WHERE state = 'diverted'",
    "diversion_share": "SELECT avg(coalesce(state = 'diverted', 0)) FROM t WHERE NOT elderly",
    "wait_mean_s": "SELECT avg(wait) FROM t",
    "wait_p50_s": QUANTILE.format(value="wait", table="t", q=0.5),
    "wait_p90_s": QUANTILE.format(value="wait", table="t", q=0.9),
    "late_share": "SELECT avg(wait > target) FROM t WHERE wait IS NOT NULL",
    "late": "SELECT count(*) FROM t WHERE wait > target",
    "late_excess_mean_s": "SELECT avg(wait - target) FROM t WHERE wait > target",
    "quote_held_share": "SELECT avg(min BETWEEN lo AND hi) FROM quoted",
    "slips_printed_share": (
        "SELECT avg(EXISTS (SELECT 1 FROM e WHERE e.ticket = t.id AND kind = 'SlipPrinted')) FROM t"
        " WHERE EXISTS (SELECT 1 FROM e WHERE e.ticket = t.id AND kind = 'SlipQueued')"
    ),
    "services": "SELECT count(*) FROM s",
    "service_mean_s": "SELECT avg(took) FROM s",
    "overtime_s": (
        "SELECT sum(max(0, julianday(ended) - max(julianday(began), julianday(at)))) * 86400 FROM s"
        " JOIN should USING (day)"
    ),
    "feedback_cards": f"SELECT count(*) {CARDS}",
    "feedback_mean": f"SELECT avg(score) {CARDS}",
    "feedback_low_share": f"SELECT avg(score <= 2) {CARDS}",
    "feedback_net": f"SELECT avg((score = 5) - (score <= 3)) {CARDS}",
    "feedback_response_share": (
        f"SELECT avg(id IN (SELECT ticket {CARDS})) FROM t WHERE state = 'served'"
    ),
    "low_cards": "SELECT count(*) FROM card WHERE score <= 2",
    "feedback_apart": "SELECT count(*) FROM card WHERE visit != 'served'",
    "services_per_hour": "SELECT (SELECT count(*) FROM s) / (sum(open_s) / 3600) FROM manned",
    "busy_share": "SELECT (SELECT sum(took) FROM s) / sum(open_s) FROM manned",
    "open_after_close_s": (
        "SELECT sum(max(0, julianday(until) - max(julianday(since), julianday(at)))) * 86400 FROM manned"
        " JOIN should USING (day)"
    ),
    "breaks_granted_share": (
        "SELECT avg((SELECT data ->> 'granted' FROM e b WHERE b.kind = 'BreakAnswered' AND b.counter = a.counter"
        " AND b.seq > a.seq ORDER BY seq LIMIT 1)) FROM e a WHERE kind = 'BreakAsked'"
    ),
    "breaks_kept_share": "SELECT avg(coalesce(lasted >= 300, 0)) FROM away",
    "help_calls": "SELECT count(*) FROM help",
    "help_answer_mean_s": "SELECT avg(answer) FROM help",
    "help_answer_p90_s": QUANTILE.format(value="answer", table="help", q=0.9),
}
GROUPS = {
    ("tickets", "tier"): "SELECT tier, count(*) FROM t GROUP BY tier",
    (
        "tickets",
        "counter",
    ): "SELECT counter, count(*) FROM t WHERE counter NOT NULL GROUP BY counter",
    ("tickets", "hour"): (
        "SELECT CAST(strftime('%H', issued, '+8 hours') AS INT), count(*) FROM t GROUP BY 1"
    ),
    ("served", "service"): (
        "SELECT service, count(*) FROM t WHERE state = 'served' GROUP BY service"
    ),
    ("wait_mean_s", "tier"): "SELECT tier, avg(wait) FROM t WHERE wait NOT NULL GROUP BY tier",
    ("late_share", "service"): (
        "SELECT service, avg(wait > target) FROM t WHERE wait NOT NULL GROUP BY service"
    ),
    ("service_mean_s", "service"): "SELECT service, avg(took) FROM s GROUP BY service",
    ("service_mean_s", "counter"): "SELECT counter, avg(took) FROM s GROUP BY counter",
    ("feedback_mean", "counter"): f"SELECT counter, avg(score) {CARDS} GROUP BY counter",
}
