//! What is wanted of a sent message, in any order and with any answers.

use uuid::Uuid;

use super::*;

const CHAT: ChatId = ChatId(Uuid::from_u128(1));
const MESSAGE: MessageId = MessageId(Uuid::from_u128(2));
const PLACE: (ChatId, MessageId) = (CHAT, MESSAGE);

fn steps(changes: &mut MessageChanges, now_ms: i64) -> Vec<Wish> {
    let steps = changes.steps(now_ms, |_| true).into_iter();
    steps.map(|(_, _, wish)| wish).collect()
}

/// The question that was asked last.
fn newest(changes: &MessageChanges) -> (MessageId, u64) {
    (MESSAGE, changes.number)
}

fn done(changes: &mut MessageChanges) {
    changes.done(MESSAGE, changes.number);
}

fn edit(changes: &mut MessageChanges, text: &str) {
    changes.edit(PLACE, (text.to_owned(), 1), None, false);
}

fn error(code: ErrorCode, is_retryable: bool) -> RelayError {
    RelayError {
        retryable: is_retryable,
        ..RelayError::of(code, "refused")
    }
}

fn text(text: &str) -> Wish {
    Wish::Edit(text.to_owned(), None)
}

#[test]
fn of_several_edits_the_last_is_told_and_a_newer_one_after_it() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    edit(&mut changes, "2");
    assert_eq!(steps(&mut changes, 0), [text("2")]);
    edit(&mut changes, "3");
    assert_eq!(steps(&mut changes, 0), []);
    done(&mut changes);
    assert_eq!(steps(&mut changes, 0), [text("3")]);
    done(&mut changes);
    assert!(changes.get(MESSAGE).is_none());
}

#[test]
fn a_deletion_swallows_what_was_wanted() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    changes.react(PLACE, ("👍", true), false);
    changes.delete(CHAT, MESSAGE);
    assert_eq!(steps(&mut changes, 0), [Wish::Delete]);
    done(&mut changes);
    assert!(changes.get(MESSAGE).is_none());
}

#[test]
fn a_reaction_that_is_taken_back_before_it_was_told_is_never_told() {
    let mut changes = MessageChanges::default();
    changes.react(PLACE, ("👍", true), false);
    changes.react(PLACE, ("👍", false), true);
    assert_eq!(steps(&mut changes, 0), []);
    assert!(changes.get(MESSAGE).is_none());
    changes.react(PLACE, ("👍", true), false);
    assert_eq!(steps(&mut changes, 0).len(), 1);
    // Under way: what the server has is not known.
    changes.react(PLACE, ("👍", false), true);
    done(&mut changes);
    assert_eq!(
        steps(&mut changes, 0),
        [Wish::React("👍".to_owned(), false)]
    );
}

#[test]
fn what_has_no_answer_is_asked_again() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    assert_eq!(steps(&mut changes, 0).len(), 1);
    assert_eq!(changes.deadline_ms(|_| true), Some(ACK_MS));
    assert_eq!(steps(&mut changes, ACK_MS).len(), 1);
    changes.abandon();
    assert_eq!(steps(&mut changes, ACK_MS).len(), 1);
    let busy = RelayError {
        retry_after_ms: Some(700),
        ..error(ErrorCode::RateLimited, true)
    };
    let asked = newest(&changes);
    changes.failed(asked, busy, ACK_MS, 1.0);
    assert_eq!(steps(&mut changes, ACK_MS + 699), []);
    assert_eq!(steps(&mut changes, ACK_MS + 700).len(), 1);
}

#[test]
fn nothing_is_told_before_the_message_itself() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    assert!(changes.steps(0, |_| false).is_empty());
    assert_eq!(changes.deadline_ms(|_| false), None);
}

#[test]
fn what_is_refused_is_told_until_it_is_tried_again_or_dropped() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    changes.react(PLACE, ("👍", true), false);
    steps(&mut changes, 0);
    let asked = newest(&changes);
    changes.failed(asked, error(ErrorCode::EditTooLate, false), 0, 1.0);
    let change = changes.get(MESSAGE).expect("is remembered");
    assert_eq!(
        change.refused().map(|(_, error)| error.code),
        Some("edit_too_late")
    );
    // The rest goes on.
    assert_eq!(steps(&mut changes, 0), [Wish::React("👍".to_owned(), true)]);
    done(&mut changes);
    changes.retry(MESSAGE);
    assert_eq!(steps(&mut changes, 0), [text("1")]);
    let asked = newest(&changes);
    changes.failed(asked, error(ErrorCode::EditTooLate, false), 0, 1.0);
    changes.cancel(MESSAGE);
    assert!(changes.get(MESSAGE).is_none());
}

#[test]
fn what_was_wanted_of_a_message_that_is_gone_is_dropped() {
    for code in [ErrorCode::NotFound, ErrorCode::MessageDeleted] {
        let mut changes = MessageChanges::default();
        edit(&mut changes, "1");
        changes.react(PLACE, ("👍", true), false);
        steps(&mut changes, 0);
        let asked = newest(&changes);
        changes.failed(asked, error(code, false), 0, 1.0);
        assert!(changes.get(MESSAGE).is_none());
    }
}

/// What the next run of the program reads of it.
fn restarted(before: &mut MessageChanges) -> MessageChanges {
    let mut after = MessageChanges::default();
    after.restore(CHAT, kept(before));
    after
}

fn kept(before: &mut MessageChanges) -> crate::state::kept::KeptChange {
    let mut written = crate::state::kept::Changes::default();
    before.take_unkept(&mut written);
    let json = serde_json::to_string(&written.outgoing[0]).expect("json");
    let read = crate::state::kept::KeptOutgoing::from_json(json.as_bytes()).expect("reads");
    assert_eq!(read, written.outgoing[0]);
    let crate::state::kept::KeptItem::Change(kept) = read.item else {
        panic!("another kind");
    };
    kept
}

#[test]
fn what_an_earlier_run_has_left_goes_on_under_what_is_wanted_now() {
    let mut before = MessageChanges::default();
    edit(&mut before, "old");
    before.react(PLACE, ("👍", true), false);
    let mut now = MessageChanges::default();
    edit(&mut now, "new");
    now.restore(CHAT, kept(&mut before));
    assert_eq!(steps(&mut now, 0), [text("new")]);
    done(&mut now);
    assert_eq!(steps(&mut now, 0), [Wish::React("👍".to_owned(), true)]);
}

#[test]
fn what_was_told_without_an_answer_is_taken_back_by_telling() {
    for is_restarted in [false, true] {
        let mut changes = MessageChanges::default();
        changes.react(PLACE, ("👍", true), false);
        assert_eq!(steps(&mut changes, 0).len(), 1);
        changes.abandon();
        if is_restarted {
            changes = restarted(&mut changes);
        }
        // The message looks as if nothing had been told.
        changes.react(PLACE, ("👍", false), true);
        let taken_back = Wish::React("👍".to_owned(), false);
        assert_eq!(steps(&mut changes, 0), [taken_back]);
        done(&mut changes);
        assert!(changes.get(MESSAGE).is_none());
    }
}

#[test]
fn the_second_answer_to_a_question_that_was_asked_twice_settles_no_other() {
    let mut changes = MessageChanges::default();
    edit(&mut changes, "1");
    assert_eq!(steps(&mut changes, 0), [text("1")]);
    let (_, first) = newest(&changes);
    assert_eq!(steps(&mut changes, ACK_MS), [text("1")]);
    changes.done(MESSAGE, first);
    done(&mut changes);
    edit(&mut changes, "2");
    assert_eq!(steps(&mut changes, ACK_MS), [text("2")]);
    changes.done(MESSAGE, first);
    assert!(changes.get(MESSAGE).is_some());
    done(&mut changes);
    assert!(changes.get(MESSAGE).is_none());
}
