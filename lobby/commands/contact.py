"""How somebody is reached: what is refused because nobody could be, and which way a contact allows."""

from __future__ import annotations

from lobby.branch.telephone import can_reach, has_telephone
from lobby.errors import Invalid
from lobby.events import ReplyBy


def must_reach(text: str, field: str, by: ReplyBy = ReplyBy.NONE) -> None:
    """Raises Invalid for a contact by which nobody is reached. Without one nobody is to be."""
    reaches = has_telephone if by is ReplyBy.TELEPHONE else can_reach
    if text.strip() and not reaches(text):
        raise Invalid("no_telephone", field)


def way_to(contact: str) -> ReplyBy:
    """How a customer is answered who left this."""
    if has_telephone(contact):
        return ReplyBy.TELEPHONE
    if "@" in contact:
        return ReplyBy.EMAIL
    return ReplyBy.MESSAGE if contact else ReplyBy.NONE
