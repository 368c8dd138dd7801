//! Logging in and out, sessions, tokens.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{Client, ConnectionState, RelayError, SessionStore};

use crate::support::{Person, client, in_time, two_people, until};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_in_at_first_and_a_wrong_code_says_so() {
    let engine = TestEngine::start().await;
    let (client, _) = client(&engine.url());
    in_time(client.connect()).await;
    let state = client.connection().get();
    assert_eq!(*state, ConnectionState::SignedOut { reason: None });
    let requested = client.auth().request_code("carol@example.com").await;
    let requested = requested.expect("a code is sent");
    let wrong = client
        .auth()
        .verify_code(requested.request_id, "000000")
        .await;
    assert_eq!(wrong.expect_err("it is wrong").code, "code_invalid");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_session_logs_in_again_and_signing_out_ends_it() {
    let engine = TestEngine::start().await;
    let alice = Person::log_in(&engine, "alice@example.com").await;
    let sessions = alice.client.auth().list_sessions().await.expect("a list");
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].device_name.as_deref(), Some("test"));
    let again = Client::builder(engine.url())
        .session_store(alice.session.clone())
        .build()
        .expect("the address is fine");
    in_time(again.connect()).await;
    assert_eq!(*again.connection().get(), ConnectionState::Connected);
    assert_eq!(again.me().get(), alice.client.me().get());
    again.close();
    alice.client.auth().sign_out().await;
    assert_eq!(*alice.client.me().get(), None);
    assert_eq!(alice.session.load(), None);
    let state = alice.client.connection().get();
    assert_eq!(*state, ConnectionState::SignedOut { reason: None });
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_revoked_elsewhere_is_signed_out_here() {
    let engine = TestEngine::start().await;
    let phone = Person::log_in(&engine, "alice@example.com").await;
    let other = engine.log_in("alice@example.com").await;
    let store = Arc::new(relaychat_sdk::MemorySessionStore::default());
    store.save(Some(&relaychat_sdk::StoredSession {
        session_id: other.login.session.id,
        refresh_token: other.login.tokens.refresh_token.clone(),
        access_token: other.access_token.clone(),
        access_expires_at_ms: i64::MAX,
    }));
    let laptop = Client::builder(engine.url())
        .session_store(store.clone())
        .build();
    let laptop = laptop.expect("the address is fine");
    in_time(laptop.connect()).await;
    assert_eq!(*laptop.connection().get(), ConnectionState::Connected);
    let sessions = phone.client.auth().list_sessions().await.expect("a list");
    assert_eq!(sessions.len(), 2);
    let revoked = phone
        .client
        .auth()
        .revoke_session(other.login.session.id)
        .await;
    revoked.expect("it is revoked");
    let state = until(&laptop.connection(), |now| {
        matches!(now, ConnectionState::SignedOut { .. })
    })
    .await;
    assert!(
        matches!(*state, ConnectionState::SignedOut { reason: Some(_) }),
        "{state:?}"
    );
    assert_eq!(store.load(), None);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_renewed_without_anybody_noticing() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let before = alice.session.load().expect("a session");
    engine.clock().advance_ms(16 * 60 * 1_000);
    let listed = in_time(alice.client.auth().list_sessions()).await;
    listed.expect("the client refreshes and repeats");
    let after = alice.session.load().expect("a session");
    assert_ne!(before.access_token, after.access_token);
    let sent = alice.client.chat(chat_id).send("still here");
    in_time(sent.delivered()).await.expect("it is delivered");
    until(&bob.client.chats().state(), |now| {
        let last = now.items.first().and_then(|chat| chat.last_message.clone());
        last.is_some_and(|message| message.text == "still here")
    })
    .await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_provider_is_asked_again_after_a_failure_and_can_sign_out() {
    let engine = TestEngine::start().await;
    let user = engine.log_in("alice@example.com").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let provide = move |_reason| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        let token = user.access_token.clone();
        async move {
            match number {
                0 => Err(RelayError::network("the backend is down")),
                1 => Ok(token),
                _ => Err(RelayError::unauthenticated("logged out of the application")),
            }
        }
    };
    let client = Client::builder(engine.url())
        .token_provider(provide)
        .build();
    let client = client.expect("the address is fine");
    in_time(client.connect()).await;
    assert_eq!(*client.connection().get(), ConnectionState::Connected);
    client.set_network_online(false);
    client.set_network_online(true);
    until(&client.connection(), |now| {
        matches!(now, ConnectionState::SignedOut { .. })
    })
    .await;
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    engine.stop().await;
}
