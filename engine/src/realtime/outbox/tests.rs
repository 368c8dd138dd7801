//! Queues without sockets.

use std::sync::Arc;

use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};
use uuid::Uuid;

use super::*;

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
    Frame::from(text)
}

#[tokio::test]
async fn a_full_queue_closes_its_socket_and_frees_its_memory() {
    let outbox = live(2, 1_000);
    for _ in 0..3 {
        outbox.push(None, &frame("x"));
    }
    assert!(outbox.waiting().is_empty());
    let Todo::Close(close) = outbox.next().await else {
        panic!("it closes");
    };
    assert_eq!(close.code, close_code::SLOW_CONSUMER);
}

#[test]
fn bytes_fill_a_queue_too() {
    let outbox = live(100, frame("0123456789").len());
    outbox.push(None, &frame("0123456789"));
    assert_eq!(outbox.closing(), None);
    outbox.push(None, &frame("x"));
    assert!(outbox.closing().is_some());
}

#[test]
fn what_is_buffered_fills_a_queue_as_well() {
    let outbox = outbox(2, 1_000);
    for _ in 0..3 {
        outbox.push(None, &frame("x"));
    }
    assert!(outbox.closing().is_some());
}

/// Both ends of a connection of this machine.
async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
    (near.expect("connects"), far.expect("accepts").0)
}

/// Reads until `bytes` have come.
async fn read(peer: &mut TcpStream, bytes: usize) -> Vec<u8> {
    let mut read = vec![0; bytes];
    peer.read_exact(&mut read).await.expect("comes");
    read
}

#[tokio::test]
async fn a_frame_is_written_by_whoever_puts_it_in() {
    let (near, mut peer) = connection().await;
    near.writable().await.expect("writable");
    let outbox = live(10, 1_000);
    outbox.attach(Writer::Tcp(Arc::new(near)));
    outbox.push(None, &frame("at once"));
    // Nobody polls the queue.
    let expected = frame("at once");
    let got = read(&mut peer, expected.len()).await;
    assert_eq!(got, expected.wire());
    assert!(!outbox.has_backlog());
    assert_eq!((outbox.take_sent(), outbox.take_sent()), (1, 0));
}

/// A live queue on a connection, and its peer.
async fn connected() -> (Outbox, TcpStream) {
    let (near, peer) = connection().await;
    near.writable().await.expect("writable");
    let outbox = live(10, 1_000);
    outbox.attach(Writer::Tcp(Arc::new(near)));
    (outbox, peer)
}

const CHAT: ChatId = ChatId(Uuid::from_u128(9));
const SENT: MessageId = MessageId(Uuid::from_u128(1));
const OTHER: MessageId = MessageId(Uuid::from_u128(2));

#[tokio::test]
async fn a_message_leaves_with_its_answer_and_those_of_others_at_once() {
    let (outbox, mut peer) = connected().await;
    outbox.sends(SENT);
    outbox.push_messages(CHAT, (&frame("other"), &[OTHER]), 1);
    assert_eq!(read(&mut peer, 7).await, frame("other").wire());
    outbox.push_messages(CHAT, (&frame("sent"), &[OTHER, SENT]), 1);
    let nothing = peer.try_read(&mut [0]).expect_err("nothing yet");
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    outbox.answers(SENT);
    outbox.push(None, &frame("ack"));
    let both = [frame("sent").wire(), frame("ack").wire()].concat();
    let mut got = [0; 100];
    peer.readable().await.expect("readable");
    assert_eq!(
        peer.try_read(&mut got).expect("comes"),
        both.len(),
        "one write"
    );
    assert_eq!(got[..both.len()], both);
    assert_eq!(outbox.take_sent(), 3);
    outbox.push_messages(CHAT, (&frame("later"), &[SENT]), 1);
    assert_eq!(read(&mut peer, 7).await, frame("later").wire());
}

#[tokio::test]
async fn what_is_held_stays_in_its_place_and_leaves_at_the_end() {
    let (outbox, mut peer) = connected().await;
    outbox.sends(SENT);
    outbox.push_messages(CHAT, (&frame("sent"), &[SENT]), 1);
    outbox.push_event(None, &frame("next"), 1);
    let both = [frame("sent").wire(), frame("next").wire()].concat();
    assert_eq!(read(&mut peer, both.len()).await, both);
    outbox.push_messages(CHAT, (&frame("held"), &[SENT]), 1);
    let (writer, mut backlog) = outbox.detach();
    writer
        .expect("attached")
        .drain(&mut backlog)
        .await
        .expect("is read");
    assert_eq!(read(&mut peer, 6).await, frame("held").wire());
}

#[tokio::test]
async fn what_the_kernel_does_not_take_is_written_in_order_when_there_is_room() {
    let (near, mut peer) = connection().await;
    near.writable().await.expect("writable");
    let outbox = live(100_000, 1_000_000_000);
    outbox.attach(Writer::Tcp(Arc::new(near)));
    let mut expected = Vec::new();
    let mut number = 0;
    while !outbox.has_backlog() || number % 100 != 0 {
        let frame = frame(&format!("{number} {}", "x".repeat(number % 9_000)));
        outbox.push(None, &frame);
        expected.extend_from_slice(frame.wire());
        number += 1;
    }
    let (got, todo) = tokio::join!(read(&mut peer, expected.len()), outbox.next());
    assert_eq!(todo, Todo::Drained);
    assert!(got == expected, "each byte once and in order");
    assert!(!outbox.has_backlog());
}

#[tokio::test]
async fn a_slow_reader_gets_whole_frames_up_to_where_it_is_cut_off() {
    let (near, mut peer) = connection().await;
    near.writable().await.expect("writable");
    let outbox = live(10, 1_000_000_000);
    outbox.attach(Writer::Tcp(Arc::new(near)));
    let large = frame(&"x".repeat(100_000));
    while outbox.closing().is_none() {
        outbox.push(None, &large);
    }
    outbox.push(None, &frame("too late"));
    let (writer, mut backlog) = outbox.detach();
    let writing = async {
        let mut writer = writer.expect("attached");
        writer.drain(&mut backlog).await.expect("is read");
        drop(writer);
    };
    let reading = async {
        let mut got = Vec::new();
        peer.read_to_end(&mut got).await.expect("ends");
        got
    };
    let ((), got) = tokio::join!(writing, reading);
    assert_eq!(got.len() % large.len(), 0, "whole frames");
    assert!(got.chunks(large.len()).all(|chunk| chunk == large.wire()));
}

#[test]
fn what_was_buffered_for_a_chat_that_is_not_visible_is_dropped() {
    let outbox = outbox(100, 1_000);
    let (mine, other) = (ChatId(Uuid::from_u128(1)), ChatId(Uuid::from_u128(2)));
    outbox.push(Some(mine), &frame("mine"));
    outbox.push(Some(other), &frame("other"));
    outbox.push(None, &frame("all"));
    outbox.go_live(true, |chat_id| chat_id == mine);
    assert_eq!(outbox.waiting(), ["mine", "all"]);
}

#[test]
fn silence_is_pinged_and_silence_after_the_ping_closes() {
    let outbox = live(10, 1_000);
    outbox.check_alive(24_999, 25_000, 10_000);
    assert!(!outbox.has_backlog());
    outbox.check_alive(25_000, 25_000, 10_000);
    assert!(outbox.has_backlog(), "a ping waits");
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
