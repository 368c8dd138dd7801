//! Uploading over HTTP, and reading by addresses that carry their permission.

use std::{io::Cursor, time::Duration};

use relaychat_engine::test_support::{DEADLINE, TestEngine, TestUser};
use relaychat_protocol::{
    MessageId, Problem,
    rest::{
        attachments::{Attachment, AttachmentLinks},
        chats::{ChatWithUsers, OpenDirectChat},
        messages::{Message, SendMessage},
        users::{Me, SetAvatar},
    },
};
use reqwest::{
    Method, Response, StatusCode,
    header::{self, HeaderMap},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{io::AsyncWriteExt, net::TcpStream};

fn photo() -> Vec<u8> {
    let image = image::RgbImage::from_fn(1_000, 700, |x, y| {
        image::Rgb([(x / 4) as u8, (y / 3) as u8, (x ^ y) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .expect("encodes");
    bytes.into_inner()
}

async fn post(engine: &TestEngine, user: &TestUser, content_type: &str, body: Vec<u8>) -> Response {
    crate::http::http()
        .post(format!(
            "{}/v1/uploads?file_name=Meine%20Katze.heic",
            engine.url()
        ))
        .bearer_auth(&user.access_token)
        .header(header::CONTENT_TYPE, content_type)
        .body(body)
        .send()
        .await
        .expect("is answered")
}

pub(crate) async fn upload(engine: &TestEngine, user: &TestUser) -> Attachment {
    let response = post(engine, user, "image/jpeg", photo()).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json().await.expect("an attachment")
}

async fn call<T: DeserializeOwned>(
    engine: &TestEngine,
    user: &TestUser,
    (method, path): (Method, &str),
    body: Option<&impl Serialize>,
) -> Result<T, u16> {
    let token = Some(user.access_token.as_str());
    let answer = engine.call(method, path, token, body).await;
    answer.map_err(|(status, _)| status.as_u16())
}

async fn links(
    engine: &TestEngine,
    user: &TestUser,
    id: &Attachment,
) -> Result<AttachmentLinks, u16> {
    let path = format!("/v1/attachments/{}/links", id.id);
    call(engine, user, (Method::GET, &path), None::<&()>).await
}

async fn get(engine: &TestEngine, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = crate::http::http().get(format!("{}{path}", engine.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("is answered")
}

async fn assert_not_found(engine: &TestEngine, path: &str) {
    let response = get(engine, path, &[]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let problem: Problem = response.json().await.expect("a problem");
    assert_eq!(problem.code.as_str(), "not_found", "{path}");
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

/// Alice sends Bob a picture.
async fn send(engine: &TestEngine, alice: &TestUser, bob: &TestUser) -> Attachment {
    let made = upload(engine, alice).await;
    let open = OpenDirectChat { user_id: bob.id };
    let opened: ChatWithUsers = call(
        engine,
        alice,
        (Method::POST, "/v1/chats/direct"),
        Some(&open),
    )
    .await
    .expect("opens");
    let message = SendMessage {
        message_id: MessageId(uuid::Uuid::from_u128(
            0x0197_0000_0000_7000_8000_0000_0000_0001,
        )),
        text: String::new(),
        attachment_ids: vec![made.id],
        reply_to_id: None,
        mentions: None,
    };
    let path = format!("/v1/chats/{}/messages", opened.chat.info.id);
    let sent: Message = call(engine, alice, (Method::POST, &path), Some(&message))
        .await
        .expect("is sent");
    assert_eq!(sent.attachments, std::slice::from_ref(&made));
    made
}

#[tokio::test]
async fn a_picture_is_uploaded_sent_and_read_by_the_other_person_only() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let stranger = engine.log_in("stranger@example.com").await;
    let made = send(&engine, &alice, &bob).await;
    assert_eq!(made.file_name.as_deref(), Some("Meine Katze.heic"));
    assert_eq!(links(&engine, &stranger, &made).await, Err(404));

    let links = links(&engine, &bob, &made).await.expect("a member");
    let response = get(&engine, &links.url, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("accept-ranges", "bytes"),
        (
            "content-disposition",
            "inline; filename=\"Meine Katze.jpg\"; filename*=UTF-8''Meine%20Katze.jpg",
        ),
    ] {
        assert_eq!(text(&headers, name), value);
    }
    assert!(text(&headers, "cache-control").starts_with("private, max-age="));
    let bytes = response.bytes().await.expect("bytes");
    assert_eq!(bytes.len() as u64, made.size_bytes);
    let thumbnail = get(&engine, &links.thumbnail_url, &[])
        .await
        .bytes()
        .await
        .expect("bytes");
    let thumbnail = image::load_from_memory(&thumbnail).expect("a picture");
    assert_eq!((thumbnail.width(), thumbnail.height()), (640, 448));
    engine.stop().await;
}

#[tokio::test]
async fn an_address_that_was_changed_or_has_expired_finds_nothing() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let made = upload(&engine, &alice).await;
    let other = upload(&engine, &alice).await;
    let AttachmentLinks {
        url,
        thumbnail_url,
        expires_at_ms,
    } = links(&engine, &alice, &made).await.expect("the owner");
    let query = url.split_once('?').expect("a query").1;
    let thumbnail_query = thumbnail_url.split_once('?').expect("a query").1;
    for changed in [
        url.replace("/original", "/thumbnail"),
        url.replace(&made.id.to_string(), &other.id.to_string()),
        url.replace(&expires_at_ms.to_string(), &(expires_at_ms + 1).to_string()),
        url.replace(&expires_at_ms.to_string(), &i64::MIN.to_string()),
        url.replace(&expires_at_ms.to_string(), &i64::MAX.to_string()),
        format!("{url}A"),
        url[..url.len() - 1].to_owned(),
        url.replace(query, thumbnail_query),
        format!(
            "/v1/blobs/{}/original?expires={expires_at_ms}&signature=",
            made.id
        ),
    ] {
        assert_not_found(&engine, &changed).await;
    }
    for unreadable in [
        url.replace("/original", "/../../secret"),
        url.replace("/original", "/huge"),
        format!("/v1/blobs/{}/original", made.id),
    ] {
        let status = get(&engine, &unreadable, &[]).await.status();
        assert!(
            [400, 404].contains(&status.as_u16()),
            "{unreadable}: {status}"
        );
    }
    assert_eq!(get(&engine, &url, &[]).await.status(), StatusCode::OK);
    let left_ms = expires_at_ms - relaychat_engine::clock::Clock::now_ms(engine.clock());
    engine.clock().advance_ms(left_ms - 1);
    assert_eq!(get(&engine, &url, &[]).await.status(), StatusCode::OK);
    engine.clock().advance_ms(1);
    assert_not_found(&engine, &url).await;
    engine.stop().await;
}

#[tokio::test]
async fn ranges_are_served_as_http_says() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let made = upload(&engine, &alice).await;
    let url = links(&engine, &alice, &made).await.expect("the owner").url;
    let whole = get(&engine, &url, &[]).await;
    let tag = text(whole.headers(), "etag").to_owned();
    let whole = whole.bytes().await.expect("bytes");
    let size = whole.len();
    for (range, expected) in [
        ("bytes=0-99".to_owned(), 0..100),
        (format!("bytes={}-", size - 7), size - 7..size),
        ("bytes=-5".to_owned(), size - 5..size),
        (format!("bytes=10-{}", size * 2), 10..size),
    ] {
        let response = get(&engine, &url, &[("range", &range)]).await;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        let (first, last) = (expected.start, expected.end - 1);
        assert_eq!(
            text(response.headers(), "content-range"),
            format!("bytes {first}-{last}/{size}")
        );
        let part = response.bytes().await.expect("bytes");
        assert!(part == whole[expected], "{range}");
    }
    let outside = get(&engine, &url, &[("range", &format!("bytes={size}-"))]).await;
    assert_eq!(outside.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(
        text(outside.headers(), "content-range"),
        format!("bytes */{size}")
    );
    assert_eq!(
        text(outside.headers(), "content-type"),
        "application/problem+json"
    );
    for (name, value, status) in [
        ("if-none-match", tag.as_str(), StatusCode::NOT_MODIFIED),
        ("if-none-match", "\"another\"", StatusCode::OK),
        ("range", "bytes=0-1,5-6", StatusCode::OK),
        ("range", "lines=0-1", StatusCode::OK),
    ] {
        assert_eq!(
            get(&engine, &url, &[(name, value)]).await.status(),
            status,
            "{name}: {value}"
        );
    }
    for (known, status) in [(tag.as_str(), 206), ("\"another\"", 200)] {
        let headers = [("range", "bytes=0-1"), ("if-range", known)];
        assert_eq!(get(&engine, &url, &headers).await.status().as_u16(), status);
    }
    let head = crate::http::http()
        .head(format!("{}{url}", engine.url()))
        .send()
        .await;
    let head = head.expect("is answered");
    assert_eq!(text(head.headers(), "content-length"), size.to_string());
    assert!(head.bytes().await.expect("no bytes").is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_stops_half_way_leaves_nothing_and_blocks_nothing() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let file = photo();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(engine.address())
            .await
            .expect("connects");
        let head = format!(
            "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
            alice.access_token,
            file.len()
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        stream
            .write_all(&file[..file.len() / 2])
            .await
            .expect("writes");
        stream.shutdown().await.expect("hangs up");
    }
    // More were cut off than one person may have under way: their places must come back.
    let made: Attachment = tokio::time::timeout(DEADLINE, async {
        loop {
            let response = post(&engine, &alice, "image/jpeg", photo()).await;
            if response.status() == StatusCode::CREATED {
                return response.json().await.expect("an attachment");
            }
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        }
    })
    .await
    .expect("in time");
    let keys = engine.blobs().keys();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(keys.iter().all(|key| key.contains(&made.id.to_string())));
    engine.stop().await;
}

#[tokio::test]
async fn what_is_no_image_is_refused_with_a_documented_code() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let half = photo().len() / 2;
    for (content_type, body, status, code) in [
        (
            "image/svg+xml",
            b"<svg/>".to_vec(),
            415,
            "unsupported_media_type",
        ),
        ("text/html", photo(), 415, "unsupported_media_type"),
        (
            "image/png",
            b"<html><script>".to_vec(),
            415,
            "unsupported_media_type",
        ),
        ("image/png", Vec::new(), 415, "unsupported_media_type"),
        ("image/jpeg", photo()[..half].to_vec(), 422, "image_invalid"),
        ("image/jpeg", vec![0xff; 11 << 20], 413, "payload_too_large"),
    ] {
        let response = post(&engine, &alice, content_type, body).await;
        assert_eq!(response.status().as_u16(), status, "{content_type}");
        let problem: Problem = response.json().await.expect("a problem");
        assert_eq!(problem.code.as_str(), code);
    }
    let stranger = crate::http::http()
        .post(format!("{}/v1/uploads", engine.url()))
        .body(photo());
    let response = stranger.send().await.expect("is answered");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(engine.blobs().keys(), Vec::<String>::new());
    engine.stop().await;
}

#[tokio::test]
async fn a_profile_picture_is_public_by_its_address_until_it_is_replaced() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let mut addresses = Vec::new();
    for _ in 0..2 {
        let set = SetAvatar {
            attachment_id: upload(&engine, &alice).await.id,
        };
        let me: Me = call(&engine, &alice, (Method::PUT, "/v1/me/avatar"), Some(&set))
            .await
            .expect("is set");
        addresses.push(me.user.avatar_url.expect("has a picture"));
    }
    let response = get(&engine, &addresses[1], &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let kept = text(response.headers(), "cache-control").to_owned();
    assert_eq!(kept, "public, max-age=31536000, immutable");
    let picture = image::load_from_memory(&response.bytes().await.expect("bytes"));
    let picture = picture.expect("a picture");
    assert_eq!((picture.width(), picture.height()), (256, 256));
    assert_not_found(&engine, &addresses[0]).await;
    let upload = upload(&engine, &alice).await;
    assert_not_found(&engine, &format!("/v1/avatars/{}", upload.id)).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_picture_of_twelve_megapixels_is_taken_in_a_few_seconds() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let image = image::RgbImage::from_fn(4_000, 3_000, |x, y| {
        image::Rgb([
            (x / 16) as u8,
            (y / 12) as u8,
            (x.wrapping_mul(y) >> 8) as u8,
        ])
    });
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .expect("encodes");
    let sent = post(&engine, &alice, "image/jpeg", bytes.into_inner());
    let response = tokio::time::timeout(Duration::from_secs(15), sent).await;
    assert_eq!(response.expect("in time").status(), StatusCode::CREATED);
    engine.stop().await;
}
