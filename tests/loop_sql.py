"""What each measure beside the queue is in SQL over the table `event` of a month: care, standards, actions,
recordings, cards that were shown, complaints, the load. See tests/measure_sql.py, whose tables these use."""

from __future__ import annotations

from measure_sql import QUANTILE

LOOP_SCHEMA = """
CREATE TEMP TABLE asked_card AS SELECT t.id, EXISTS (SELECT 1 FROM e WHERE e.ticket = t.id
    AND e.kind = 'SlipPrinted') AS slip,
  EXISTS (SELECT 1 FROM e WHERE e.ticket = t.id AND e.kind = 'FeedbackAsked' AND data ->> 'by' = 'page') AS page,
  EXISTS (SELECT 1 FROM e WHERE e.ticket = t.id AND e.kind = 'FeedbackAsked' AND data ->> 'by' = 'tablet') AS tablet,
  EXISTS (SELECT 1 FROM card WHERE card.ticket = t.id AND visit = 'served') AS answered
  FROM t WHERE state = 'served' OR EXISTS (SELECT 1 FROM card WHERE card.ticket = t.id AND visit = 'served');
CREATE TEMP TABLE lent AS SELECT data ->> 'due' AS due, coalesce((SELECT b.at FROM e b WHERE b.kind IN
    ('ThingReturned', 'ThingLost') AND b.data ->> 'loan' = l.data ->> 'loan' ORDER BY b.seq DESC LIMIT 1),
    (SELECT max(at) FROM event)) AS back FROM e l WHERE kind = 'ThingLent';
CREATE TEMP TABLE wronged AS SELECT
  (SELECT min(c.at) FROM e c WHERE c.kind = 'IncidentCared' AND c.data ->> 'incident' = i.data ->> 'incident') AS cared,
  EXISTS (SELECT 1 FROM e c WHERE c.kind = 'IncidentCared' AND c.data ->> 'care' = 'follow_up'
    AND c.data ->> 'incident' = i.data ->> 'incident') AS talked, at FROM e i WHERE kind = 'IncidentReported';
CREATE TEMP TABLE mark AS SELECT seq, data ->> 'inspection' AS inspection, data ->> 'item' AS item,
  data ->> 'side' AS side, data ->> 'verdict' AS verdict FROM e WHERE kind = 'ItemMarked';
CREATE TEMP TABLE sampled AS SELECT n.data ->> 'inspection' AS inspection, s.value ->> 'id' AS item,
  s.value ->> 'module' AS module FROM e n, json_each(n.data, '$.items') s WHERE n.kind = 'InspectionBegun';
CREATE TEMP TABLE looked AS SELECT module,
  EXISTS (SELECT 1 FROM mark m WHERE m.inspection = s.inspection AND m.item = s.item) AS looked,
  coalesce((SELECT data ->> 'verdict' FROM e WHERE kind = 'ItemAgreed' AND data ->> 'inspection' = s.inspection
    AND data ->> 'item' = s.item AND seq > (SELECT max(seq) FROM mark m WHERE m.inspection = s.inspection
    AND m.item = s.item) ORDER BY seq DESC LIMIT 1),
    (SELECT iif(min(verdict) = max(verdict), max(verdict), NULL) FROM mark m WHERE m.inspection = s.inspection
    AND m.item = s.item AND NOT EXISTS (SELECT 1 FROM mark x WHERE x.inspection = m.inspection AND x.item = m.item
    AND x.side = m.side AND x.seq > m.seq))) AS verdict,
  (SELECT verdict FROM mark m WHERE m.inspection = s.inspection AND m.item = s.item AND side = 'self'
    ORDER BY seq LIMIT 1) AS own,
  (SELECT verdict FROM mark m WHERE m.inspection = s.inspection AND m.item = s.item AND side = 'peer'
    ORDER BY seq LIMIT 1) AS peer FROM sampled s;
CREATE TEMP TABLE todo AS SELECT o.at, o.data ->> 'action' AS id,
  (SELECT kind || coalesce(data ->> 'verdict', '') FROM e b WHERE b.kind GLOB 'Action*' AND
    b.data ->> 'action' = o.data ->> 'action' ORDER BY seq DESC LIMIT 1) AS step,
  (SELECT data ->> 'due' FROM e b WHERE b.kind GLOB 'Action*' AND b.data ->> 'action' = o.data ->> 'action'
    AND b.data ->> 'due' IS NOT NULL ORDER BY seq DESC LIMIT 1) AS due FROM e o WHERE kind = 'ActionOpened';
CREATE TEMP TABLE pending AS SELECT * FROM todo WHERE step IN ('ActionOpened', 'ActionAssigned', 'ActionProved',
  'ActionReopened', 'ActionMeasuredno_effect', 'ActionMeasuredworse');
CREATE TEMP TABLE done AS SELECT julianday(c.at) - julianday(o.at) AS days FROM e c JOIN todo o
  ON o.id = c.data ->> 'action' WHERE c.kind = 'ActionChecked';
CREATE TEMP TABLE told AS SELECT data ->> 'verdict' AS verdict FROM e WHERE kind = 'ActionMeasured'
  AND data ->> 'verdict' <> 'too_few';
CREATE TEMP TABLE cut AS SELECT seq, ticket FROM e WHERE kind IN ('TicketFinished', 'TicketContinued',
  'TicketTransferred', 'TicketCancelled');
CREATE TEMP TABLE filmed AS SELECT min(b.seq) AS seq, b.ticket,
  (SELECT min(seq) FROM cut WHERE cut.ticket = b.ticket AND cut.seq > b.seq) AS cut FROM e b
  WHERE (b.kind = 'TicketStarted' OR b.kind = 'TicketContinued' AND b.data ->> 'here') AND 'fx' = (SELECT
    data ->> 'service' FROM e x WHERE x.ticket = b.ticket AND x.seq <= b.seq AND x.kind IN ('TicketIssued',
    'TicketContinued', 'TicketTransferred') ORDER BY seq DESC LIMIT 1) GROUP BY b.ticket, cut;
CREATE TEMP TABLE filmed_end AS SELECT cut IS NOT NULL AS ended, EXISTS (SELECT 1 FROM e WHERE e.ticket = f.ticket
  AND e.kind GLOB 'Recording*' AND e.seq BETWEEN f.seq AND coalesce(f.cut, 1e18)) AS said FROM filmed f;
CREATE TEMP TABLE complained AS SELECT o.at, (julianday((SELECT max(a.at) FROM e a
    WHERE a.kind = 'CaseAnswered' AND a.data ->> 'case' = o.data ->> 'case')) - julianday(o.data ->> 'came_at')) AS days
  FROM e o WHERE kind = 'CaseOpened';
CREATE TEMP TABLE carried AS SELECT counter, sum(usual) AS work, 1.96 * sqrt(sum(usual * usual)) AS chance,
  (SELECT sum(open_s) FROM manned WHERE manned.counter = s.counter) AS open_s
  FROM s JOIN (SELECT service, avg(took) AS usual FROM s GROUP BY service) USING (service) GROUP BY counter;
"""
LOOP_SQL = {
    "feedback_asked": "SELECT sum(slip OR page OR tablet) FROM asked_card",
    "feedback_asked_page": "SELECT sum(page) FROM asked_card",
    "feedback_asked_tablet": "SELECT sum(tablet) FROM asked_card",
    "feedback_answered_share": "SELECT avg(answered) FROM asked_card WHERE slip OR page OR tablet",
    "opinions_waiting": "SELECT count(*) FROM e WHERE kind = 'OpinionVoiced'",
    "cases": "SELECT count(*) FROM complained",
    "cases_answer_p50_days": QUANTILE.format(value="days", table="complained", q=0.5),
    "loans": "SELECT count(*) FROM lent",
    "loans_overdue_share": "SELECT avg(julianday(back) > julianday(due)) FROM lent",
    "incidents": "SELECT count(*) FROM wronged",
    "incidents_cared_share": (
        "SELECT avg(coalesce(julianday(cared) - julianday(at) <= 1, 0)) FROM wronged"
    ),
    "incidents_followed_share": "SELECT avg(talked) FROM wronged",
    "standards_checked": "SELECT sum(looked) FROM looked",
    "standards_coverage": "SELECT avg(looked) FROM looked",
    "standards_kept": (
        "SELECT avg(verdict = 'kept') FROM looked WHERE verdict IN ('kept', 'broken')"
    ),
    "standards_agreement": "SELECT avg(own = peer) FROM looked",
    "standards_left_out": (
        "SELECT sum(json_array_length(data, '$.left_out')) FROM e WHERE kind = 'InspectionEnded'"
    ),
    "actions_open": "SELECT count(*) FROM pending",
    "actions_overdue": "SELECT count(*) FROM pending WHERE due < (SELECT max(day) FROM t)",
    "actions_done_p50_days": QUANTILE.format(value="days", table="done", q=0.5),
    "actions_helped_share": "SELECT avg(verdict = 'helped') FROM told",
    "recordings": "SELECT count(*) FROM e WHERE kind = 'RecordingMade'",
    "recordings_refused": "SELECT count(*) FROM e WHERE kind = 'RecordingRefused'",
    "recording_overrides": "SELECT count(*) FROM e WHERE kind = 'RecordingOverridden'",
    "recording_missing_share": "SELECT avg(NOT said) FROM filmed_end WHERE said OR ended",
    "load_uneven_share": (
        "SELECT sum(abs(work - open_s * (SELECT sum(work) / sum(open_s) FROM carried))) / 2 / sum(work) FROM carried"
    ),
}
