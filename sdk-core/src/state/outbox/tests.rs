//! Order, repeats, failures of the outbox.

use relaychat_protocol::ErrorCode;
use uuid::Uuid;

use super::*;
use crate::{
    DeliveryState,
    state::kept::{Changes, KeptItem, KeptOutgoing},
};

fn chat(number: u128) -> ChatId {
    ChatId(Uuid::from_u128(number))
}

fn message(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

/// An outbox with these messages: the chat's number and the message's.
fn outbox(queued: &[(u128, u128)]) -> Outbox {
    let mut outbox = Outbox::default();
    for (in_chat, number) in queued {
        let draft = Draft::text(number.to_string());
        outbox.push(chat(*in_chat), message(*number), draft, 0, || {
            AttachmentId(Uuid::nil())
        });
    }
    outbox
}

/// The texts that are sent now, in no order of chats.
fn sent(outbox: &mut Outbox, now_ms: i64) -> Vec<String> {
    let steps = outbox.steps(now_ms).into_iter();
    let texts = steps.map(|step| match step {
        OutboxStep::Send { message, .. } => message.text,
        OutboxStep::Upload { .. } => "upload".to_owned(),
        OutboxStep::CatchUp => "catch up".to_owned(),
    });
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    texts
}

#[test]
fn a_chat_sends_one_at_a_time_and_chats_do_not_wait_for_each_other() {
    let mut outbox = outbox(&[(1, 11), (1, 12), (2, 21)]);
    assert_eq!(sent(&mut outbox, 0), ["11", "21"]);
    assert_eq!(sent(&mut outbox, 1), [""; 0]);
    assert!(outbox.settle(message(11)).is_some());
    assert_eq!(sent(&mut outbox, 2), ["12"]);
}

#[test]
fn what_was_sent_without_an_answer_is_sent_again() {
    let mut outbox = outbox(&[(1, 11), (1, 12)]);
    assert_eq!(sent(&mut outbox, 0), ["11"]);
    outbox.abandon();
    assert_eq!(sent(&mut outbox, 1), ["11"], "after a lost connection");
    assert_eq!(outbox.deadline_ms(1), Some(1 + ACK_MS));
    assert_eq!(
        sent(&mut outbox, 1 + ACK_MS),
        ["11"],
        "after a long silence"
    );
}

#[test]
fn a_failure_for_now_waits_as_long_as_the_server_says_and_one_for_good_lets_others_pass() {
    let mut outbox = outbox(&[(1, 11), (1, 12)]);
    sent(&mut outbox, 0);
    let mut limited = RelayError::of(ErrorCode::RateLimited, "");
    limited.retry_after_ms = Some(700);
    outbox.failed(message(11), limited, 0, 0.5);
    assert_eq!(sent(&mut outbox, 699), [""; 0]);
    assert_eq!(sent(&mut outbox, 700), ["11"]);
    let invalid = RelayError::of(ErrorCode::ValidationFailed, "");
    outbox.failed(message(11), invalid, 700, 0.5);
    assert_eq!(sent(&mut outbox, 700), ["12"]);
    outbox.settle(message(12));
    outbox.retry(message(11));
    assert_eq!(sent(&mut outbox, 701), ["11"]);
}

#[test]
fn only_what_the_server_cannot_have_is_taken_back() {
    let mut outbox = outbox(&[(1, 11), (1, 12)]);
    sent(&mut outbox, 0);
    let [sending, waiting] = [11, 12].map(|number| outbox.observe(message(number)));
    let [sending, waiting] = [sending, waiting].map(|state| state.expect("it is here"));
    assert!(!outbox.cancel(message(11)), "its answer will tell");
    assert!(!outbox.cancel(message(12)));
    assert_eq!(waiting.get().error, Some(RelayError::cancelled()));
    assert_eq!(sending.get().error, None);
    outbox.settle(message(11));
    assert_eq!(sent(&mut outbox, 1), [""; 0]);
}

#[test]
fn what_was_taken_back_after_it_was_sent_is_not_sent_again_and_ends_when_the_server_is_known() {
    let mut outbox = outbox(&[(1, 11), (1, 12)]);
    sent(&mut outbox, 0);
    outbox.cancel(message(11));
    outbox.abandon();
    assert_eq!(sent(&mut outbox, 1), [""; 0], "it may be there");
    assert_eq!(outbox.caught_up(), [chat(1)]);
    assert_eq!(sent(&mut outbox, 1), ["12"]);
    outbox.abandon();
    assert!(outbox.cancel(message(12)), "now the server must be asked");
    assert!(outbox.caught_up() == [chat(1)] && outbox.chat_of(message(12)).is_none());
}

#[test]
fn a_taken_back_message_without_an_answer_makes_the_client_ask() {
    let mut outbox = outbox(&[(1, 11)]);
    sent(&mut outbox, 0);
    outbox.cancel(message(11));
    assert_eq!(outbox.steps(ACK_MS), [OutboxStep::CatchUp]);
    assert_eq!(
        (outbox.steps(ACK_MS), outbox.deadline_ms(ACK_MS)),
        (vec![], None)
    );
    let refused = RelayError::of(ErrorCode::RateLimited, "");
    outbox.failed(message(11), refused, ACK_MS, 0.5);
    assert_eq!(outbox.chat_of(message(11)), None, "a refusal is an answer");
}

#[test]
fn a_message_that_waits_says_what_for_and_a_new_connection_does_not_hurry_the_server() {
    let mut outbox = outbox(&[(1, 11)]);
    let state = outbox.observe(message(11)).expect("it is here");
    sent(&mut outbox, 0);
    let mut limited = RelayError::of(ErrorCode::RateLimited, "");
    limited.retry_after_ms = Some(700);
    outbox.failed(message(11), limited.clone(), 0, 0.5);
    assert_eq!(state.get().held_up_by, Some(limited));
    outbox.abandon();
    assert_eq!(sent(&mut outbox, 699), [""; 0]);
    assert_eq!(sent(&mut outbox, 700), ["11"]);
    outbox.failed(message(11), RelayError::network("down"), 700, 1.0);
    assert_eq!(sent(&mut outbox, 701), [""; 0]);
    outbox.abandon();
    assert_eq!(sent(&mut outbox, 701), ["11"], "the network is there again");
}

/// What a store would have of an outbox.
fn kept(outbox: &mut Outbox) -> Changes {
    let mut changes = Changes::default();
    outbox.take_unkept(&mut changes);
    changes
}

/// The outbox of a program that is started on that.
fn restarted(changes: Changes) -> Outbox {
    let mut outbox = Outbox::default();
    let messages = changes.outgoing.into_iter().map(|outgoing| {
        let json = serde_json::to_string(&outgoing).expect("it is written");
        let read = KeptOutgoing::from_json(json.as_bytes()).expect("it is read");
        assert_eq!(read, outgoing);
        match read.item {
            KeptItem::Message(message) => (read.chat_id, message),
            other => panic!("{other:?}"),
        }
    });
    outbox.restore(messages.collect(), changes.uploads);
    outbox
}

#[test]
fn a_restart_keeps_the_order_in_front_of_what_was_queued_since() {
    let mut before = outbox(&[(1, 13), (1, 11), (2, 21), (1, 12)]);
    let mut after = restarted(kept(&mut before));
    assert_eq!(kept(&mut after).outgoing, [], "the store has it");
    let mut new = outbox(&[(1, 10)]);
    let mut changes = Changes::default();
    before.note_everything();
    before.take_unkept(&mut changes);
    let messages = changes.outgoing.into_iter().rev();
    let messages = messages.filter_map(|outgoing| match outgoing.item {
        KeptItem::Message(message) => Some((outgoing.chat_id, message)),
        _ => None,
    });
    new.restore(messages.collect(), Vec::new());
    let order: Vec<_> = new
        .of_chat(chat(1))
        .map(|message| message.text.clone())
        .collect();
    assert_eq!(order, ["13", "11", "12", "10"]);
}

#[test]
fn a_restart_keeps_failures_files_and_what_was_taken_back() {
    let mut outbox = outbox(&[(1, 11), (2, 21)]);
    let draft = Draft::text("photo").attach(Upload::bytes(vec![7; 10], "image/png").sized(4, 3));
    outbox.push(chat(3), message(31), draft, 0, || AttachmentId(Uuid::nil()));
    sent(&mut outbox, 0);
    let mut invalid = RelayError::of(ErrorCode::ValidationFailed, "too long");
    invalid.field = Some("text".to_owned());
    outbox.failed(message(11), invalid.clone(), 0, 0.5);
    outbox.cancel(message(21));
    let mut after = restarted(kept(&mut outbox));
    let failed = after.observe(message(11)).expect("it is here");
    assert_eq!(failed.get().error, Some(invalid));
    assert_eq!(after.caught_up(), [chat(2)]);
    let steps = after.steps(0);
    let [OutboxStep::Upload { upload, .. }] = &steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(upload.content.size_bytes(), 10);
    assert_eq!(upload.pixels, Some((4, 3)));
}

#[test]
fn files_the_server_has_forgotten_are_uploaded_again_once() {
    let mut outbox = Outbox::default();
    let draft = Draft::text("photo").attach(Upload::bytes(vec![7; 10], "image/png"));
    outbox.push(chat(1), message(1), draft, 0, || AttachmentId(Uuid::nil()));
    for round in 0..2 {
        assert!(
            matches!(outbox.steps(0)[..], [OutboxStep::Upload { .. }]),
            "{round}"
        );
        outbox.uploaded(message(1), 0, uploaded(1));
        assert!(
            matches!(outbox.steps(0)[..], [OutboxStep::Send { .. }]),
            "{round}"
        );
        let forgotten = RelayError::of(ErrorCode::NotFound, "no such attachment");
        outbox.failed(message(1), forgotten, 0, 0.5);
    }
    let state = outbox.observe(message(1)).expect("it is here").get();
    assert_eq!(state.state, DeliveryState::Failed);
}

fn uploaded(number: u128) -> Attachment {
    Attachment {
        id: AttachmentId(Uuid::from_u128(number)),
        kind: relaychat_protocol::rest::attachments::AttachmentKind::Image,
        content_type: "image/png".to_owned(),
        size_bytes: 10,
        width: 1,
        height: 1,
        thumb_hash: None,
        file_name: None,
    }
}

#[test]
fn files_are_uploaded_one_after_another_before_the_message() {
    let mut outbox = Outbox::default();
    let upload = || Upload::bytes(vec![0; 10], "image/png");
    let draft = Draft::text("two").attach(upload()).attach(upload());
    let state = outbox.push(chat(1), message(1), draft, 0, || AttachmentId(Uuid::nil()));
    for (index, loaded) in [(0, 5), (1, 15)] {
        let step = outbox.steps(0);
        assert!(matches!(step[..], [OutboxStep::Upload { index: at, .. }] if at == index));
        outbox.upload_progressed(message(1), index, (5, 10));
        assert_eq!(state.get().loaded_bytes, loaded);
        outbox.uploaded(message(1), index, uploaded(index as u128 + 1));
    }
    let steps = outbox.steps(0);
    let [OutboxStep::Send { message, .. }] = &steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(message.attachment_ids.len(), 2);
}
