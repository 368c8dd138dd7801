//! The contract, and what is special about S3, against a real server of it.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    blobs::{BlobErrorKind, BlobStore, Blobs, S3Settings, SignedRead, StoreKey, conformance},
    test_support::TestBucket,
};

/// One byte more than two parts of a multipart upload.
const LARGE_BYTES: usize = 16 * 1024 * 1024 + 1;

fn signed_read() -> SignedRead {
    SignedRead {
        valid_ms: 60_000,
        content_type: "image/png".to_owned(),
        content_disposition: "inline; filename=\"a b.png\"".to_owned(),
        cache_control: "private, max-age=60".to_owned(),
    }
}

#[tokio::test]
async fn an_s3_bucket_keeps_the_contract() {
    let bucket = TestBucket::make().await;
    conformance::run(&bucket.blobs()).await;
    bucket.remove().await;
}

#[tokio::test]
async fn a_large_blob_goes_up_in_parts_and_comes_down_in_ranges() {
    let bucket = TestBucket::make().await;
    let blobs = bucket.blobs();
    let whole: Bytes = (0..LARGE_BYTES).map(|n| (n / 7 % 251) as u8).collect();
    let pieces: Vec<_> = whole.chunks(300_000).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces).map(Ok).boxed();
    let written = blobs.write("large", pieces).await.expect("stores");
    assert_eq!(written, LARGE_BYTES as u64);
    let size_bytes = blobs.size_bytes("large").await.expect("finds");
    assert_eq!(size_bytes, Some(LARGE_BYTES as u64));
    for range in [
        0..LARGE_BYTES,
        8_388_600..8_388_620,
        LARGE_BYTES - 1..LARGE_BYTES,
    ] {
        let wanted = range.start as u64..range.end as u64;
        let read = blobs.read("large", wanted).await.expect("reads");
        let read: Vec<Bytes> = read
            .expect("is there")
            .try_collect()
            .await
            .expect("streams");
        assert!(read.concat() == whole[range.clone()], "{range:?}");
    }
    bucket.remove().await;
}

#[tokio::test]
async fn a_list_goes_on_after_the_first_page() {
    let bucket = TestBucket::make().await;
    let blobs = bucket.blobs();
    let keys: Vec<_> = (0..1_050).map(|n| format!("many/{n:04}/x")).collect();
    let puts = keys
        .iter()
        .map(|key| blobs.put(key, Bytes::from_static(b"x")));
    let stored: Vec<()> = stream::iter(puts)
        .buffered(16)
        .try_collect()
        .await
        .expect("stores");
    assert_eq!(stored.len(), keys.len());
    let listed = blobs.list("many/").await.expect("lists");
    let mut listed: Vec<_> = listed
        .map_ok(|entry| entry.key)
        .try_collect()
        .await
        .expect("lists on");
    listed.sort();
    assert!(listed == keys, "{} of {}", listed.len(), keys.len());
    bucket.remove().await;
}

#[tokio::test]
async fn anybody_reads_at_a_signed_address_and_only_there() {
    let bucket = TestBucket::make().await;
    let blobs = bucket.blobs();
    blobs
        .put("a/b", Bytes::from_static(b"0123456789"))
        .await
        .expect("stores");
    let url = blobs
        .signed_url("a/b", &signed_read())
        .await
        .expect("signs");
    let url = url.expect("S3 can sign");
    let answer = reqwest::get(&url).await.expect("answers");
    assert_eq!(answer.status(), 200, "{url}");
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(
        header("content-disposition"),
        "inline; filename=\"a b.png\""
    );
    assert_eq!(header("cache-control"), "private, max-age=60");
    assert_eq!(answer.text().await.expect("a body"), "0123456789");
    let part = reqwest::Client::new()
        .get(&url)
        .header("range", "bytes=3-5");
    let part = part.send().await.expect("answers");
    assert_eq!(part.status(), 206);
    assert_eq!(part.text().await.expect("a body"), "345");
    bucket.remove().await;
}

#[tokio::test]
async fn signed_addresses_lead_to_the_public_address_of_the_store() {
    let blobs = |settings: &S3Settings| Blobs::s3(settings).expect("settings that can work");
    let mut settings = S3Settings {
        endpoint: Some("http://10.0.0.1:9000".to_owned()),
        public_endpoint: Some("https://files.example.com".to_owned()),
        key: Some(StoreKey::new("id", "secret")),
        ..S3Settings::new("bucket")
    };
    let url = blobs(&settings).signed_url("a", &signed_read()).await;
    let url = url.expect("signs").expect("an address");
    assert!(
        url.starts_with("https://files.example.com/bucket/a?"),
        "{url}"
    );
    assert!(!url.contains("secret"));
    settings.key = None;
    let url = blobs(&settings).signed_url("a", &signed_read()).await;
    assert_eq!(url.expect("no error"), None, "nothing to sign with");
}

#[tokio::test]
async fn a_store_that_is_down_is_unavailable_and_one_without_the_bucket_is_a_wrong_setting() {
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let address = unused.local_addr().expect("bound");
    drop(unused);
    let settings = S3Settings {
        endpoint: Some(format!("http://{address}")),
        key: Some(StoreKey::new("id", "secret")),
        ..S3Settings::new("bucket")
    };
    let down = Blobs::s3(&settings).expect("settings that can work");
    let error = down
        .put("a", Bytes::from_static(b"x"))
        .await
        .expect_err("is down");
    assert_eq!(error.kind, BlobErrorKind::Unavailable, "{error:?}");
    let error = down.size_bytes("a").await.expect_err("is down");
    assert_eq!(error.kind, BlobErrorKind::Unavailable, "{error:?}");
    assert!(down.read("a", 0..1).await.is_err());
    assert!(down.remove("a").await.is_err());

    let bucket = TestBucket::make().await;
    let missing = S3Settings {
        bucket: "relaychat-never-made".to_owned(),
        ..bucket.settings.clone()
    };
    let missing = Blobs::s3(&missing).expect("settings that can work");
    let error = missing
        .put("a", Bytes::from_static(b"x"))
        .await
        .expect_err("no bucket");
    assert_eq!(error.kind, BlobErrorKind::Internal, "{error:?}");
    bucket.remove().await;
}
