//! Sending and marks: idempotency, order, counts.

use relaychat_protocol::ErrorCode;

use super::*;
use crate::services::HistoryPlace;

#[tokio::test]
async fn a_repeat_of_a_send_returns_the_first_message() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    let draft = harness.draft(a, chat, "hi");
    let send = || harness.services.send_message(a, draft.clone());
    let first = send().await.expect("sent");
    assert!(!first.is_repeat);
    harness.say(b, chat, "hello").await;
    harness.clock.advance_ms(400 * 24 * HOUR_MS);
    harness.events.take();
    let again = send().await.expect("the same");
    assert!(again.is_repeat);
    assert_eq!(again.message, first.message);
    assert!(harness.events.take().is_empty(), "nobody is told twice");
}

#[tokio::test]
async fn an_id_with_other_content_or_of_somebody_else_is_refused() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let chat = harness.direct_chat(a, b).await;
    let other_chat = harness.direct_chat(a, c).await;
    let draft = harness.draft(a, chat, "hi");
    harness
        .services
        .send_message(a, draft.clone())
        .await
        .expect("sent");
    let refused = |caller: Caller, draft: Draft| {
        let services = Arc::clone(&harness.services);
        async move {
            services
                .send_message(caller, draft)
                .await
                .expect_err("refused")
                .code
        }
    };
    let changed = Draft {
        text: "ho".to_owned(),
        ..draft.clone()
    };
    assert_eq!(refused(a, changed).await, ErrorCode::MessageIdReused);
    let elsewhere = Draft {
        chat_id: other_chat,
        ..draft.clone()
    };
    assert_eq!(refused(a, elsewhere).await, ErrorCode::MessageIdReused);
    let stolen = Draft {
        sender_id: b.user_id,
        ..draft.clone()
    };
    assert_eq!(refused(b, stolen).await, ErrorCode::MessageIdReused);
    let stranger = Draft {
        sender_id: c.user_id,
        ..draft
    };
    assert_eq!(
        refused(c, stranger).await,
        ErrorCode::NotFound,
        "learns nothing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_dense_and_in_commit_order_under_64_parallel_senders() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let (one, two) = (
        harness.direct_chat(a, b).await,
        harness.group(a, &[b]).await,
    );
    harness.events.take();
    let senders: Vec<_> = (0..64)
        .map(|number| {
            let services = Arc::clone(&harness.services);
            let caller = if number % 2 == 0 { a } else { b };
            let chat_id = if number % 3 == 0 { one } else { two };
            let drafts: Vec<_> = (0..20)
                .map(|turn| harness.draft(caller, chat_id, &format!("{number} {turn}")))
                .collect();
            tokio::spawn(async move {
                let mut last_seq = 0;
                for draft in drafts {
                    let repeat = draft.clone();
                    let (sent, again) = tokio::join!(
                        services.send_message(caller, draft),
                        services.send_message(caller, repeat)
                    );
                    let (sent, again) = (sent.expect("sent"), again.expect("the same"));
                    assert_eq!(sent.message, again.message);
                    assert_ne!(sent.is_repeat, again.is_repeat);
                    assert!(
                        sent.message.seq > last_seq,
                        "an ack comes before the next send"
                    );
                    last_seq = sent.message.seq;
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.expect("no panic");
    }
    let events = harness.events.take();
    let mut total = 0;
    for chat_id in [one, two] {
        let published: Vec<u64> = events
            .iter()
            .filter_map(|event| match event {
                Event::MessageSent { message, .. } if message.chat_id == chat_id => Some(message),
                _ => None,
            })
            .map(|message| {
                assert_eq!(message.count, message.seq);
                assert_eq!(
                    message.version,
                    message.seq + 1,
                    "the chat itself was version 1"
                );
                message.seq
            })
            .collect();
        total += published.len();
        assert!(published.iter().copied().eq(1..=published.len() as u64));
        let view = harness
            .services
            .get_chat(a, chat_id)
            .await
            .expect("there")
            .0;
        assert_eq!(view.chat.last_seq, published.len() as u64);
    }
    assert_eq!(total, 64 * 20);
}

#[tokio::test]
async fn a_failed_item_of_a_batch_fails_alone() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let chat = harness.direct_chat(a, b).await;
    let good = harness.draft(a, chat, "one");
    let changed = Draft {
        text: "two".to_owned(),
        ..good.clone()
    };
    let mut with_upload = harness.draft(a, chat, "three");
    with_upload.attachment_ids = vec![unknown().into()];
    let services = &harness.services;
    let (first, stranger, reused, upload, last) = tokio::join!(
        services.send_message(a, good),
        services.send_message(c, harness.draft(c, chat, "no")),
        services.send_message(a, changed),
        services.send_message(a, with_upload),
        services.send_message(b, harness.draft(b, chat, "four")),
    );
    assert_eq!(first.expect("sent").message.seq, 1);
    assert_eq!(stranger.expect_err("no member").code, ErrorCode::NotFound);
    assert_eq!(reused.expect_err("reused").code, ErrorCode::MessageIdReused);
    assert_eq!(upload.expect_err("no upload").field, Some("attachment_ids"));
    assert_eq!(last.expect("sent").message.seq, 2);
}

#[tokio::test]
async fn sending_moves_the_senders_own_watermarks_and_nobody_elses() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    for text in ["1", "2", "3"] {
        harness.say(a, chat, text).await;
    }
    let of = |caller| harness.services.get_chat(caller, chat);
    let mine = of(a).await.expect("there").0;
    assert_eq!(mine.me.watermarks.read_seq, 3);
    assert_eq!(mine.me.watermarks.unread_count(mine.chat.message_count), 0);
    let theirs = of(b).await.expect("there").0;
    assert_eq!(theirs.me.watermarks.read_seq, 0);
    assert_eq!(
        theirs.me.watermarks.unread_count(theirs.chat.message_count),
        3
    );
    let total = harness.services.unread_total(b).await.expect("counts");
    assert_eq!((total.message_count, total.chat_count), (3, 1));
}

#[tokio::test]
async fn marks_only_move_forward_and_never_beyond_the_newest_message() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    for text in ["1", "2", "3", "4"] {
        harness.say(a, chat, text).await;
    }
    harness.events.take();
    let mark = async |delivered, read| {
        let marked = harness.services.mark(b, chat, delivered, read).await;
        let marks = marked.expect("marked").watermarks;
        (marks.delivered_seq, marks.read_seq, marks.read_count)
    };
    assert_eq!(mark(Some(2), None).await, (2, 0, 0));
    assert_eq!(mark(None, Some(3)).await, (3, 3, 3));
    assert_eq!(harness.events.take().len(), 2);
    for (delivered, read) in [
        (None, None),
        (Some(1), Some(2)),
        (Some(0), Some(0)),
        (Some(3), Some(3)),
    ] {
        assert_eq!(mark(delivered, read).await, (3, 3, 3));
    }
    assert!(
        harness.events.take().is_empty(),
        "nothing moved, nobody is told"
    );
    assert_eq!(mark(Some(u64::MAX), Some(u64::MAX)).await, (4, 4, 4));
    let total = harness.services.unread_total(b).await.expect("counts");
    assert_eq!(total.message_count, 0);
}

#[tokio::test]
async fn sends_of_one_user_are_limited_and_say_how_long_to_wait() {
    let harness = Harness::with(|settings| settings.rates = RateSettings::default()).await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    for _ in 0..20 {
        harness.say(a, chat, "hi").await;
    }
    let draft = harness.draft(a, chat, "too much");
    let error = harness.services.send_message(a, draft.clone()).await;
    let error = error.expect_err("limited");
    assert_eq!(
        (error.code, error.retry_after_ms),
        (ErrorCode::RateLimited, Some(200))
    );
    harness.say(b, chat, "another user").await;
    harness.clock.advance_ms(200);
    harness
        .services
        .send_message(a, draft)
        .await
        .expect("waited");
}

#[tokio::test]
async fn the_history_is_read_in_both_directions_and_around_a_place() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    for number in 1..=10 {
        harness.say(a, chat, &number.to_string()).await;
    }
    let read = async |place, limit| {
        let page = harness
            .services
            .list_messages(b, chat, place, Some(limit))
            .await;
        let page = page.expect("reads");
        let seqs: Vec<u64> = page.messages.iter().map(|message| message.seq).collect();
        (seqs, page.has_before, page.has_after)
    };
    use HistoryPlace::{After, Around, Before, Newest};
    assert_eq!(read(Newest, 3).await, (vec![8, 9, 10], true, false));
    assert_eq!(read(Before(8), 3).await, (vec![5, 6, 7], true, true));
    assert_eq!(read(Before(3), 3).await, (vec![1, 2], false, true));
    assert_eq!(read(After(8), 3).await, (vec![9, 10], true, false));
    assert_eq!(read(After(0), 100).await.0.len(), 10);
    assert_eq!(read(Around(5), 4).await, (vec![4, 5, 6, 7], true, true));
    assert_eq!(read(Around(1), 1).await, (vec![1], false, true));
    assert_eq!(read(Before(1), 3).await, (vec![], false, true));
    assert_eq!(read(Before(0), 3).await, (vec![], false, true));
    assert_eq!(read(After(u64::MAX), 3).await, (vec![], true, false));
    assert_eq!(read(Before(u64::MAX), 2).await, (vec![9, 10], true, false));
}
