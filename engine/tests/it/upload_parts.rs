//! Uploads in parts: broken off, gone on with, repeated, raced, given up and finished.

use relaychat_engine::test_support::{DEADLINE, TestEngine, TestUser};
use relaychat_protocol::{
    Problem,
    rest::attachments::{Attachment, AttachmentKind, AttachmentLinks, Upload},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::http::http;

const PART: usize = 4 * 1_024 * 1_024;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Two whole parts and a rest, all different.
fn file() -> Vec<u8> {
    let size = 2 * PART + 1_000;
    (0..size).map(|at| (at / 7 + at / PART) as u8).collect()
}

fn part_of(file: &[u8], number: usize) -> Vec<u8> {
    let end = file.len().min((number + 1) * PART);
    file[number * PART..end].to_vec()
}

async fn ask(engine: &TestEngine, user: &TestUser, method: Method, path: &str) -> Response {
    let request = http().request(method, format!("{}/v1/uploads/{path}", engine.url()));
    let request = request.bearer_auth(&user.access_token);
    request.send().await.expect("is answered")
}

async fn begin_with(engine: &TestEngine, user: &TestUser, body: &Value) -> Response {
    let request = http().post(format!("{}/v1/uploads/begin", engine.url()));
    let request = request.bearer_auth(&user.access_token).json(body);
    request.send().await.expect("is answered")
}

async fn begin(engine: &TestEngine, user: &TestUser, size: usize) -> Upload {
    let body = json!({
        "kind": "file", "file_name": "../regatta.mp4", "content_type": "video/mp4",
        "size_bytes": size
    });
    let answer = begin_with(engine, user, &body).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.expect("an upload")
}

async fn put(
    engine: &TestEngine,
    user: &TestUser,
    (upload, offset): (&Upload, usize),
    body: Vec<u8>,
) -> Response {
    let path = format!("{}/parts/{offset}", upload.upload_id);
    let request = http().put(format!("{}/v1/uploads/{path}", engine.url()));
    let request = request.bearer_auth(&user.access_token).body(body);
    request.send().await.expect("is answered")
}

async fn received(answer: Response) -> u64 {
    assert_eq!(answer.status(), 200);
    let upload: Upload = answer.json().await.expect("an upload");
    upload.received_bytes
}

async fn refused(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.expect("a problem");
    (status, problem.code.as_str().to_owned())
}

async fn finish(engine: &TestEngine, user: &TestUser, upload: &Upload) -> Response {
    let path = format!("{}/finish", upload.upload_id);
    ask(engine, user, Method::POST, &path).await
}

/// All bytes of what was made.
async fn read(engine: &TestEngine, user: &TestUser, made: &Attachment) -> Vec<u8> {
    let path = format!("/v1/attachments/{}/links", made.id);
    let token = Some(user.access_token.as_str());
    let links = engine.call::<AttachmentLinks>(Method::GET, &path, token, None::<&()>);
    let url = links.await.expect("its owner").url;
    let answer = http().get(format!("{}{url}", engine.url())).send().await;
    let bytes = answer.expect("is answered").bytes().await.expect("whole");
    bytes.to_vec()
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off_also_after_a_restart() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let file = file();
    let upload = begin(&engine, &alice, file.len()).await;
    assert_eq!((upload.part_bytes, upload.received_bytes), (PART as u64, 0));
    let first = put(&engine, &alice, (&upload, 0), part_of(&file, 0)).await;
    assert_eq!(received(first).await, PART as u64);
    // A part that breaks off adds nothing.
    let half = part_of(&file, 1)[..1_000].to_vec();
    let short = put(&engine, &alice, (&upload, PART), half).await;
    assert_eq!(refused(short).await, (422, "validation_failed".to_owned()));

    let engine = engine.restart().await;
    let known = ask(&engine, &alice, Method::GET, &upload.upload_id.to_string()).await;
    assert_eq!(received(known).await, PART as u64);
    let early = finish(&engine, &alice, &upload).await;
    assert_eq!(refused(early).await, (409, "upload_incomplete".to_owned()));
    for number in [1, 2] {
        let part = part_of(&file, number);
        let answer = put(&engine, &alice, (&upload, number * PART), part).await;
        let end = file.len().min((number + 1) * PART);
        assert_eq!(received(answer).await, end as u64);
    }
    let made = finish(&engine, &alice, &upload).await;
    assert_eq!(made.status(), 201);
    let made: Attachment = made.json().await.expect("an attachment");
    assert_eq!(made.kind, AttachmentKind::File);
    assert_eq!(made.size_bytes, file.len() as u64);
    assert_eq!(made.content_type, "video/mp4");
    assert_eq!(made.file_name.as_deref(), Some("regatta.mp4"));
    let again = finish(&engine, &alice, &upload).await;
    assert_eq!(again.json::<Attachment>().await.expect("the same"), made);
    assert!(read(&engine, &alice, &made).await == file);
    let keys = engine.blobs().keys();
    assert_eq!(keys.len(), 1, "the parts are gone: {keys:?}");
    engine.stop().await;
}

#[tokio::test]
async fn parts_are_taken_in_order_and_repeats_change_nothing() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let file = file();
    let upload = begin(&engine, &alice, file.len()).await;
    let gap = put(&engine, &alice, (&upload, PART), part_of(&file, 1)).await;
    assert_eq!(refused(gap).await, (409, "upload_incomplete".to_owned()));
    let long = put(&engine, &alice, (&upload, 0), file[..=PART].to_vec()).await;
    assert_eq!(refused(long).await, (413, "payload_too_large".to_owned()));
    for _ in 0..2 {
        let answer = put(&engine, &alice, (&upload, 0), part_of(&file, 0)).await;
        assert_eq!(received(answer).await, PART as u64);
    }
    let middle = put(&engine, &alice, (&upload, 500), part_of(&file, 1)).await;
    assert_eq!(refused(middle).await, (409, "upload_incomplete".to_owned()));
    let beyond = put(&engine, &alice, (&upload, 2 * PART), vec![1; 1_001]).await;
    assert_eq!(refused(beyond).await, (413, "payload_too_large".to_owned()));
    assert_eq!(engine.blobs().keys().len(), 1, "only what was taken");
    engine.stop().await;
}

#[tokio::test]
async fn of_two_requests_for_one_place_one_is_taken_and_nothing_mixes() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let file = file();
    let upload = begin(&engine, &alice, file.len()).await;
    for number in 0..3 {
        let at = (&upload, number * PART);
        let racing = (0..4).map(|_| put(&engine, &alice, at, part_of(&file, number)));
        for answer in futures_util::future::join_all(racing).await {
            let end = file.len().min((number + 1) * PART);
            assert_eq!(received(answer).await, end as u64);
        }
        let keys = engine.blobs().keys();
        assert_eq!(keys.len(), number + 1, "the losers left: {keys:?}");
    }
    let racing = (0..3).map(|_| finish(&engine, &alice, &upload));
    let mut made: Vec<Attachment> = Vec::new();
    for answer in futures_util::future::join_all(racing).await {
        assert_eq!(answer.status(), 201);
        made.push(answer.json().await.expect("an attachment"));
    }
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    assert!(read(&engine, &alice, &made[0]).await == file);
    assert_eq!(engine.blobs().keys().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn nobody_else_sees_an_upload() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let eve = engine.log_in("eve@example.com").await;
    let upload = begin(&engine, &alice, 10).await;
    let id = upload.upload_id;
    let answers = [
        ask(&engine, &eve, Method::GET, &id.to_string()).await,
        ask(&engine, &eve, Method::DELETE, &id.to_string()).await,
        finish(&engine, &eve, &upload).await,
        put(&engine, &eve, (&upload, 0), vec![1; 10]).await,
    ];
    for answer in answers {
        assert_eq!(refused(answer).await, (404, "not_found".to_owned()));
    }
    let gone = ask(&engine, &alice, Method::DELETE, &id.to_string()).await;
    assert_eq!(gone.status(), 204);
    let answer = put(&engine, &alice, (&upload, 0), vec![1; 10]).await;
    assert_eq!(refused(answer).await, (404, "not_found".to_owned()));
    engine.stop().await;
}

#[tokio::test]
async fn what_would_be_refused_at_once_is_refused_at_the_beginning() {
    let engine = TestEngine::start_with(|config| {
        config.limits.file_bytes = 5_000;
        config.limits.user_bytes = 8_000;
        config.limits.is_rate_limited = false;
    });
    let engine = engine.await;
    let alice = engine.log_in("alice@example.com").await;
    let file = |size: u64| json!({"kind": "file", "size_bytes": size});
    let image = json!({"content_type": "text/html", "size_bytes": 10});
    for (body, status, code) in [
        (file(0), 422, "validation_failed"),
        (file(5_001), 413, "payload_too_large"),
        (image, 415, "unsupported_media_type"),
        (
            json!({"kind": "song", "size_bytes": 10}),
            422,
            "validation_failed",
        ),
        (
            json!({"kind": "file", "size_bytes": -1}),
            400,
            "malformed_request",
        ),
    ] {
        let answer = begin_with(&engine, &alice, &body).await;
        assert_eq!(refused(answer).await, (status, code.to_owned()), "{body}");
    }
    let first = begin(&engine, &alice, 5_000).await;
    let answer = begin_with(&engine, &alice, &file(3_001)).await;
    assert_eq!(refused(answer).await, (413, "quota_exceeded".to_owned()));
    let id = first.upload_id.to_string();
    ask(&engine, &alice, Method::DELETE, &id).await;
    for _ in 0..16 {
        begin(&engine, &alice, 10).await;
    }
    let answer = begin_with(&engine, &alice, &file(10)).await;
    assert_eq!(refused(answer).await, (409, "too_many_uploads".to_owned()));
    engine.stop().await;
}

#[tokio::test]
async fn a_picture_in_parts_is_a_picture_and_what_is_none_is_refused() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let mut png = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(30, 20, image::Rgb([9, 8, 7]));
    image
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("encodes");
    let png = png.into_inner();
    for (bytes, status) in [(png.clone(), 201), (png[..png.len() / 2].to_vec(), 422)] {
        let body = json!({"size_bytes": bytes.len(), "content_type": "image/png"});
        let begun = begin_with(&engine, &alice, &body).await;
        let upload: Upload = begun.json().await.expect("an upload");
        put(&engine, &alice, (&upload, 0), bytes).await;
        let made = finish(&engine, &alice, &upload).await;
        assert_eq!(made.status(), status);
        let Ok(made) = made.json::<Attachment>().await else {
            let again = finish(&engine, &alice, &upload).await;
            assert_eq!(refused(again).await, (404, "not_found".to_owned()));
            continue;
        };
        assert_eq!((made.kind, made.width), (AttachmentKind::Image, 30));
        assert!(made.thumb_hash.is_some());
    }
    assert_eq!(engine.blobs().keys().len(), 2, "both sizes of the picture");
    engine.stop().await;
}

#[tokio::test]
async fn an_upload_that_nobody_goes_on_with_is_swept_with_its_bytes() {
    let engine = TestEngine::start().await;
    let alice = engine.log_in("alice@example.com").await;
    let file = file();
    let upload = begin(&engine, &alice, file.len()).await;
    put(&engine, &alice, (&upload, 0), part_of(&file, 0)).await;
    assert_eq!(engine.blobs().keys().len(), 1);
    engine.clock().advance_ms(DAY_MS + 1);
    let engine = engine.restart().await;
    let alice = engine.log_in("alice@example.com").await;
    tokio::time::timeout(DEADLINE, async {
        while !engine.blobs().keys().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the sweep takes it");
    let id = upload.upload_id.to_string();
    let answer = ask(&engine, &alice, Method::GET, &id).await;
    assert_eq!(refused(answer).await, (404, "not_found".to_owned()));
    engine.stop().await;
}
