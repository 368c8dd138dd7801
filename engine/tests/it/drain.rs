//! The server stops: nothing new, a reason for everybody, nothing acknowledged is lost.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use relaychat_engine::test_support::{DEADLINE, TestEngine};
use relaychat_protocol::{
    frames::{ClientFrame, ServerFrame, close_code},
    rest::messages::MessagePage,
};
use tokio_tungstenite::{connect_async, tungstenite::Error};

use crate::client::{Client, direct_chat, draft, get};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_told_to_come_back_and_new_ones_to_wait() {
    let engine = TestEngine::builder()
        .alone()
        .config(|config| config.realtime.drain_window_ms = 300)
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(Client::open(&engine, &ann).await.0);
    }
    let unauthenticated = Client::connect(&engine).await;
    let draining = tokio::spawn({
        let engine = engine.engine().clone();
        async move { engine.drain().await }
    });
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, close_code::DRAINING);
    }
    let mut unauthenticated = unauthenticated;
    assert_eq!(unauthenticated.closed().await, close_code::DRAINING);
    match connect_async(engine.socket_url()).await {
        Err(Error::Http(response)) => {
            assert_eq!(response.status(), 503);
            assert!(response.headers().contains_key("retry-after"));
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
    tokio::time::timeout(DEADLINE, draining)
        .await
        .expect("ends in time")
        .expect("does not panic");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_before_the_end_is_there_after_it() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut socket, _) = Client::open(&engine, &ann).await;
    let acked = Arc::new(AtomicU64::new(0));
    let writing = tokio::spawn({
        let acked = acked.clone();
        async move {
            for number in 0..40 {
                let frame = ClientFrame::SendMessage {
                    id: number.to_string(),
                    chat_id,
                    message: draft(&number.to_string()),
                };
                socket.send(&frame).await;
            }
            loop {
                match socket.next_or_code().await {
                    Ok(ServerFrame::Ack { .. }) => drop(acked.fetch_add(1, Ordering::SeqCst)),
                    Ok(_) => {}
                    Err(code) => return code,
                }
            }
        }
    });
    while acked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let engine = engine.restart().await;
    let code = writing.await.expect("is told why");
    assert_eq!(code, close_code::DRAINING);
    let page: MessagePage = get(&engine, &ann, &format!("/v1/chats/{chat_id}/messages")).await;
    let count = page.items.len() as u64;
    assert!(count >= acked.load(Ordering::SeqCst), "{count} stored");
    engine.stop().await;
}
