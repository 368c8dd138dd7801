//! Files of any type: taken byte for byte, read by members only, and never shown as a page.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    AttachmentId, MessageId, Problem,
    rest::{
        attachments::{Attachment, AttachmentKind, AttachmentLinks},
        chats::{ChatWithUsers, OpenDirectChat},
        limits::Limits,
        messages::{Message, SendMessage},
        users::SetAvatar,
    },
};
use reqwest::{Method, Response, StatusCode, header};

use crate::http::http;

const HTML: &[u8] = b"<script>alert(document.cookie)</script>";

async fn post(
    engine: &TestEngine,
    user: &TestUser,
    (content_type, name): (&str, &str),
    body: impl Into<reqwest::Body>,
) -> Response {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let url = format!("{}/v1/uploads?kind=file&file_name={name}", engine.url());
    let request = http().post(url);
    let request = request.bearer_auth(&user.access_token);
    let request = request.header(header::CONTENT_TYPE, content_type);
    request.body(body).send().await.expect("is answered")
}

async fn upload(
    engine: &TestEngine,
    user: &TestUser,
    file: (&str, &str),
    body: impl Into<reqwest::Body>,
) -> Attachment {
    let answer = post(engine, user, file, body).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.expect("an attachment")
}

async fn refused(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.expect("a problem");
    (status, problem.code.as_str().to_owned())
}

async fn links(engine: &TestEngine, user: &TestUser, id: AttachmentId) -> Option<AttachmentLinks> {
    let path = format!("/v1/attachments/{id}/links");
    let token = Some(user.access_token.as_str());
    let answer = engine.call(Method::GET, &path, token, None::<&()>).await;
    answer.ok()
}

/// Alice sends Bob what she has uploaded.
async fn send(engine: &TestEngine, alice: &TestUser, bob: &TestUser, file: &Attachment) -> Message {
    let token = Some(alice.access_token.as_str());
    let open = OpenDirectChat { user_id: bob.id };
    let opened = engine.call(Method::POST, "/v1/chats/direct", token, Some(&open));
    let opened: ChatWithUsers = opened.await.expect("opens");
    let message = SendMessage {
        message_id: MessageId(uuid::Uuid::from_u128(
            0x0197_0000_0000_7000_8000_0000_0000_0001,
        )),
        text: String::new(),
        attachment_ids: vec![file.id],
        reply_to_id: None,
        mentions: None,
    };
    let path = format!("/v1/chats/{}/messages", opened.chat.info.id);
    let sent = engine.call(Method::POST, &path, token, Some(&message));
    sent.await.expect("sends")
}

#[tokio::test]
async fn a_file_is_kept_byte_for_byte_and_offered_for_saving_to_members_only() {
    let engine = TestEngine::start().await;
    let (alice, bob, eve) = (
        engine.log_in("a@example.org").await,
        engine.log_in("b@example.org").await,
        engine.log_in("e@example.org").await,
    );
    let named = (
        "text/html; charset=utf-8",
        "../../In\u{202e}lmth.voice.html",
    );
    let made = upload(&engine, &alice, named, HTML).await;
    assert_eq!(made.kind, AttachmentKind::File);
    assert_eq!((made.width, made.height, made.thumb_hash), (0, 0, None));
    assert_eq!(made.size_bytes, HTML.len() as u64);
    assert_eq!(made.content_type, "text/html");
    assert_eq!(made.file_name.as_deref(), Some("Inlmth.voice.html"));

    assert!(
        links(&engine, &bob, made.id).await.is_none(),
        "not sent yet"
    );
    let sent = send(
        &engine,
        &alice,
        &bob,
        &upload(&engine, &alice, named, HTML).await,
    )
    .await;
    let id = sent.attachments[0].id;
    assert!(links(&engine, &eve, id).await.is_none(), "no member");
    let found = links(&engine, &bob, id).await.expect("a member");
    assert_eq!(found.url, found.thumbnail_url, "there is no small version");

    let read = http().get(format!("{}{}", engine.url(), found.url));
    let answer = read.send().await.expect("is answered");
    let headers = answer.headers().clone();
    let header = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    };
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(
        header("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"Inlmth.voice.html\"; filename*=UTF-8''Inlmth.voice.html"
    );
    assert_eq!(answer.bytes().await.expect("the file"), HTML);

    let part = http().get(format!("{}{}", engine.url(), found.url));
    let part = part
        .header(header::RANGE, "bytes=1-6")
        .send()
        .await
        .expect("is answered");
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.expect("a part"), &HTML[1..7]);
}

#[tokio::test]
async fn an_image_asked_for_as_a_file_stays_as_it_is_and_is_nobodys_picture() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("a@example.org").await;
    let png = b"\x89PNG\r\n\x1a\n with a secret place in it".as_slice();
    let made = upload(&engine, &alice, ("image/png", "map.png"), png).await;
    assert_eq!(
        (made.kind, made.size_bytes),
        (AttachmentKind::File, png.len() as u64)
    );
    let set = SetAvatar {
        attachment_id: made.id,
    };
    let token = Some(alice.access_token.as_str());
    let answer = engine.call::<serde_json::Value>(Method::PUT, "/v1/me/avatar", token, Some(&set));
    let (status, _) = answer.await.expect_err("no picture");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_too_large_or_empty_or_breaks_off_is_refused_and_leaves_nothing() {
    let config = |config: &mut relaychat_engine::Config| config.limits.file_bytes = 1_000;
    let engine = TestEngine::start_with(config).await;
    let alice = engine.log_in("a@example.org").await;
    let limits: Limits = engine
        .call(Method::GET, "/v1/limits", None, None::<&()>)
        .await
        .expect("tells");
    assert_eq!(limits.file_bytes, 1_000);
    let file = ("application/zip", "a.zip");
    let answer = post(&engine, &alice, file, vec![7; 1_001]).await;
    assert_eq!(refused(answer).await, (413, "payload_too_large".to_owned()));
    let pieces = stream::iter((0..11).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![7; 100]))));
    let answer = post(&engine, &alice, file, reqwest::Body::wrap_stream(pieces)).await;
    assert_eq!(refused(answer).await, (413, "payload_too_large".to_owned()));
    let answer = post(&engine, &alice, file, Vec::new()).await;
    assert_eq!(refused(answer).await, (422, "validation_failed".to_owned()));
    upload(&engine, &alice, file, vec![7; 1_000]).await;
}

#[tokio::test]
async fn two_uploads_at_once_never_take_more_room_than_there_is() {
    let config = |config: &mut relaychat_engine::Config| config.limits.user_bytes = 1_000;
    let engine = Arc::new(TestEngine::start_with(config).await);
    let alice = engine.log_in("a@example.org").await;
    let bob = engine.log_in("b@example.org").await;
    let file = ("application/zip", "a.zip");
    // Of six with 300 bytes three fit, whatever order they arrive in. No size is announced, so that
    // all of them arrive before they are counted.
    let uploads = (0..6).map(|_| {
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![7; 300]))]);
        post(&engine, &alice, file, reqwest::Body::wrap_stream(pieces))
    });
    let answers = futures_util::future::join_all(uploads).await;
    let mut taken = 0;
    for answer in answers {
        match answer.status() {
            StatusCode::CREATED => taken += 1,
            _ => assert_eq!(refused(answer).await, (413, "quota_exceeded".to_owned())),
        }
    }
    assert_eq!(taken, 3);
    upload(&engine, &alice, file, vec![7; 100]).await;
    let answer = post(&engine, &alice, file, vec![7; 1]).await;
    assert_eq!(refused(answer).await, (413, "quota_exceeded".to_owned()));
    upload(&engine, &bob, file, vec![7; 1_000]).await;
}
