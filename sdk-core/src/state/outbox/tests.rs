//! Order, repeats, failures of the outbox.

use relaychat_protocol::ErrorCode;
use uuid::Uuid;

use super::*;

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
    assert_eq!(outbox.cancel(message(11)), None, "it is being sent");
    assert_eq!(outbox.cancel(message(12)), Some(chat(1)));
    outbox.settle(message(11));
    assert_eq!(sent(&mut outbox, 1), [""; 0]);
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
        let attachment = Attachment {
            id: AttachmentId(Uuid::from_u128(index as u128 + 1)),
            kind: relaychat_protocol::rest::attachments::AttachmentKind::Image,
            content_type: "image/png".to_owned(),
            size_bytes: 10,
            width: 1,
            height: 1,
            thumb_hash: None,
            file_name: None,
        };
        outbox.uploaded(message(1), index, attachment);
    }
    let steps = outbox.steps(0);
    let [OutboxStep::Send { message, .. }] = &steps[..] else {
        panic!("{steps:?}");
    };
    assert_eq!(message.attachment_ids.len(), 2);
}
