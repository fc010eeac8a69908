"""LobbyError and its few sentences, in the reader's language."""

from __future__ import annotations

from lobby.branch.names import Name

SENTENCES: dict[str, Name] = {
    "unknown_ticket": Name("没有这张票：{id}", "There is no ticket {id}"),
    "unknown_counter": Name("没有这个柜台：{id}", "There is no counter {id}"),
    "unknown_board": Name("没有这块显示屏：{id}", "There is no board {id}"),
    "unknown_kiosk": Name("没有这台取号机：{id}", "There is no kiosk {id}"),
    "unknown_printer": Name("没有这台打印机：{id}", "There is no printer {id}"),
    "unknown_alert": Name("没有待处理的提醒：{id}", "There is no open alert {id}"),
    "no_such_day": Name("{day} 没有营业记录", "The journal has nothing of {day}"),
    "unknown_slip": Name("没有这张小票：{id}", "There is no slip {id}"),
    "unknown_link": Name("链接无效或已过期", "This link is not valid or has expired"),
    "unknown_service": Name("没有这项业务：{id}", "There is no service {id}"),
    "unknown_area": Name("没有这个区域：{id}", "There is no area {id}"),
    "unknown_tier": Name("没有这个客户层级：{id}", "There is no tier {id}"),
    "unknown_need": Name("没有这种特殊需要：{id}", "There is no special need {id}"),
    "nobody_serves": Name(
        "{area}没有柜台能为该客户办理{service}", "No counter in {area} can serve {service} for this customer"
    ),
    "counter_cannot": Name("{counter}不办理这张票的业务", "{counter} cannot serve this ticket"),
    "ticket_state": Name("票 {number} 现在是“{state}”，不能{move}", "Ticket {number} is {state}: it cannot be {move}"),
    "counter_state": Name("{counter}现在是“{state}”，不能{move}", "{counter} is {state}: it cannot {move}"),
    "counter_busy": Name("{counter}还有票 {number}，请先办结", "{counter} still has ticket {number}: end it first"),
    "counter_idle": Name("{counter}现在没有客户", "{counter} has no customer now"),
    "recall_limit": Name("票 {number} 已重呼 {max} 次", "Ticket {number} was called again {max} times already"),
    "other_counter": Name("票 {number} 由{counter}保留", "Ticket {number} is kept for {counter}"),
    "on_step": Name("票 {number} 还在等另一步，请先唤回", "Ticket {number} waits for another step: wake it first"),
    "unknown_person": Name("员工名册中没有工号 {number}", "The register of staff has no number {number}"),
    "not_at_counters": Name(
        "工号 {number} 既不是柜员也不是大堂经理，不能在柜台签到",
        "{number} is neither teller nor lobby manager: nobody else signs on at a counter",
    ),
    "nobody_signed_on": Name(
        "{counter}尚未签到，请先输入工号", "Nobody is signed on at {counter}: give your staff number"
    ),
    "nothing_to_undo": Name("{counter}没有可以撤销的操作", "There is nothing to undo at {counter}"),
    "undo_late": Name("票 {number} 的操作已过 {s} 秒，不能撤销", "The act on {number} is over {s} s ago: it stays"),
    "undo_overtaken": Name(
        "票 {number} 之后又有变动，现在是“{state}”，不能撤销",
        "Something happened to {number} since: it is {state}, and the act stays",
    ),
    "saw_other": Name(
        "{counter}的情况刚刚变了，请看清后再按",
        "{counter} has just changed: please look, then press again",
    ),
    "visit_full": Name("一张票最多办理 {max} 项业务", "A ticket has at most {max} services"),
    "no_redraw": Name("票 {number} 不能重新取号", "Ticket {number} cannot be drawn again"),
    "redrawn": Name("票 {number} 已重新取号为 {other}", "Ticket {number} was drawn again as {other}"),
    "break_asked": Name("{counter}已申请休息", "{counter} asked for a break already"),
    "no_break_asked": Name("{counter}没有待答复的休息申请", "{counter} has asked for no break"),
    "no_appointments": Name("本网点不接受预约", "This branch takes no appointments"),
    "not_bookable": Name("{service}不需要预约，请直接来", "{service} needs no appointment: just come"),
    "no_such_slot": Name("{at} 不能预约", "{at} cannot be booked"),
    "slot_full": Name("{at} 已约满", "{at} is fully booked"),
    "unknown_appointment": Name("没有这个预约", "There is no such appointment"),
    "appointment_state": Name("这个预约现在是“{state}”", "This appointment is {state}"),
    "too_early": Name("预约时间是 {at}，提前 {min} 分钟起可签到", "Your time is {at}: check in from {min} min before"),
    "too_late": Name("{at} 的预约已过时，请直接取号", "The appointment at {at} has passed: please take a number"),
    "day_closed": Name("今天已停止取号", "The branch gives no more tickets today"),
    "feedback_given": Name("这张意见卡已经提交过", "This feedback card was handed in already"),
    "feedback_early": Name("开始办理后才能评价", "Your opinion is welcome once your service has begun"),
    "too_many": Name("操作过于频繁，请 {s} 秒后再试", "Too many tries: please try again in {s} s"),
    "too_deep": Name("JSON 嵌套超过 {max} 层", "JSON nests deeper than {max} levels"),
    "same_area": Name("票 {number} 已在该区域", "Ticket {number} is in that area already"),
    "clock_not_doubted": Name("电脑时钟没有需要确认的变动", "There is nothing to confirm about the computer's clock"),
    "same_day": Name("仍是 {day}，不能开始新的一天", "It is still {day}: no new day can begin"),
    "key_reused": Name("同一个幂等键用于了另一个请求", "This idempotency key was used for another request"),
    "bad_key": Name(
        "幂等键应为 1–128 个可打印的 ASCII 字符",
        "An idempotency key has 1 to 128 printable ASCII characters",
    ),
    "not_saved": Name(
        "没有保存成功，请重试或联系大堂经理",
        "It could not be saved; please try again or ask the lobby manager",
    ),
    "database_busy": Name(
        "另一个程序正占用数据库，请稍后重试", "Another program holds the database: try again in a moment"
    ),
    "database_damaged": Name(
        "数据库已损坏：请停止系统，用 lobby restore 恢复最近的备份",
        "The database is damaged: stop the branch and restore the latest backup with lobby restore",
    ),
    "disk_full": Name("磁盘已满，没有保存：请腾出空间", "The disk is full, nothing was saved: make room on it"),
    "slip_state": Name("小票 {id} 现在是“{state}”", "Slip {id} is {state}"),
    "stopping": Name("系统正在关闭", "The system is shutting down"),
}

WORDS: dict[str, Name] = {
    "waiting": Name("等候中", "waiting"),
    "called": Name("已叫号", "called"),
    "serving": Name("办理中", "being served"),
    "parked": Name("暂存", "parked"),
    "served": Name("已办结", "served"),
    "no_show": Name("过号", "a no-show"),
    "cancelled": Name("已取消", "cancelled"),
    "diverted": Name("已分流", "diverted"),
    "booked": Name("已预约", "booked"),
    "kept": Name("已签到", "checked in"),
    "open": Name("开放", "open"),
    "paused": Name("暂停", "paused"),
    "closed": Name("关闭", "closed"),
    "call": Name("叫号", "called"),
    "recall": Name("重呼", "called again"),
    "start": Name("开始办理", "started"),
    "finish": Name("办结", "finished"),
    "mark_no_show": Name("记为过号", "marked as a no-show"),
    "park": Name("暂存", "parked"),
    "resume": Name("恢复", "resumed"),
    "transfer": Name("转移", "transferred"),
    "divert": Name("分流", "diverted"),
    "retier": Name("更正层级", "moved to another tier"),
    "cancel": Name("取消", "cancelled"),
    "reprint": Name("补打", "reprinted"),
    "move": Name("调整次序", "moved in line"),
    "return": Name("恢复排队", "put back in line"),
    "redraw": Name("重新取号", "drawn again"),
    "extend": Name("增加业务", "given another service"),
    "break": Name("申请休息", "ask for a break"),
    "next": Name("叫下一位", "call the next customer"),
    "pause": Name("暂停", "pause"),
    "close": Name("关闭", "close"),
}


class LobbyError(Exception):
    """What the lobby refuses, and why. `params` fill the sentence; a `Name` among them is put in the
    reader's language, a word of WORDS is translated."""

    status = 400

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """The sentence in `zh` or `en`."""
        return SENTENCES[self.code].in_(lang).format(**{k: _word(v, lang) for k, v in self.params.items()})


def _word(value: object, lang: str) -> str:
    if isinstance(value, Name):
        return value.in_(lang)
    text = str(value)
    return WORDS[text].in_(lang) if text in WORDS else text


class NotFound(LobbyError):
    """No such thing: 404."""

    status = 404


class Conflict(LobbyError):
    """The state does not allow it: 409."""

    status = 409


class Invalid(LobbyError):
    """A value does not fit: 422, naming the field."""

    status = 422

    def __init__(self, code: str, field: str, **params: object) -> None:
        self.field = field
        super().__init__(code, **params)


class TooMany(LobbyError):
    """More than one asker may do: 429, and in how many seconds to come again. Nothing changed."""

    status = 429

    def __init__(self, retry_s: int) -> None:
        self.retry_s = retry_s
        super().__init__("too_many", s=retry_s)


class Unavailable(LobbyError):
    """It could not be made durable: 503. Nothing changed."""

    status = 503
