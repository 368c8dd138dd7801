//! The contract of [`BlobStore`] as checks: one function for each promise. Run it on your own store.
//!
//! Panics with the broken promise. The store may hold anything under other keys than those that
//! begin with `conformance/`. What needs a loss of power to be seen is not here.

use bytes::Bytes;
use futures_util::TryStreamExt;

use super::BlobStore;

/// Checks every promise.
pub async fn run(blobs: &dyn BlobStore) {
    what_was_put_is_read_back(blobs).await;
    an_empty_blob_is_a_blob(blobs).await;
    a_range_is_exactly_the_range(blobs).await;
    the_same_key_again_replaces(blobs).await;
    not_found_is_not_an_error(blobs).await;
    a_prefix_of_a_key_is_not_a_key(blobs).await;
    removing_is_repeatable_and_touches_nothing_else(blobs).await;
    a_reader_sees_one_whole_blob_while_it_is_replaced(blobs).await;
    many_at_once_do_not_mix(blobs).await;
}

/// Large enough to come in several pieces, and no two stretches alike.
fn sample(seed: u32) -> Bytes {
    (0..200_000_u32)
        .flat_map(|n| {
            n.wrapping_mul(2_654_435_761)
                .wrapping_add(seed)
                .to_le_bytes()
        })
        .collect()
}

async fn read_all(blobs: &dyn BlobStore, key: &str) -> Option<Vec<u8>> {
    let size_bytes = blobs.size_bytes(key).await.expect("finds")?;
    read(blobs, key, 0..size_bytes).await
}

async fn read(blobs: &dyn BlobStore, key: &str, range: std::ops::Range<u64>) -> Option<Vec<u8>> {
    let stream = blobs.read(key, range).await.expect("reads")?;
    let pieces: Vec<Bytes> = stream.try_collect().await.expect("streams");
    Some(pieces.concat())
}

async fn what_was_put_is_read_back(blobs: &dyn BlobStore) {
    let bytes = sample(1);
    let key = "conformance/Deep_er/a-b.c";
    blobs.put(key, bytes.clone()).await.expect("stores");
    let size_bytes = blobs.size_bytes(key).await.expect("finds");
    assert_eq!(size_bytes, Some(bytes.len() as u64), "the size is known");
    assert!(
        read_all(blobs, key).await.expect("is there") == bytes,
        "the bytes are the same"
    );
}

async fn an_empty_blob_is_a_blob(blobs: &dyn BlobStore) {
    let key = "conformance/empty";
    blobs.put(key, Bytes::new()).await.expect("stores");
    assert_eq!(blobs.size_bytes(key).await.expect("finds"), Some(0));
    assert_eq!(read(blobs, key, 0..0).await, Some(Vec::new()));
}

async fn a_range_is_exactly_the_range(blobs: &dyn BlobStore) {
    let bytes = sample(2);
    let (key, size) = ("conformance/range", bytes.len());
    blobs.put(key, bytes.clone()).await.expect("stores");
    for range in [
        0..1,
        0..size,
        1..size,
        size - 1..size,
        65_535..65_537,
        300_000..700_001,
        5..5,
    ] {
        let wanted = range.start as u64..range.end as u64;
        let read = read(blobs, key, wanted).await.expect("is there");
        assert!(read == bytes[range.clone()], "the range {range:?} is read");
    }
}

async fn the_same_key_again_replaces(blobs: &dyn BlobStore) {
    let key = "conformance/replaced";
    blobs.put(key, sample(3)).await.expect("stores");
    blobs
        .put(key, Bytes::from_static(b"short"))
        .await
        .expect("replaces");
    assert_eq!(read_all(blobs, key).await.expect("is there"), b"short");
}

async fn not_found_is_not_an_error(blobs: &dyn BlobStore) {
    let key = "conformance/never";
    assert_eq!(blobs.size_bytes(key).await.expect("no error"), None);
    assert!(read(blobs, key, 0..1).await.is_none());
}

async fn a_prefix_of_a_key_is_not_a_key(blobs: &dyn BlobStore) {
    blobs
        .put("conformance/folder/blob", Bytes::from_static(b"x"))
        .await
        .expect("stores");
    assert_eq!(
        blobs
            .size_bytes("conformance/folder")
            .await
            .expect("no error"),
        None
    );
    assert!(read(blobs, "conformance/folder", 0..1).await.is_none());
}

async fn removing_is_repeatable_and_touches_nothing_else(blobs: &dyn BlobStore) {
    for key in ["conformance/remove/a", "conformance/remove/b"] {
        blobs
            .put(key, Bytes::from_static(b"x"))
            .await
            .expect("stores");
    }
    for _ in 0..2 {
        blobs.remove("conformance/remove/a").await.expect("removes");
    }
    assert_eq!(
        blobs
            .size_bytes("conformance/remove/a")
            .await
            .expect("no error"),
        None
    );
    assert_eq!(
        blobs
            .size_bytes("conformance/remove/b")
            .await
            .expect("finds"),
        Some(1)
    );
}

async fn a_reader_sees_one_whole_blob_while_it_is_replaced(blobs: &dyn BlobStore) {
    let key = "conformance/contended";
    let versions = [sample(4), sample(5)];
    blobs.put(key, versions[0].clone()).await.expect("stores");
    let write = async {
        for turn in 0..10 {
            blobs
                .put(key, versions[turn % 2].clone())
                .await
                .expect("replaces");
        }
    };
    let look = async {
        for _ in 0..10 {
            let seen = blobs.size_bytes(key).await.expect("finds");
            assert_eq!(
                seen,
                Some(versions[0].len() as u64),
                "no half-written blob is seen"
            );
        }
    };
    futures_util::future::join(write, look).await;
    assert!(
        read_all(blobs, key).await.expect("is there") == versions[1],
        "the last one stays"
    );
}

async fn many_at_once_do_not_mix(blobs: &dyn BlobStore) {
    let keys: Vec<_> = (0..16_u32)
        .map(|n| (n, format!("conformance/many/{n}")))
        .collect();
    let puts = keys.iter().map(|(n, key)| blobs.put(key, sample(*n)));
    for put in futures_util::future::join_all(puts).await {
        put.expect("stores");
    }
    for (n, key) in &keys {
        assert!(
            read_all(blobs, key).await.expect("is there") == sample(*n),
            "{key} is its own"
        );
    }
}
