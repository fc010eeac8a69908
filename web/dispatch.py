"""From a request to the writer and back: who asks, under which idempotency key, and the links added."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import date
from typing import cast

from flask import current_app, g, request

from lobby.commands.base import Command, CounterCommand, P, Who
from lobby.customers.tiering import TierAssignment
from lobby.engine.keys import FINGERPRINTS
from lobby.engine.links import Tokens
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import Answer, By
from lobby.errors import Invalid, NotFound
from lobby.state.ticket import Ticket
from lobby.views import fields
from lobby.views.ticket import StaffTicketView, TicketView
from web.access import Principal
from web.budgets import branch_budgets, spend
from web.loop import in_background, in_thread, wait
from web.roles import current, may
from web.transport.client import client_key

__all__ = [
    "Answer",
    "as_asked",
    "asking",
    "do",
    "do_at",
    "do_piece",
    "holds",
    "look_now",
    "own_number",
    "prefetch",
    "read_link",
    "recognise",
    "runtime",
    "ticket_answer",
    "ticket_for_customer",
    "ticket_now",
    "today",
    "who",
]
KEY_MAX = 128


def runtime() -> BranchRuntime:
    branch_runtime: BranchRuntime = current_app.extensions["runtime"]
    return branch_runtime


def do(command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> Answer:
    """Have the branch do it for who asks. Raises LobbyError."""
    return wait(runtime().writer.submit(_who_asks(), command, *args, **kwargs))


def do_at(command: CounterCommand[P], counter: str, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
    """Have the branch do it at this counter for who asks. Raises LobbyError."""
    who = replace(_who_asks(), counter=counter)
    return wait(runtime().writer.submit(who, command, counter, *args, **kwargs))


def do_piece(command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> Answer:
    """As `do`, for a part of what is asked: under no idempotency key, which would make the next part its repetition."""
    return wait(runtime().writer.submit(asking(), command, *args, **kwargs))


def asking() -> By:
    """Who asks, without a key."""
    return _actor(current())


def look_now() -> None:
    """Have the alerts looked at, and the day turned if it is time. Nobody waits for it."""
    runtime().writer.submit(By("watch"), runtime().alert_monitor.look)


def _who_asks() -> By:
    by = asking()
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return by
    if 0 < len(key) <= KEY_MAX and key.isascii() and key.isprintable():
        return replace(by, key=key, fingerprint=_fingerprint(by.actor))
    raise Invalid("bad_key", "Idempotency-Key")


def _actor(principal: Principal | None) -> By:
    if principal is None:
        return By("customer")
    return By(principal.name, person=own_number(principal), session=principal.session)


def who() -> Who:
    """Who asks, for a command that weighs it. Only behind a grant of staff."""
    principal = current()
    assert principal is not None
    return Who(principal.name, principal.role, own_number(principal))


def own_number(principal: Principal) -> str | None:
    """The staff number of the one person whose account it is, as the register of staff has it."""
    return runtime().branch.staff_number(principal.staff_number)


def _fingerprint(actor: str) -> str:
    """A keyed hash: a card number in the body cannot be found out by trying all of them."""
    request_line = f"{actor}\n{request.method}\n{request.full_path}\n".encode()
    return hmac.digest(
        runtime().keys.of(FINGERPRINTS), request_line + request.get_data(), hashlib.sha256
    ).hex()


def recognise(customer: str) -> TierAssignment:
    """How who showed this to a reader is sorted; a directory that may take its time is asked in a thread."""
    recognises = runtime().recognise
    if customer and runtime().customers.blocks:
        return in_thread(recognises, customer)
    return recognises(customer)


def prefetch(customer: str) -> None:
    """Have the directory looked up while the customer still chooses: taking the number then waits for nothing."""
    if runtime().customers.blocks:
        in_background(runtime().recognise, customer)


def ticket_answer(answer: Answer) -> TicketView:
    return as_asked(answer.data["ticket"])


def as_asked(view: StaffTicketView) -> TicketView:
    """The ticket as who asks may see it: its tier is for staff, its links are for its customer."""
    if may("staff") and not g.get("holder"):
        return cast(TicketView, view)
    return ticket_for_customer(view)


def ticket_for_customer(view: StaffTicketView) -> TicketView:
    """The customer's ticket, with its links."""
    return {**fields.for_customer(view), "links": runtime().links.of_ticket(view["id"])}


def ticket_now(id: str) -> StaffTicketView | None:
    """The whole ticket as it is; None if it is not of today."""
    with runtime().writer.published() as state:
        ticket: Ticket | None = state.tickets.get(id)
        if ticket:
            return runtime().views.ticket(state, ticket)
        return None


def today() -> date:
    """The branch's day."""
    return runtime().branch.day_of(runtime().clock())


def read_link(tokens: Tokens, token: str) -> str:
    """The id that the link's token stands for. Only who tries links that nobody was given meets a limit: behind one
    address of a telephone network stand many who have a true one. Raises NotFound, or TooMany."""
    try:
        return tokens.read(token)
    except NotFound:
        spend(branch_budgets().forged, client_key())
        raise


def holds(tokens: Tokens, id: str) -> bool:
    """Whether who asks has the link's token (`?token=`) of this ticket or appointment."""
    token = request.args.get("token", "")
    g.holder = hmac.compare_digest(tokens.of(id).encode(), token.encode())
    return bool(g.holder)
