"""How often a secret may be tried: delays grow, a crowded server forgives nothing, and nobody is shut out for good."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.throttle import ACCOUNT, ADDRESS, KEYS_MAX, PAIR, Key, Rule, Throttle

RULES = (PAIR, ADDRESS, ACCOUNT)
HERE: dict[Key, Rule] = {("pair", "li", "10.0.0.1"): PAIR}


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tried(throttle: Throttle, times: int, keys: dict[Key, Rule] = HERE) -> None:
    for _ in range(times):
        throttle.try_now(keys)


def test_each_try_too_many_makes_the_wait_longer() -> None:
    time = Time()
    throttle = Throttle(time)
    tried(throttle, PAIR.free - 1)
    assert throttle.wait_s(HERE) == 0
    waits = []
    for _ in range(12):
        tried(throttle, 1)
        waits.append(throttle.wait_s(HERE))
        time.now += waits[-1]
        assert throttle.wait_s(HERE) == 0
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == PAIR.longest_s


def test_a_colleague_elsewhere_and_a_right_try_wait_for_nothing() -> None:
    throttle = Throttle(Time())
    tried(throttle, 30)
    assert throttle.wait_s({("pair", "li", "10.0.0.2"): PAIR}) == 0
    throttle.succeeded(HERE)
    assert throttle.wait_s(HERE) == 0


def test_a_try_that_was_not_even_asked_counts_for_nothing_and_forgives_nothing() -> None:
    throttle = Throttle(Time())
    tried(throttle, PAIR.free + 3)
    before = throttle.wait_s(HERE)
    for _ in range(50):
        throttle.try_now(HERE)
        throttle.take_back(HERE)
    assert throttle.wait_s(HERE) >= before


@given(
    st.lists(
        st.tuples(
            st.sampled_from(RULES), st.sampled_from(["try", "right", "back"]), st.floats(0, 2000)
        )
    )
)
def test_the_wait_is_never_longer_than_the_rule_says(acts: list[tuple[Rule, str, float]]) -> None:
    time = Time()
    throttle = Throttle(time)
    for rule, act, later in acts:
        keys: dict[Key, Rule] = {("key", str(RULES.index(rule))): rule}
        {"try": throttle.try_now, "right": throttle.succeeded, "back": throttle.take_back}[act](
            keys
        )
        assert 0 <= throttle.wait_s(keys) <= rule.longest_s
        time.now += later


def test_an_attack_from_everywhere_fills_no_memory() -> None:
    throttle = Throttle(Time())
    for n in range(KEYS_MAX + 100):
        throttle.try_now({("address", str(n)): ADDRESS})
    assert throttle.wait_s({("address", "0"): ADDRESS}) == 0
    assert len(throttle._tries) == KEYS_MAX
