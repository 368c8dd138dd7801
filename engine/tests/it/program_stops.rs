//! The program is told to stop: it drains and ends well; told twice, it ends at once.

use std::time::{Duration, Instant};

use relaychat_protocol::{
    frames::{ClientFrame, ServerFrame, close_code},
    rest::chats::{ChatWithUsers, OpenDirectChat},
};

use crate::{
    client::{Client, draft},
    program::{Program, relaychat},
};

/// How long a stop may take, as it is promised.
const STOP_MAX: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_tells_sockets_why_and_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path()).await;
    let ann = program.log_in("ann@example.com").await;
    let bob = program.log_in("bob@example.com").await;
    let http = crate::http::http();
    let open = OpenDirectChat {
        user_id: bob.me.user.id,
    };
    let opened = http
        .post(format!("{}/v1/chats/direct", program.url))
        .bearer_auth(&ann.tokens.access_token)
        .json(&open)
        .send()
        .await
        .expect("answers");
    let opened: ChatWithUsers = opened.json().await.expect("a chat");
    let chat_id = opened.chat.info.id;

    let socket = format!("{}/v1/ws", program.url.replacen("http", "ws", 1));
    let mut watching = Client::connect_to(&socket).await;
    watching
        .hello(Some(bob.tokens.access_token.clone()), None)
        .await;
    watching.ready().await;
    let mut sending = Client::connect_to(&socket).await;
    sending
        .hello(Some(ann.tokens.access_token.clone()), None)
        .await;
    sending.ready().await;
    for number in 0..10 {
        let frame = ClientFrame::SendMessage {
            id: number.to_string(),
            chat_id,
            message: draft("in flight"),
        };
        sending.send(&frame).await;
    }
    let started = Instant::now();
    program.signal("-TERM").await;
    let mut acked = 0;
    let code = loop {
        match sending.next_or_code().await {
            Ok(ServerFrame::Ack { .. }) => acked += 1,
            Ok(_) => {}
            Err(code) => break code,
        }
    };
    assert_eq!(code, close_code::DRAINING);
    assert_eq!(watching.closed().await, close_code::DRAINING);
    assert_eq!(program.ended().await, Some(0));
    assert!(started.elapsed() < STOP_MAX, "{:?}", started.elapsed());

    // The same folder again: what was acknowledged is there.
    let program = Program::run(relaychat(folder.path())).await;
    let page = http
        .get(format!("{}/v1/chats/{chat_id}/messages", program.url))
        .bearer_auth(&ann.tokens.access_token)
        .send()
        .await
        .expect("answers");
    let page: serde_json::Value = page.json().await.expect("a page");
    let stored = page["items"].as_array().map_or(0, Vec::len);
    assert!(
        acked > 0 && stored >= acked,
        "{acked} acked, {stored} stored"
    );
    assert_eq!(program.terminate().await, Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = relaychat(folder.path());
    command.args(["--drain-window", "10s"]);
    let mut program = Program::run(command).await;
    let ann = program.log_in("ann@example.com").await;
    let socket = format!("{}/v1/ws", program.url.replacen("http", "ws", 1));
    let mut sockets = Vec::new();
    for _ in 0..5 {
        let mut client = Client::connect_to(&socket).await;
        client
            .hello(Some(ann.tokens.access_token.clone()), None)
            .await;
        client.ready().await;
        sockets.push(client);
    }
    let started = Instant::now();
    program.signal("-INT").await;
    program.line_with("stopping").await;
    program.signal("-INT").await;
    assert_eq!(program.ended().await, Some(130));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}
