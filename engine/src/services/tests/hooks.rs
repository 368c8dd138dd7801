//! What the host decides about messages: refusing, changing, order, repeats, hooks that break.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use relaychat_protocol::ErrorCode;

use super::*;
use tokio::sync::Notify;

use crate::hooks::{BeforeSend, DraftContent, Verdict};

fn hooks(judge: impl Fn(BeforeSend) -> Verdict<DraftContent> + Send + Sync + 'static) -> Hooks {
    let mut hooks = Hooks::default();
    let judge = Arc::new(judge);
    hooks
        .before_send
        .insert("test".to_owned(), move |question| {
            let judge = Arc::clone(&judge);
            async move { judge(question) }
        });
    hooks
}

fn shouting(mut question: BeforeSend) -> Verdict<DraftContent> {
    question.draft.text = question.draft.text.to_uppercase();
    Verdict::allow(question.draft)
}

async fn two(hooks: Hooks) -> (Harness, Caller, Caller, ChatId) {
    let harness = Harness::with_hooks(hooks, |_| {}).await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    harness.events.take();
    (harness, a, b, chat)
}

#[tokio::test]
async fn a_refused_message_is_not_stored_and_says_why() {
    let refuse = |_| Verdict::reject("spam", "Message blocked");
    let (harness, a, _, chat) = two(hooks(refuse)).await;
    let sent = harness
        .services
        .send_message(a, harness.draft(a, chat, "buy this"));
    let error = sent.await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::Rejected);
    assert_eq!(error.reason.as_deref(), Some("spam"));
    assert_eq!(error.detail, "Message blocked");
    assert!(harness.events.take().is_empty());
}

#[tokio::test]
async fn a_repeat_of_a_changed_message_is_the_same_message_and_asks_nobody() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let (harness, a, b, chat) = two(hooks(move |question| {
        count.fetch_add(1, Ordering::SeqCst);
        shouting(question)
    }))
    .await;
    let draft = harness.draft(a, chat, "hi");
    let send = |draft: Draft| harness.services.send_message(a, draft);
    let first = send(draft.clone()).await.expect("sent");
    assert_eq!(first.message.text, "HI");
    let again = send(draft.clone()).await.expect("the same");
    assert!(again.is_repeat);
    assert_eq!(again.message, first.message);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // What was stored is not what was sent: under the same id it is other content.
    for text in ["HI", "ho"] {
        let other = Draft {
            text: text.to_owned(),
            ..draft.clone()
        };
        let error = send(other).await.expect_err("other content");
        assert_eq!(error.code, ErrorCode::MessageIdReused, "{text}");
    }
    let stolen = Draft {
        sender_id: b.user_id,
        ..draft
    };
    let error = harness.services.send_message(b, stolen).await;
    assert_eq!(error.expect_err("stolen").code, ErrorCode::MessageIdReused);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn repeats_at_the_same_time_become_one_message_whatever_the_hook_makes_of_each() {
    let turn = AtomicUsize::new(0);
    let (harness, a, _, chat) = two(hooks(move |mut question| {
        // Every other time it leaves the text as it is.
        if turn.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            question.draft.text.push('!');
        }
        Verdict::allow(question.draft)
    }))
    .await;
    for _ in 0..8 {
        let draft = harness.draft(a, chat, "hi");
        let sends = (0..4).map(|_| harness.services.send_message(a, draft.clone()));
        let sent = futures_util::future::join_all(sends).await;
        let sent: Vec<_> = sent.into_iter().map(|one| one.expect("sent")).collect();
        assert!(sent.iter().all(|one| one.message == sent[0].message));
        assert_eq!(sent.iter().filter(|one| !one.is_repeat).count(), 1);
    }
}

#[tokio::test]
async fn hooks_run_in_order_and_an_id_registered_again_takes_the_place() {
    let mut hooks = Hooks::default();
    for (id, mark) in [("one", "1"), ("two", "2"), ("three", "3"), ("one", "a")] {
        let add = move |mut question: BeforeSend| async move {
            question.draft.text.push_str(mark);
            Verdict::allow(question.draft)
        };
        hooks.before_send.insert(id.to_owned(), add);
    }
    let (harness, a, _, chat) = two(hooks).await;
    assert_eq!(harness.say(a, chat, "=").await.text, "=a23");
}

#[tokio::test]
async fn a_hook_never_sees_what_could_not_be_sent() {
    let refuse = |_| panic!("nobody asks");
    let harness = Harness::with_hooks(hooks(refuse), |_| {}).await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let chat = harness.direct_chat(a, b).await;
    let sent = harness
        .services
        .send_message(c, harness.draft(c, chat, "let me in"));
    assert_eq!(sent.await.expect_err("stranger").code, ErrorCode::NotFound);
    let empty = harness
        .services
        .send_message(a, harness.draft(a, chat, " "));
    assert_eq!(
        empty.await.expect_err("empty").code,
        ErrorCode::ValidationFailed
    );
}

#[tokio::test]
async fn a_hook_that_panics_hangs_or_makes_nonsense_refuses_as_unavailable() {
    let panics = hooks(|_| panic!("a bug of the host"));
    let nonsense = hooks(|mut question| {
        question.draft.text.clear();
        Verdict::allow(question.draft)
    });
    let mut hangs = Hooks {
        before_timeout: Duration::from_millis(20),
        ..Hooks::default()
    };
    let forever = |_| std::future::pending();
    hangs.before_send.insert("forever".to_owned(), forever);
    for hooks in [panics, nonsense, hangs] {
        let (harness, a, _, chat) = two(hooks).await;
        let sent = harness
            .services
            .send_message(a, harness.draft(a, chat, "hi"));
        let error = sent.await.expect_err("not judged");
        assert_eq!(error.code, ErrorCode::Unavailable);
        assert!(error.retry_after_ms.is_some());
    }
}

#[tokio::test]
async fn a_slow_hook_delays_later_messages_of_the_same_sender_to_the_chat_and_nobody_else() {
    let release = Arc::new(Notify::new());
    let mut slow = Hooks::default();
    let waiting = Arc::clone(&release);
    slow.before_send
        .insert("slow".to_owned(), move |question: BeforeSend| {
            let waiting = Arc::clone(&waiting);
            async move {
                if question.draft.text == "slow" {
                    waiting.notified().await;
                }
                Verdict::allow(question.draft)
            }
        });
    let (harness, a, b, chat) = two(slow).await;
    let send = |text: &str| {
        let services = Arc::clone(&harness.services);
        let draft = harness.draft(a, chat, text);
        async move {
            let sent = services.send_message(a, draft).await;
            sent.expect("sent").message.seq
        }
    };
    let (slow, fast) = (tokio::spawn(send("slow")), send("fast"));
    tokio::task::yield_now().await;
    let fast = tokio::spawn(fast);
    assert_eq!(harness.say(b, chat, "not held up").await.seq, 1);
    release.notify_one();
    assert_eq!(slow.await.expect("ends"), 2);
    assert_eq!(fast.await.expect("ends"), 3);
}
