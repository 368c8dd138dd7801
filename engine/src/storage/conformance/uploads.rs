//! Checks of the repository of uploads that come in parts.

use std::sync::Arc;

use super::{begin, commit, ok, samples::id, snapshot};
use crate::{
    domain::{
        attachment::Kind,
        upload::{Part, Upload},
    },
    storage::Storage,
};

fn upload(number: u32, owner: u32) -> Upload {
    Upload {
        id: id(number),
        owner_id: id(owner),
        kind: Kind::File,
        content_type: "application/zip".to_owned(),
        file_name: Some("a.zip".to_owned()),
        size_bytes: 10,
        received_bytes: 0,
        touched_at_ms: i64::from(number),
        attachment_id: None,
    }
}

fn part(upload: u32, offset_bytes: u64, blob: u32) -> Part {
    Part {
        upload_id: id(upload),
        offset_bytes,
        size_bytes: 4,
        blob_id: id(blob),
    }
}

async fn insert(storage: &Arc<dyn Storage>, uploads: &[Upload]) {
    let mut transaction = begin(storage).await;
    for upload in uploads {
        ok(transaction.uploads().insert(upload).await);
    }
    commit(transaction).await;
}

pub(super) async fn an_upload_grows_part_by_part_and_only_at_its_end(storage: Arc<dyn Storage>) {
    let bare = Upload {
        kind: Kind::Image,
        file_name: None,
        ..upload(2, 1)
    };
    insert(&storage, &[upload(1, 1), bare.clone()]).await;
    let mut transaction = begin(&storage).await;
    let uploads = transaction.uploads();
    assert!(!ok(uploads.add_part(&part(1, 4, 7), 90).await), "a gap");
    assert!(ok(uploads.add_part(&part(1, 0, 8), 91).await));
    assert!(!ok(uploads.add_part(&part(1, 0, 9), 92).await), "a twin");
    assert!(ok(uploads.add_part(&part(1, 4, 7), 93).await));
    assert!(!ok(uploads.add_part(&part(9, 0, 9), 94).await), "of none");
    let grown = Upload {
        received_bytes: 8,
        touched_at_ms: 93,
        ..upload(1, 1)
    };
    assert_eq!(ok(uploads.find(id(1)).await), Some(grown.clone()));
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let uploads = reading.uploads();
    assert_eq!(ok(uploads.find(id(1)).await), Some(grown));
    assert_eq!(ok(uploads.find(id(2)).await), Some(bare));
    assert_eq!(ok(uploads.find(id(9)).await), None);
    let parts = ok(uploads.list_parts(&[id(1), id(2)]).await);
    assert_eq!(parts, [part(1, 0, 8), part(1, 4, 7)]);
}

pub(super) async fn an_upload_is_finished_once_and_keeps_no_room_then(storage: Arc<dyn Storage>) {
    insert(&storage, &[upload(1, 1), upload(2, 1), upload(3, 2)]).await;
    let mut transaction = begin(&storage).await;
    let uploads = transaction.uploads();
    assert!(ok(uploads.add_part(&part(1, 0, 7), 90).await));
    assert_eq!(ok(uploads.unfinished_of(id(1)).await), (2, 20));
    assert!(ok(uploads.finish(id(1), id(5)).await));
    assert!(!ok(uploads.finish(id(1), id(6)).await));
    assert!(!ok(uploads.finish(id(9), id(6)).await));
    assert!(!ok(uploads.add_part(&part(1, 4, 8), 91).await));
    assert_eq!(ok(uploads.unfinished_of(id(1)).await), (1, 10));
    assert_eq!(ok(uploads.unfinished_of(id(9)).await), (0, 0));
    assert_eq!(ok(uploads.list_parts(&[id(1)]).await), []);
    let found = ok(uploads.find(id(1)).await).expect("it stays");
    assert_eq!(found.attachment_id, Some(id(5)));
    commit(transaction).await;
}

pub(super) async fn idle_uploads_are_listed_oldest_first_and_removed_with_their_parts(
    storage: Arc<dyn Storage>,
) {
    insert(&storage, &[upload(3, 1), upload(1, 2), upload(4, 1)]).await;
    let mut transaction = begin(&storage).await;
    let uploads = transaction.uploads();
    assert!(ok(uploads.add_part(&part(1, 0, 7), 1).await));
    assert!(ok(uploads.add_part(&part(4, 0, 8), 4).await));
    let idle = ok(uploads.list_idle(4, 10).await);
    let ids: Vec<_> = idle.iter().map(|upload| upload.id).collect();
    assert_eq!(ids, [id(1), id(3)]);
    assert_eq!(ok(uploads.list_idle(9, 1).await).len(), 1);
    ok(uploads.remove(&[id(1), id(3), id(9)]).await);
    ok(uploads.remove(&[]).await);
    assert_eq!(ok(uploads.list_idle(4, 10).await), []);
    let parts = ok(uploads.list_parts(&[id(1), id(3), id(4)]).await);
    assert_eq!(parts, [part(4, 0, 8)]);
    commit(transaction).await;
}
