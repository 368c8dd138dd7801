//! Checks of the repository of uploaded files.

use std::sync::Arc;

use super::{
    begin, commit, ok,
    samples::{attachment, id},
    snapshot,
};
use crate::{
    domain::attachment::{Attachment, Kind, Usage},
    storage::Storage,
};

async fn insert(storage: &Arc<dyn Storage>, attachments: &[Attachment]) {
    let mut transaction = begin(storage).await;
    for attachment in attachments {
        ok(transaction.attachments().insert(attachment).await);
    }
    commit(transaction).await;
}

pub(super) async fn a_file_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    let bare = Attachment {
        thumb_hash: None,
        file_name: None,
        usage: Usage::Avatar,
        ..attachment(2)
    };
    insert(&storage, &[attachment(1), bare.clone()]).await;
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.attachments().find_many(&[id(1)]).await);
    assert_eq!(found, [attachment(1)]);
    let found = ok(reading.attachments().find_many(&[id(2), id(3)]).await);
    assert_eq!(found, [bare]);
}

pub(super) async fn usage_is_replaced(storage: Arc<dyn Storage>) {
    insert(&storage, &[attachment(1)]).await;
    let mut transaction = begin(&storage).await;
    let usages = [
        Usage::Avatar,
        Usage::Message(id(5), id(6)),
        Usage::Deleted(id(6)),
        Usage::Unused,
    ];
    for usage in usages {
        ok(transaction.attachments().update_usage(id(1), usage).await);
        let found = ok(transaction.attachments().find_many(&[id(1)]).await);
        let expected = Attachment {
            usage,
            ..attachment(1)
        };
        assert_eq!(found, [expected]);
    }
}

pub(super) async fn unused_files_are_listed_oldest_first(storage: Arc<dyn Storage>) {
    let used = Attachment {
        usage: Usage::Avatar,
        ..attachment(2)
    };
    insert(
        &storage,
        &[attachment(3), attachment(1), used, attachment(4)],
    )
    .await;
    let mut reading = snapshot(&storage).await;
    let listed = ok(reading.attachments().list_unused(4, 10).await);
    assert_eq!(listed, [attachment(1), attachment(3)]);
    let listed = ok(reading.attachments().list_unused(9, 1).await);
    assert_eq!(listed, [attachment(1)]);
}

pub(super) async fn only_unused_files_are_removed(storage: Arc<dyn Storage>) {
    let used = Attachment {
        usage: Usage::Avatar,
        ..attachment(2)
    };
    insert(&storage, &[attachment(1), used.clone()]).await;
    let mut transaction = begin(&storage).await;
    assert!(ok(transaction.attachments().remove_unused(id(1)).await));
    assert!(!ok(transaction.attachments().remove_unused(id(1)).await));
    assert!(!ok(transaction.attachments().remove_unused(id(2)).await));
    let found = ok(transaction.attachments().find_many(&[id(1), id(2)]).await);
    assert_eq!(found, [used]);
}

pub(super) async fn bytes_are_added_up_by_owner_until_they_are_removed(storage: Arc<dyn Storage>) {
    let foreign = Attachment {
        owner_id: id(2),
        ..attachment(4)
    };
    let file = Attachment {
        kind: Kind::File,
        size_bytes: 5,
        width: 0,
        height: 0,
        ..attachment(2)
    };
    let used = Attachment {
        usage: Usage::Avatar,
        ..attachment(3)
    };
    insert(&storage, &[attachment(1), file.clone(), used, foreign]).await;
    let mut transaction = begin(&storage).await;
    let found = ok(transaction.attachments().find_many(&[id(2)]).await);
    assert_eq!(found, [file]);
    let each = attachment(1).size_bytes;
    let bytes = ok(transaction.attachments().bytes_of(id(1)).await);
    assert_eq!(bytes, 2 * each + 5);
    assert!(ok(transaction.attachments().remove_unused(id(1)).await));
    let bytes = ok(transaction.attachments().bytes_of(id(1)).await);
    assert_eq!(bytes, each + 5);
    assert_eq!(ok(transaction.attachments().bytes_of(id(9)).await), 0);
}
