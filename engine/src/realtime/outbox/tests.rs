//! Queues without sockets.

use super::*;
use uuid::Uuid;

fn outbox(frames: usize, bytes: usize) -> Outbox {
    let bounds = Bounds { frames, bytes };
    Outbox::new(1, UserId(Uuid::nil()), SessionId(Uuid::nil()), bounds, 0)
}

fn live(frames: usize, bytes: usize) -> Outbox {
    let outbox = outbox(frames, bytes);
    outbox.go_live(true, |_| true);
    outbox
}

fn frame(text: &str) -> Frame {
    Frame::from(text.to_owned())
}

#[tokio::test]
async fn a_full_queue_closes_its_socket_and_frees_its_memory() {
    let outbox = live(2, 1_000);
    for _ in 0..3 {
        outbox.push(None, frame("x"));
    }
    let batch = outbox.next().await;
    assert!(batch.frames.is_empty());
    assert_eq!(
        batch.close.map(|close| close.code),
        Some(close_code::SLOW_CONSUMER)
    );
}

#[tokio::test]
async fn bytes_fill_a_queue_too() {
    let outbox = live(100, 10);
    outbox.push(None, frame("0123456789"));
    assert_eq!(outbox.closing(), None);
    outbox.push(None, frame("x"));
    assert!(outbox.closing().is_some());
}

#[tokio::test]
async fn frames_leave_in_order_in_bounded_batches() {
    let outbox = live(1_000, 1_000_000);
    for number in 0..150 {
        outbox.push(None, frame(&number.to_string()));
    }
    outbox.close(Close {
        code: 4503,
        reason: "",
    });
    let mut seen = Vec::new();
    loop {
        let batch = outbox.next().await;
        assert!(batch.frames.len() <= BATCH_FRAMES);
        seen.extend(batch.frames);
        if batch.close.is_some() {
            break;
        }
    }
    let expected: Vec<_> = (0..150).map(|number| frame(&number.to_string())).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_was_buffered_for_a_chat_that_is_not_visible_is_dropped() {
    let outbox = outbox(100, 1_000);
    let (mine, other) = (ChatId(Uuid::from_u128(1)), ChatId(Uuid::from_u128(2)));
    outbox.push(Some(mine), frame("mine"));
    outbox.push(Some(other), frame("other"));
    outbox.push(None, frame("all"));
    outbox.go_live(true, |chat_id| chat_id == mine);
    let batch = outbox.next().await;
    assert_eq!(batch.frames, [frame("mine"), frame("all")]);
}

#[test]
fn silence_is_pinged_and_silence_after_the_ping_closes() {
    let outbox = live(10, 1_000);
    outbox.check_alive(24_999, 25_000, 10_000);
    assert!(!outbox.lock().is_ping_due);
    outbox.check_alive(25_000, 25_000, 10_000);
    assert!(outbox.lock().is_ping_due);
    outbox.check_alive(34_999, 25_000, 10_000);
    assert_eq!(outbox.closing(), None);
    outbox.check_alive(35_000, 25_000, 10_000);
    assert!(outbox.closing().is_some());
}

#[test]
fn a_token_follows_quiet_and_is_due_at_times_while_events_flow() {
    let pace = TokenPace {
        quiet_ms: 1_000,
        every_ms: 5_000,
    };
    let outbox = live(1_000, 100_000);
    assert!(!outbox.take_token_due(9_000, pace));
    outbox.push_event(None, &frame("x"), 9_000);
    assert!(outbox.take_token_due(9_000, pace), "long since the last");
    outbox.push_event(None, &frame("x"), 9_100);
    assert!(!outbox.take_token_due(10_000, pace));
    assert!(outbox.take_token_due(10_100, pace), "quiet");
    assert!(!outbox.take_token_due(99_000, pace), "nothing new");
}
