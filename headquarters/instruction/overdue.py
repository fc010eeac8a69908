"""Work orders that are overdue are alarms of their branches, until they are answered, closed or withdrawn."""

from __future__ import annotations

from datetime import date

import psycopg

from headquarters.alarms import clear, raise_alarms, standing
from headquarters.journal.judging import Alarm, AlarmKind
from lobby.events.instruction import InstructionKind

LATE = """
    SELECT i.branches[1], min(i.document ->> 'deadline'), count(*)
    FROM instruction AS i
    LEFT JOIN LATERAL (
        SELECT journal, case_id FROM received_instruction AS r
        WHERE r.branch = i.branches[1] AND r.id = i.id ORDER BY journal DESC LIMIT 1
    ) AS r ON true
    LEFT JOIN complaint AS c ON c.branch = i.branches[1] AND c.journal = r.journal AND c.id = r.case_id
    WHERE i.kind = %s AND i.withdrawn_at IS NULL AND i.document ->> 'deadline' < %s
    AND c.answered_at IS NULL AND c.closed_at IS NULL
    GROUP BY i.branches[1]
"""


def settle(db: psycopg.Connection, today: date) -> None:
    """Raise the alarms that are missing, and clear those that are over."""
    row = db.execute("SELECT to_regclass('received_instruction'), to_regclass('complaint')")
    if not all(row.fetchone() or [None]):
        return
    rows = db.execute(LATE, [InstructionKind.ORDER, today.isoformat()]).fetchall()
    late = {branch: {"since": since, "orders": orders} for branch, since, orders in rows}
    told = {one.branch for one in standing(db) if one.kind == AlarmKind.ORDER_LATE}
    fresh = [code for code in late if code not in told]
    raise_alarms(db, [Alarm(code, AlarmKind.ORDER_LATE, late[code]) for code in fresh])
    for code in told - late.keys():
        clear(db, code, AlarmKind.ORDER_LATE)
