//! The contract of [`BlobStore`] as checks: one function for each promise. Run it on your own store.
//!
//! Panics with the broken promise. The store may hold anything under other keys than those that
//! begin with `conformance/`. What needs a loss of power to be seen is not here.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{BlobEntry, BlobError, BlobErrorKind, BlobStore, SignedRead};

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
    what_comes_in_pieces_is_stored_whole(blobs).await;
    an_error_among_the_pieces_leaves_what_was_there(blobs).await;
    pieces_that_nobody_waits_for_leave_what_was_there(blobs).await;
    a_list_has_everything_below_its_prefix_once(blobs).await;
    a_blob_in_a_list_is_as_old_as_it_is(blobs).await;
    an_address_can_be_signed_or_not_but_never_fails(blobs).await;
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

fn in_pieces(bytes: &Bytes, piece_bytes: usize) -> Vec<Result<Bytes, BlobError>> {
    let pieces = bytes.chunks(piece_bytes);
    pieces
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect()
}

async fn what_comes_in_pieces_is_stored_whole(blobs: &dyn BlobStore) {
    let bytes = sample(6);
    for (key, piece_bytes) in [
        ("conformance/pieces/a", 1 << 20),
        ("conformance/pieces/b", 77_777),
    ] {
        let pieces = stream::iter(in_pieces(&bytes, piece_bytes)).boxed();
        let written = blobs.write(key, pieces).await.expect("stores");
        assert_eq!(written, bytes.len() as u64, "it tells how much there was");
        assert!(
            read_all(blobs, key).await.expect("is there") == bytes,
            "{key}"
        );
    }
    let none = blobs
        .write("conformance/pieces/b", stream::empty().boxed())
        .await;
    assert_eq!(none.expect("stores"), 0);
    let size_bytes = blobs.size_bytes("conformance/pieces/b").await;
    assert_eq!(
        size_bytes.expect("finds"),
        Some(0),
        "it replaces, by nothing too"
    );
}

async fn an_error_among_the_pieces_leaves_what_was_there(blobs: &dyn BlobStore) {
    let old = Bytes::from_static(b"old");
    blobs
        .put("conformance/broken/old", old.clone())
        .await
        .expect("stores");
    for key in ["conformance/broken/old", "conformance/broken/new"] {
        let broken = BlobError {
            kind: BlobErrorKind::Full,
            operation: "be read",
            source: None,
        };
        // Enough that a store which sends as it comes has sent something.
        let mut pieces = in_pieces(&vec![7; 9 << 20].into(), 1 << 20);
        pieces.push(Err(broken));
        let error = blobs.write(key, stream::iter(pieces).boxed()).await;
        let error = error.expect_err("is broken");
        assert_eq!(
            (error.kind, error.operation),
            (BlobErrorKind::Full, "be read")
        );
    }
    assert_eq!(
        read_all(blobs, "conformance/broken/old")
            .await
            .expect("is there"),
        old
    );
    let new = blobs.size_bytes("conformance/broken/new").await;
    assert_eq!(new.expect("no error"), None);
    assert_eq!(
        keys(&list(blobs, "conformance/broken/").await),
        ["conformance/broken/old"]
    );
}

async fn pieces_that_nobody_waits_for_leave_what_was_there(blobs: &dyn BlobStore) {
    let first = Ok(Bytes::from(vec![7; 9 << 20]));
    let pieces = stream::iter([first]).chain(stream::pending()).boxed();
    let mut write = blobs.write("conformance/abandoned", pieces);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(50), &mut write).await;
    assert!(waited.is_err(), "the last piece never comes");
    drop(write);
    let left = blobs.size_bytes("conformance/abandoned").await;
    assert_eq!(left.expect("no error"), None);
}

async fn list(blobs: &dyn BlobStore, prefix: &str) -> Vec<BlobEntry> {
    let entries = blobs.list(prefix).await.expect("lists");
    let mut entries: Vec<_> = entries.try_collect().await.expect("lists on");
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

fn keys(entries: &[BlobEntry]) -> Vec<&str> {
    entries.iter().map(|entry| &*entry.key).collect()
}

async fn a_list_has_everything_below_its_prefix_once(blobs: &dyn BlobStore) {
    let stored = ["a/1", "a/2", "a/deep/er/3", "ab/4", "b"];
    let stored = stored.map(|name| format!("conformance/list/{name}"));
    for (number, key) in stored.iter().enumerate() {
        blobs
            .put(key, vec![0; number].into())
            .await
            .expect("stores");
    }
    let all = list(blobs, "conformance/list/").await;
    assert_eq!(keys(&all), stored.each_ref().map(|key| &**key));
    let sizes: Vec<_> = all.iter().map(|entry| entry.size_bytes).collect();
    assert_eq!(sizes, [0, 1, 2, 3, 4]);
    let some = list(blobs, "conformance/list/a/").await;
    assert_eq!(keys(&some), &stored[..3], "no neighbour");
    blobs.remove(&stored[0]).await.expect("removes");
    let some = list(blobs, "conformance/list/a/").await;
    assert_eq!(keys(&some), &stored[1..3], "nothing that is gone");
    assert!(list(blobs, "conformance/nothing/").await.is_empty());
    let everything = list(blobs, "").await;
    for key in &stored[1..] {
        let times = everything.iter().filter(|entry| entry.key == *key).count();
        assert_eq!(times, 1, "{key} is in the list of everything");
    }
}

async fn a_blob_in_a_list_is_as_old_as_it_is(blobs: &dyn BlobStore) {
    let key = "conformance/age/a";
    blobs
        .put(key, Bytes::from_static(b"x"))
        .await
        .expect("stores");
    let listed = list(blobs, "conformance/age/").await;
    assert!(
        listed[0].age_ms < 60_000,
        "it was written just now: {listed:?}"
    );
}

async fn an_address_can_be_signed_or_not_but_never_fails(blobs: &dyn BlobStore) {
    let read = SignedRead {
        valid_ms: 60_000,
        content_type: "image/png".to_owned(),
        content_disposition: "inline".to_owned(),
        cache_control: "private".to_owned(),
    };
    let key = "conformance/signed";
    blobs
        .put(key, Bytes::from_static(b"x"))
        .await
        .expect("stores");
    let there = blobs.signed_url(key, &read).await.expect("no error");
    let missing = blobs.signed_url("conformance/never", &read).await;
    let missing = missing.expect("no error, whether something is there or not");
    assert_eq!(there.is_some(), missing.is_some(), "a store can or cannot");
    if let Some(url) = there {
        assert!(url.starts_with("http"), "it is an address: {url}");
    }
}
