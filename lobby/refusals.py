"""What a refusal says, by its code; `{name}` is filled in from the refusal's values."""

from __future__ import annotations

from lobby.refusals_of_headquarters import OF_HEADQUARTERS
from lobby.texts import Text

SENTENCES: dict[str, Text] = {
    **OF_HEADQUARTERS,
    "unknown_ticket": Text("There is no ticket {id}"),
    "unknown_counter": Text("There is no counter {id}"),
    "unknown_board": Text("There is no board {id}"),
    "unknown_kiosk": Text("There is no kiosk {id}"),
    "unknown_printer": Text("There is no printer {id}"),
    "unknown_inspection": Text("There is no inspection {id} of the last two weeks"),
    "unknown_item": Text("The inspection has no item {id}"),
    "board_dark": Text("No screen shows {board}: switch on the screen and its computer"),
    "board_mute": Text("{board} has no sound: voice = false of config.toml says so"),
    "volume_off": Text(
        "Calls are only shown at this time of day: [[volume]] of config.toml says so"
    ),
    "not_tested": Text("This has not been tested today"),
    "clip_unreadable": Text(
        "This is no sound that can be read: record it here, or choose another file"
    ),
    "clip_silent": Text("Nothing is to be heard in it: look at the microphone and record it again"),
    "clip_long": Text("It is longer than {seconds} seconds: say the one word alone"),
    "clip_distorted": Text(
        "It is too loud and sounds distorted: hold the microphone farther away and record it again"
    ),
    "unknown_word": Text("The calls of this branch have no word {id}"),
    "no_recording": Text("There is no recording of this word"),
    "words_missing": Text("Not recorded yet: {words}"),
    "unknown_speaker": Text("There is no speaker {id}"),
    "voice_not_installed": Text(
        "The neural voice is not installed: make voice installs it, see docs/boards.md"
    ),
    "voice_silent": Text("This voice does not speak: {why}"),
    "nothing_due": Text("Nothing is due today: all standards were looked at in time"),
    "side_not_asked": Text("This item is not checked in that way: choose self-check or peer check"),
    "same_person": Text("{number} has marked this item already: another person must check it too"),
    "anothers_mark": Text("This is the mark of {number}: only that person can correct it"),
    "correction_reason": Text("This corrects a mark: say why"),
    "nothing_to_agree": Text("Self-check and peer check do not differ here"),
    "nothing_broken": Text("Nobody marked this standard as not kept"),
    "finding_settled": Text("This finding is settled already"),
    "no_open_finding": Text("There is no open finding here"),
    "bad_span": Text("Choose at most {max} days, the first before the last"),
    "day_past": Text("The day is past: choose today or later"),
    "own_finding": Text("You own this finding: another person must confirm that it is put right"),
    "no_photo": Text("This picture cannot be used: take a JPEG or PNG photo"),
    "unknown_alert": Text("There is no open alert {id}"),
    "unknown_catalogue": Text("The branch never had a catalogue of standards with the digest {id}"),
    "unknown_measure": Text("There is no measure {id}"),
    "unknown_unit": Text("There is no unit {id}"),
    "unknown_branch": Text("There is no branch {id}"),
    "not_charted": Text("The measure {id} has no chart of days: a quantile is not kept day by day"),
    "not_comparable": Text("Branches are compared by shares, and the measure {id} is none"),
    "no_such_day": Text("The journal has nothing of {day}"),
    "unknown_slip": Text("There is no slip {id}"),
    "unknown_link": Text("This link is not valid or has expired"),
    "unknown_service": Text("There is no service {id}"),
    "unknown_area": Text("There is no area {id}"),
    "unknown_tier": Text("There is no tier {id}"),
    "unknown_need": Text("There is no special need {id}"),
    "nobody_serves": Text("No counter in {area} can serve {service} for this customer"),
    "counter_cannot": Text("{counter} cannot serve this ticket"),
    "ticket_state": Text("Ticket {number} is {state}: it cannot be {move}"),
    "counter_state": Text("{counter} is {state}: it cannot {move}"),
    "counter_busy": Text("{counter} still has ticket {number}: finish it first"),
    "counter_idle": Text("{counter} has no customer now"),
    "recall_limit": Text("Ticket {number} was called again {max} times already"),
    "other_counter": Text("Ticket {number} is kept for {counter}"),
    "on_step": Text("Ticket {number} is held for another step: bring it back first"),
    "unknown_person": Text("Nobody who works here has the number or account {number}"),
    "not_at_counters": Text(
        "{number} is neither a teller nor a lobby manager: only they can sign on at a counter"
    ),
    "nobody_signed_on": Text("Nobody is signed on at {counter}: enter your staff number"),
    "another_serves": Text(
        "Somebody else is signed on at {counter}: only that person or the lobby manager can do this"
    ),
    "serves_elsewhere": Text(
        "You still have ticket {number} at {counter}: end it there, then sign on here; if somebody "
        "else signed on there with your number, ask the lobby manager"
    ),
    "nothing_to_undo": Text("There is nothing to undo at {counter}"),
    "nothing_to_undo_on": Text("There is nothing to undo on {number}"),
    "is_coming": Text("{number} said to be coming: a no-show can be marked in {s} s"),
    "no_push_service": Text("This browser cannot be notified: its push service is not supported"),
    "no_gateway": Text("This branch sends no messages to telephones"),
    "undo_other": Text("Something else was done since: nothing was undone"),
    "undo_late_at": Text("More than {s} s have passed: it can no longer be undone"),
    "undo_late": Text(
        "More than {s} s have passed since the act on {number}: it can no longer be undone"
    ),
    "undo_superseded": Text(
        "{number} has changed since: it is {state}, and the act can no longer be undone"
    ),
    "saw_other": Text("{counter} has just changed: please look, then press again"),
    "visit_full": Text("A ticket has at most {max} services"),
    "no_redraw": Text("Ticket {number} cannot get a new number"),
    "redrawn": Text("Ticket {number} already has the new number {other}"),
    "break_asked": Text("{counter} has already asked for a break"),
    "no_break_asked": Text("{counter} has not asked for a break"),
    "no_appointments": Text("This branch takes no appointments"),
    "not_bookable": Text("{service} needs no appointment: just come"),
    "no_such_slot": Text("{at} cannot be booked"),
    "slot_full": Text("{at} is fully booked"),
    "unknown_appointment": Text("There is no such appointment"),
    "appointment_state": Text("This appointment is {state}"),
    "too_early": Text("Your time is {at}: check in from {min} min before"),
    "too_late": Text("The appointment at {at} has passed: please take a number"),
    "day_closed": Text(
        "The branch gives no more numbers today. Numbers are given again on the next opening day."
    ),
    "closed_now": Text("The branch is closed now. It opens {opens}."),
    "numbers_over": Text(
        "No more numbers for now; whoever has one is served. Numbers are given again {opens}."
    ),
    "closed_today": Text("The branch gives no more numbers today. It opens {opens}."),
    "not_served": Text("{service} is served again {opens}."),
    "closed_then": Text("The branch is closed at {at}: please choose another time"),
    "feedback_given": Text("This feedback card was handed in already"),
    "feedback_closed": Text("The feedback card is closed"),
    "feedback_early": Text("Your opinion is welcome once your service has begun"),
    "too_many": Text("Too many tries: please try again in {s} s"),
    "not_on_screen": Text("No kiosk of this branch shows these words"),
    "too_deep": Text("JSON nests deeper than {max} levels"),
    "machines_need": Text(
        "The customer of {number} has a special need: ask in person, not by phone"
    ),
    "machines_declined": Text("The customer of {number} prefers to wait, and is not asked again"),
    "no_machines": Text("No machine can do the business of {number}"),
    "not_offered": Text("Nobody is asking {number} to go to the machines"),
    "open_already": Text("{counter} is already open"),
    "no_opening_asked": Text("Nobody is asking for {counter} to be opened"),
    "lend_closed": Text("{counter} is closed: only a counter at work is lent to another area"),
    "lend_home": Text("{counter} serves {area} anyway"),
    "lend_cannot": Text("{counter} does no business of {area}"),
    "counter_home": Text("{counter} is lent to no other area"),
    "same_area": Text("Ticket {number} is in that area already"),
    "clock_not_doubted": Text("There is nothing to confirm about the computer's clock"),
    "same_day": Text("It is still {day}: no new day can begin"),
    "key_reused": Text("This idempotency key was used for another request"),
    "bad_key": Text("An idempotency key has 1 to 128 printable ASCII characters"),
    "not_saved": Text("It could not be saved; please try again or ask the lobby manager"),
    "database_busy": Text("Another program holds the database: try again in a moment"),
    "database_damaged": Text(
        "The database is damaged: stop the branch and restore the latest backup with lobby restore"
    ),
    "tables_damaged": Text(
        "A row of the tables that are made from the journal is damaged: "
        "stop the branch, run lobby rebuild, and start again"
    ),
    "database_replaced": Text(
        "The database file was replaced or moved away, nothing was saved: "
        "stop the branch, put the right file in its place, and start again"
    ),
    "disk_full": Text("The disk is full, nothing was saved: make room on it"),
    "list_taken_in_part": Text(
        "The list is kept, but only a part of it is in yet: the next start takes the rest, or send it again"
    ),
    "unknown_case": Text("There is no case {id}"),
    "unknown_promise": Text("The case has no open promise {id}"),
    "case_state": Text("Case {number} is {state}: it cannot be {move}"),
    "own_matter": Text(
        "Case {number} is about your own work: somebody else handles it. Ask your superior to assign it"
    ),
    "not_handler": Text("Your role does not handle this case"),
    "not_superior": Text(
        "Case {number} needs a superior of whoever answered, and one who never owned it"
    ),
    "extension_unapproved": Text(
        "More time for case {number} is approved by the service office or the head of the branch,"
        " by somebody who never owned it"
    ),
    "receipt_unapproved": Text(
        "A later receipt gives case {number} more time: the service office or the head of the branch corrects so,"
        " somebody who never owned it"
    ),
    "pause_unapproved": Text(
        "Case {number} is major or the regulator's: the service office or the head of the branch stops its clock,"
        " somebody who never owned it"
    ),
    "second_pause_unapproved": Text(
        "The clock of case {number} was stopped before: the service office or the head of the branch stops it again,"
        " somebody who never owned it"
    ),
    "late_promise_unapproved": Text(
        "The promise in case {number} is late: the service office or the head of the branch withdraws it,"
        " somebody who never owned it"
    ),
    "withdrawal_unapproved": Text(
        "Case {number} is major or the regulator's: the service office or the head of the branch ends it unanswered,"
        " somebody who never owned it"
    ),
    "owner_concerned": Text(
        "Whoever served the visit or is complained about cannot own the case: choose somebody else"
    ),
    "no_readers": Text("A confidential case names who may read it"),
    "aim_group": Text(
        "The figure “{measure}” is not given for such a group: leave the group out, or choose"
        " another figure"
    ),
    "title_personal": Text(
        "The title stands in lists and bulletins: no telephone, card or identity number in it. The causes are the"
        " place for it, they are sealed"
    ),
    "own_due_day": Text("It is yours, or was: another person puts it off"),
    "put_off_long": Text("Nothing is put off for more than a quarter: choose a day until {day}"),
    "cannot_own": Text("The role of {number} cannot own this: choose somebody else"),
    "unknown_code": Text("There is no code {id}"),
    "in_future": Text("This day or time is in the future"),
    "in_past": Text("This day has passed"),
    "before_rules": Text("No rule for complaints was in force on this day: check the year"),
    "pause_day": Text("A pause ends by itself: choose its last day, within {days} days"),
    "class_missing_cause": Text("Case {number} cannot be closed without its cause: enter it"),
    "class_missing_business": Text(
        "Case {number} cannot be closed without its kind of business: enter it"
    ),
    "class_missing_cause_business": Text(
        "Case {number} cannot be closed without its cause and its kind of business: enter both"
    ),
    "promise_open": Text(
        "Case {number} has a promise that is not kept: keep it or withdraw it, then close"
    ),
    "cannot_join": Text("This case cannot be joined to case {number}"),
    "case_long_closed": Text(
        "Case {number} was closed more than a year ago: nothing is joined to it any more."
        " Handle this case by itself, and note that number"
    ),
    "too_many_files": Text("No more files fit the case: {max} at most"),
    "extended_already": Text("Case {number} was given more time already"),
    "must_be_told": Text("Say how the customer was told"),
    "another_way": Text(
        "The customer asked to be answered {way}: answer so, or correct the case first"
    ),
    "file_too_large": Text("A file has at most {mb} MB"),
    "unknown_form": Text("Only PDF, PNG, JPEG, MP3 and Ogg files are kept"),
    "unknown_file": Text("The case has no file {id}"),
    "file_erased": Text("This file was erased with the personal data of its case"),
    "file_lost": Text(
        "This file is no longer in its place, or is damaged: "
        "put it back from the copy of the folder attachments"
    ),
    "no_telephone": Text(
        "This number cannot be dialled: a mobile has 11 digits, a landline begins with its area code"
    ),
    "reason_needed": Text("Say why, in words that somebody else understands"),
    "card_of_customer": Text("The card is for the customer's hand: staff cannot hand one in"),
    "no_contact": Text(
        "We have no contact details of yours: they were withdrawn, or you left none"
    ),
    "opinion_late": Text("Your service has begun: the feedback card is open"),
    "opinions_enough": Text("Your words are with the lobby manager, who will come to you"),
    "recording_missing": Text(
        "Ticket {number} needs its recording first: give product and reference, or say why nothing was sold"
    ),
    "nothing_to_record": Text("What {counter} serves now needs no recording"),
    "no_recording_awaited": Text("Ticket {number} waits for no recording"),
    "override_unnamed": Text(
        "Only a lobby manager with a staff number can waive or correct a recording: sign in "
        "with an account of your own"
    ),
    "judge_unnamed": Text(
        "Whoever judges other people's work does so by name: sign in with an account that has"
        " your staff number"
    ),
    "unknown_sale": Text("There is no recorded sale {id}"),
    "product_form": Text("A product code has 1 to 32 letters, digits, dots, lines or underscores"),
    "reference_form": Text("This is not the reference of a recording; one looks like {example}"),
    "reference_used": Text("{reference} is another customer's recording: look at the number again"),
    "slip_state": Text("Slip {id} is {state}"),
    "nobody_came": Text(
        "Nobody is at the counter for {number} yet: wait, call again, or mark a no-show"
    ),
    "unknown_thing": Text("The branch lends no {id}"),
    "borrower_missing": Text("Give the number of the customer's ticket, or describe the customer"),
    "unknown_number": Text("Nobody has the number {number} today"),
    "none_left": Text("{thing}: none is left to lend"),
    "due_past": Text("Choose a time of return that is later than now"),
    "unknown_loan": Text("There is no loan {id}"),
    "not_lent": Text("This thing is not lent now"),
    "need_missing": Text("Choose at least one special need"),
    "unknown_aid": Text("The branch has no aid {id}"),
    "unknown_visit": Text("There is no announced visit {id}"),
    "visit_over": Text("This visit has ended: the customer came, or called it off"),
    "day_ahead": Text("{day} is in the future"),
    "follow_up_day": Text(
        "{day} cannot be the day of the talk: choose one from today to three months ahead"
    ),
    "own_incident": Text(
        "Somebody else cares for you here: ask a colleague or the head of the branch"
    ),
    "nobody_cared": Text("Write down first what was done for the person"),
    "incident_closed": Text("This incident is closed"),
    "unknown_incident": Text("There is no incident {id}"),
    "compliment_given": Text("This card was passed on already"),
    "praised_missing": Text("Choose whom the compliment is about"),
    "unknown_compliment": Text("There is no compliment {id}"),
    "one_of_three": Text("An announcement, a work order or a corrective action, and one of them"),
    "instruction_too_large": Text("It is larger than {kb} KB: take smaller or fewer pictures"),
    "nobody_owns": Text("Nobody here can own a corrective action"),
    "one_toml": Text(
        "The folder needs one file of the kind .toml at its top; a catalogue of standards is a .csv, or in a folder"
    ),
    "configuration_wrong": Text("Nothing was sent. {wrong}"),
    "file_no_base64": Text("The file {name} did not arrive whole: choose the folder again"),
    "nobody_lacks_it": Text("No branch refused this or runs with something else"),
    "no_branches": Text("It is for no branch: choose a unit or a branch"),
    "order_for_one": Text("A work order is for one branch"),
    "order_exists": Text("There is a work order {number} already: withdraw it first"),
    "unknown_instruction": Text("There is no instruction {id} on its way"),
    "headquarters_key": Text("Headquarters cannot sign: see the log, and the file instruction.key"),
    "unknown_announcement": Text("No announcement {id} is shown"),
    "unknown_note": Text("There is no note {id}"),
    "unknown_panel": Text("There is no panel {id}"),
    "unknown_guest": Text("Nobody is invited for ticket {id}"),
    "period_reversed": Text("The period ends before it begins"),
    "panel_full": Text("All {size} places are taken: draw again when somebody declines"),
    "nobody_to_invite": Text(
        "Nobody is left to invite: choose a longer period, or wait for more cards with consent"
    ),
    "panel_state": Text("This panel is {state}"),
    "panel_not_held": Text("The panel has not taken place yet"),
    "panel_early": Text("The panel is on {day}: it cannot have taken place yet"),
    "invitation_state": Text("This invitation is {state}: it cannot become {move}"),
    "contact_erased": Text("The contact details are erased: this customer cannot be reached"),
    "unknown_action": Text("There is no corrective action {id}"),
    "action_over": Text("This action is done or cancelled: choose one that is still to be done"),
    "action_state": Text("This action is {state}: it cannot be {move}"),
    "owner_proves": Text("Only its owner, {owner}, can report it as done"),
    "own_action": Text("You own it: another person says that it is not needed any more"),
    "another_checks": Text("Another person checks it: nobody who ever owned it"),
    "proof_missing": Text("Say how it can be seen that it is done, or name a document or picture"),
    "change_day": Text("Give the day of the change: since the action was opened, until today"),
    "due_day": Text("{day} cannot be chosen: take a day from today to a year ahead"),
    "unknown_source": Text("There is no {id} that an action could be opened from"),
    "no_course": Text("There is nothing to compare: no figure, or no change yet"),
    "unknown_cause": Text("There is no cause {id}"),
    "unknown_standard": Text("There is no standard {id}"),
    "stopping": Text("The system is shutting down"),
}
