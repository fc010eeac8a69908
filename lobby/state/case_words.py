"""What people call the kinds of a case that have no code of JR/T 0169-2018, on pages, and in lists that are taken
in and given out."""

from __future__ import annotations

from collections.abc import Mapping

from lobby.branch.deadlines import Severity
from lobby.events import Channel, ReplyBy, Result
from lobby.state.case import CaseStatus
from lobby.texts import Text

CHANNELS: Mapping[str, Text] = {
    Channel.CARD: Text("Feedback card"),
    Channel.TELEPHONE: Text("Telephone call"),
    Channel.ON_THE_SPOT: Text("On the spot"),
    Channel.OPINION_BOOK: Text("Opinion book"),
    Channel.LETTER: Text("Letter"),
    Channel.HOTLINE: Text("Hotline work order"),
    Channel.REGULATOR: Text("Regulator 12378"),
    Channel.CITIZENS: Text("Citizens' hotline 12345"),
    Channel.GROUP: Text("Group visit"),
}
SEVERITIES: Mapping[str, Text] = {
    Severity.SIMPLE: Text("simple"),
    Severity.COMPLEX: Text("complex"),
    Severity.MAJOR: Text("major"),
}
STATUSES: Mapping[str, Text] = {
    CaseStatus.OPEN: Text("being handled"),
    CaseStatus.PAUSED: Text("clock stopped"),
    CaseStatus.ANSWERED: Text("answered"),
    CaseStatus.REVIEWED: Text("reviewed"),
    CaseStatus.CLOSED: Text("case closed"),
    CaseStatus.JOINED: Text("joined to another"),
}
RESULTS: Mapping[str, Text] = {
    Result.SETTLED: Text("settled"),
    Result.EXPLAINED: Text("explained, and understood"),
    Result.DISPUTED: Text("the customer does not agree"),
    Result.WITHDRAWN: Text("withdrawn by the customer"),
    Result.PASSED_ON: Text("passed on to whom it concerns"),
}
REPLIES: Mapping[str, Text] = {
    ReplyBy.TELEPHONE: Text("by telephone"),
    ReplyBy.MESSAGE: Text("by message"),
    ReplyBy.LETTER: Text("by letter"),
    ReplyBy.EMAIL: Text("by e-mail"),
    ReplyBy.IN_PERSON: Text("in person"),
    ReplyBy.NONE: Text("no answer wanted"),
}
