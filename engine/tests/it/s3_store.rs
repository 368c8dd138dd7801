//! Uploads in a real S3 store: large files, ranges, addresses that the store signs, and a store
//! that goes away and comes back.

use std::{io::Cursor, net::SocketAddr, sync::Arc};

use relaychat_engine::{
    blobs::Blobs,
    config::UploadReads,
    test_support::{TestBucket, TestEngine, TestUser},
};
use relaychat_protocol::{
    Problem,
    rest::attachments::{Attachment, AttachmentLinks},
};
use reqwest::{Method, Response, StatusCode, redirect};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// More than 10 MiB: noise cannot be made smaller, and a picture that is partly transparent stays a
/// PNG.
const NOISE_SIDE: u32 = 2_000;

/// A picture of noise: every pixel another one.
fn noise(side: u32) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let image = image::RgbaImage::from_fn(side, side, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, a, b, c] = (state ^ (state >> 15))
            .wrapping_mul(0x2c1b_3c6d)
            .to_le_bytes();
        image::Rgba([a, b, c, a | 1])
    });
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("encodes");
    bytes.into_inner()
}

/// An engine whose uploads lie in a bucket, reached at `endpoint` when that is another one.
async fn start(bucket: &TestBucket, endpoint: Option<String>, reads: UploadReads) -> TestEngine {
    let mut settings = bucket.settings.clone();
    settings.endpoint = endpoint.or(settings.endpoint);
    TestEngine::builder()
        .config(|config| {
            config.uploads.reads = reads;
            config.limits.image_bytes = 32 * 1024 * 1024;
        })
        .engine(move |builder| builder.blobs(Blobs::s3(&settings).expect("settings that work")))
        .start()
        .await
}

async fn post(engine: &TestEngine, user: &TestUser, file: Vec<u8>) -> Response {
    let request = crate::http::http()
        .post(format!("{}/v1/uploads?file_name=Noise.png", engine.url()))
        .bearer_auth(&user.access_token)
        .header("content-type", "image/png")
        .body(file);
    request.send().await.expect("is answered")
}

async fn upload(engine: &TestEngine, user: &TestUser, file: Vec<u8>) -> Attachment {
    let answer = post(engine, user, file).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.expect("an attachment")
}

async fn links(engine: &TestEngine, user: &TestUser, made: &Attachment) -> AttachmentLinks {
    let path = format!("/v1/attachments/{}/links", made.id);
    let token = Some(user.access_token.as_str());
    let links = engine.call(Method::GET, &path, token, None::<&()>).await;
    links.expect("the owner may read")
}

async fn get(engine: &TestEngine, path: &str) -> Response {
    let answer = crate::http::http().get(format!("{}{path}", engine.url()));
    answer.send().await.expect("is answered")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_more_than_10_mib_goes_through_the_engine_into_the_store_and_back() {
    let bucket = TestBucket::make().await;
    let engine = start(&bucket, None, UploadReads::Relayed).await;
    let alice = engine.log_in("alice@example.com").await;
    let made = upload(&engine, &alice, noise(NOISE_SIDE)).await;
    assert!(made.size_bytes > 10 * 1024 * 1024, "{}", made.size_bytes);
    let links = links(&engine, &alice, &made).await;
    let whole = get(&engine, &links.url).await;
    assert_eq!(whole.status(), StatusCode::OK);
    let whole = whole.bytes().await.expect("bytes");
    assert_eq!(whole.len() as u64, made.size_bytes);
    let picture = image::load_from_memory(&whole).expect("a picture");
    assert_eq!(picture.width(), NOISE_SIDE);
    let part = crate::http::http()
        .get(format!("{}{}", engine.url(), links.url))
        .header("range", "bytes=9000000-9000099");
    let part = part.send().await.expect("is answered");
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    let part = part.bytes().await.expect("bytes");
    assert!(part == whole[9_000_000..9_000_100]);
    engine.stop().await;
    bucket.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_may_be_sent_to_the_store_and_the_engine_still_decides_who() {
    let bucket = TestBucket::make().await;
    let engine = start(&bucket, None, UploadReads::Redirected).await;
    let alice = engine.log_in("alice@example.com").await;
    let made = upload(&engine, &alice, noise(64)).await;
    let url = format!(
        "{}{}",
        engine.url(),
        links(&engine, &alice, &made).await.url
    );
    let staying = reqwest::Client::builder().redirect(redirect::Policy::none());
    let staying = staying.build().expect("a client");
    let answer = staying.get(&url).send().await.expect("is answered");
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    assert_eq!(header(&answer, "cache-control"), "private, max-age=240");
    let location = header(&answer, "location").to_owned();
    let endpoint = bucket.settings.endpoint.as_deref().expect("an endpoint");
    assert!(location.starts_with(endpoint), "{location}");
    assert!(location.contains("X-Amz-Expires=300"), "{location}");

    let followed = crate::http::http().get(&url).header("range", "bytes=0-7");
    let followed = followed.send().await.expect("is answered");
    assert_eq!(followed.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&followed, "content-type"), "image/png");
    let disposition = header(&followed, "content-disposition");
    assert!(
        disposition.starts_with("inline; filename=\"Noise.png\""),
        "{disposition}"
    );
    assert_eq!(
        &followed.bytes().await.expect("bytes")[..],
        b"\x89PNG\r\n\x1a\n"
    );

    let head = crate::http::http()
        .head(&url)
        .send()
        .await
        .expect("is answered");
    assert_eq!(
        head.status(),
        StatusCode::OK,
        "relayed: the address is for GET alone"
    );
    let forged = staying
        .get(format!("{url}A"))
        .send()
        .await
        .expect("is answered");
    assert_eq!(forged.status(), StatusCode::NOT_FOUND);
    engine.stop().await;
    bucket.remove().await;
}

/// A way to the store that can be cut.
struct Wire {
    address: SocketAddr,
    store: String,
    stop: CancellationToken,
}

impl Wire {
    async fn to(store: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let mut wire = Self {
            address: listener.local_addr().expect("bound"),
            store: store.trim_start_matches("http://").to_owned(),
            stop: CancellationToken::new(),
        };
        wire.carry(listener);
        wire
    }

    fn carry(&mut self, listener: TcpListener) {
        self.stop = CancellationToken::new();
        let (stop, store) = (self.stop.clone(), Arc::<str>::from(self.store.as_str()));
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            loop {
                let (mut here, _) = listener.accept().await.expect("accepts");
                let (store, stop) = (Arc::clone(&store), stop.clone());
                tokio::spawn(stop.run_until_cancelled_owned(async move {
                    let mut there = TcpStream::connect(&*store).await.expect("the store is up");
                    // A connection that breaks is what this is for.
                    let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                }));
            }
        }));
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address)
            .await
            .expect("the port is free");
        self.carry(listener);
    }
}

async fn assert_unavailable(answer: Response) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: Problem = answer.json().await.expect("a problem");
    assert_eq!(problem.code.as_str(), "unavailable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_is_down_files_are_unavailable_and_nothing_is_lost() {
    let bucket = TestBucket::make().await;
    let endpoint = bucket.settings.endpoint.clone().expect("an endpoint");
    let mut wire = Wire::to(&endpoint).await;
    let through = Some(format!("http://{}", wire.address));
    let engine = start(&bucket, through, UploadReads::Relayed).await;
    let alice = engine.log_in("alice@example.com").await;
    let made = upload(&engine, &alice, noise(64)).await;
    let url = links(&engine, &alice, &made).await.url;

    wire.stop.cancel();
    assert_unavailable(post(&engine, &alice, noise(64)).await).await;
    assert_unavailable(get(&engine, &url).await).await;

    wire.mend().await;
    let again = get(&engine, &url).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(
        again.bytes().await.expect("bytes").len() as u64,
        made.size_bytes
    );
    upload(&engine, &alice, noise(64)).await;
    engine.stop().await;
    bucket.remove().await;
}
