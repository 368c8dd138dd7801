//! The facade as another language sees it, with listeners written in Rust.

use std::{
    fmt::Debug,
    sync::{Arc, Condvar, Mutex, mpsc},
    time::{Duration, Instant},
};

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk_mobile::{
    CancelToken, ChatListListener, ChatListUpdate, ChatSummary, ClientOptions, ConnectionListener,
    ConnectionState, CoreClient, Draft, ListenerError, RelayError, StorageState, live_counts,
};

/// How long anything may take before a story is given up: the machine may be busy with builds.
const DEADLINE: Duration = Duration::from_secs(60);

/// Counts are of the whole process: one story at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn options(url: &str) -> ClientOptions {
    ClientOptions {
        url: url.to_owned(),
        store_path: None,
        device_name: Some("test".to_owned()),
        utc_offset_ms: 0,
    }
}

async fn log_in(engine: &TestEngine, client: &CoreClient, email: &str) {
    let asked = client.request_code(email.to_owned(), None).await;
    let asked = asked.expect("a code is sent");
    let code = loop {
        let mails = engine.mails().mails();
        let theirs = mails.iter().rev().filter(|mail| mail.to.as_str() == email);
        let mut logins = theirs.filter_map(|mail| mail.login.as_ref());
        if let Some(login) = logins.next() {
            break login.code.clone();
        }
        engine.mails().wait_for(mails.len() + 1).await;
    };
    let me = client.verify_code(asked.request_id, code, None).await;
    assert_eq!(me.expect("the code is right").email.as_deref(), Some(email));
    client.connect(None).await.expect("it connects");
}

/// Waits for something that another thread brings about.
fn eventually<T: Debug>(mut look: impl FnMut() -> T, is_met: impl Fn(&T) -> bool) -> T {
    let start = Instant::now();
    loop {
        let now = look();
        if is_met(&now) {
            return now;
        }
        assert!(start.elapsed() < DEADLINE, "it never came to that: {now:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Nothing of any client is left.
fn assert_nothing_lives() {
    let left = eventually(live_counts, |now| {
        (now.clients, now.threads, now.subscriptions, now.calls) == (0, 0, 0, 0)
    });
    assert_eq!(left.threads, 0);
}

/// Keeps the list of chats as the updates make it.
struct Chats(
    Mutex<mpsc::Sender<Vec<ChatSummary>>>,
    Mutex<Vec<ChatSummary>>,
);

impl ChatListListener for Chats {
    fn on_change(&self, update: ChatListUpdate) -> Result<(), ListenerError> {
        let mut list = self.1.lock().expect("nobody panics");
        for splice in update.splices {
            let from = splice.index as usize;
            let until = from + splice.removed_count as usize;
            list.splice(from..until, splice.inserted);
        }
        let sender = self.0.lock().expect("nobody panics");
        sender.send(list.clone()).ok();
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_and_nothing_is_left_after_the_end() {
    let _alone = ALONE.lock().await;
    let engine = TestEngine::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let alice = CoreClient::new(
        ClientOptions {
            store_path: Some(folder.path().join("alice.db").to_string_lossy().into()),
            ..options(&engine.url())
        },
        None,
        None,
    );
    let alice = alice.expect("a client");
    let bob = CoreClient::new(options(&engine.url()), None, None).expect("a client");
    log_in(&engine, &alice, "alice@example.com").await;
    log_in(&engine, &bob, "bob@example.com").await;
    assert_eq!(alice.connection(), ConnectionState::Connected);
    assert_eq!(alice.storage(), StorageState::Durable);
    let (sender, lists) = mpsc::channel();
    let listening = bob.watch_chats(Arc::new(Chats(Mutex::new(sender), Mutex::default())));

    let bob_id = bob.me().expect("logged in").user.id;
    let chat_id = alice.open_direct(bob_id, None).await.expect("a chat");
    let chat = alice.chat(chat_id).expect("an id");
    let sent = chat.send(Draft {
        text: "Hello".to_owned(),
        uploads: Vec::new(),
    });
    let message = sent.delivered(None).await.expect("it is sent");
    assert_eq!(message.id, sent.id());

    let list = eventually(
        || lists.recv_timeout(DEADLINE).expect("a change"),
        |list| list.first().is_some_and(|chat| chat.last_message.is_some()),
    );
    let heard = list[0].last_message.as_ref().expect("a message");
    assert_eq!((heard.text.as_str(), list[0].unread_count), ("Hello", 1));
    assert!(live_counts().threads > 0);

    listening.cancel();
    tokio::join!(alice.shut_down(), bob.shut_down());
    let late = alice.request_code("alice@example.com".to_owned(), None);
    assert_eq!(late.await, Err(RelayError::Closed));
    assert_nothing_lives();
}

/// Does to each call what it is told to.
struct Misbehaves<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> ConnectionListener for Misbehaves<F> {
    fn on_change(&self, _: ConnectionState) -> Result<(), ListenerError> {
        (self.0)();
        Err(ListenerError::Failed {
            detail: "a bug of the application".to_owned(),
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_that_block_throw_or_panic_stop_nobody_else() {
    let _alone = ALONE.lock().await;
    let engine = TestEngine::start().await;
    let client = CoreClient::new(options(&engine.url()), None, None).expect("a client");
    let before = live_counts().listener_failures;
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let blocked = Arc::clone(&gate);
    let blocking = client.watch_connection(Arc::new(Misbehaves(move || {
        let open = blocked.0.lock().expect("nobody panics");
        drop(blocked.1.wait_while(open, |is_open| !*is_open));
    })));
    let throwing = client.watch_connection(Arc::new(Misbehaves(|| {})));
    let panicking = client.watch_connection(Arc::new(Misbehaves(|| panic!("on purpose"))));
    log_in(&engine, &client, "alice@example.com").await;
    // The first value and the connection, for those two.
    eventually(live_counts, |now| now.listener_failures >= before + 4);
    *gate.0.lock().expect("nobody panics") = true;
    gate.1.notify_all();
    drop((blocking, throwing, panicking));
    client.shut_down().await;
    assert_nothing_lives();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_it_is_cancelled_dropped_or_its_client_closed() {
    let _alone = ALONE.lock().await;
    // It takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let silent = silent.expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let client = CoreClient::new(options(&url), None, None).expect("a client");
    let call = |cancel| {
        let client = Arc::clone(&client);
        tokio::spawn(async move {
            client
                .request_code("a@example.com".to_owned(), cancel)
                .await
        })
    };
    let token = CancelToken::new();
    let (cancelled, dropped, closed) = (call(Some(Arc::clone(&token))), call(None), call(None));
    eventually(live_counts, |now| now.calls == 3);
    token.cancel();
    assert_eq!(
        cancelled.await.expect("it ends"),
        Err(RelayError::Cancelled)
    );
    dropped.abort();
    eventually(live_counts, |now| now.calls == 1);
    client.shut_down().await;
    assert_eq!(closed.await.expect("it ends"), Err(RelayError::Closed));
    client.shut_down().await;
    assert_nothing_lives();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_and_no_id_is_refused() {
    let _alone = ALONE.lock().await;
    let refused = CoreClient::new(options("example.com"), None, None).expect_err("no scheme");
    assert!(matches!(refused, RelayError::Refused { failure } if failure.field.is_some()));
    let client = CoreClient::new(options("http://127.0.0.1:1"), None, None).expect("a client");
    let refused = client.chat("no id".to_owned()).expect_err("no id");
    assert!(
        matches!(refused, RelayError::Refused { failure } if failure.code == "validation_failed")
    );
    let unreached = client.request_code("a@example.com".to_owned(), None).await;
    assert!(matches!(unreached, Err(RelayError::Network { .. })));
    // Let go without an end: the threads end by themselves.
    drop(client);
    assert_nothing_lives();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_shows_what_its_frames_say() {
    let _alone = ALONE.lock().await;
    let ready = include_str!("../../openapi/fixtures/frames/server_ready.json");
    let client = CoreClient::recorded(vec![ready.to_owned()]).expect("a client");
    client.connect(None).await.expect("it connects");
    let titles: Vec<String> = client.chats().into_iter().map(|chat| chat.title).collect();
    assert_eq!(titles, ["Bob", "Regatta"]);
    let failed = client.list_people(None, None, None).await;
    assert!(matches!(failed, Err(RelayError::Network { .. })));
    client.shut_down().await;
    assert_nothing_lives();
}
