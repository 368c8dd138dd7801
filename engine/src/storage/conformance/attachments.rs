//! Checks of the repository of uploaded files.

use std::sync::Arc;

use super::{
    begin, commit, commit_change, ok,
    samples::{attachment, id, message, populate},
    snapshot,
};
use crate::{
    domain::{
        attachment::{Attachment, Kind, Usage},
        message::Message,
    },
    storage::{AttachmentPosition, Storage},
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

/// Places and numbers of files of the first chat.
async fn listed(
    storage: &Arc<dyn Storage>,
    kind: Kind,
    before: Option<(u64, u32)>,
    limit: u32,
) -> Vec<((u64, u32), Attachment)> {
    let before = before.map(|(seq, position)| AttachmentPosition { seq, position });
    let mut reading = snapshot(storage).await;
    let of = (id(1), kind);
    let listed = ok(reading.attachments().list_of_chat(of, before, limit).await);
    let plain = |(at, file): (AttachmentPosition, Attachment)| ((at.seq, at.position), file);
    listed.into_iter().map(plain).collect()
}

pub(super) async fn the_files_of_a_chat_are_listed_newest_first(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let unused = |number| Attachment {
        usage: Usage::Unused,
        ..attachment(number)
    };
    let file = Attachment {
        kind: Kind::File,
        ..unused(4)
    };
    let all = [
        unused(1),
        unused(2),
        unused(3),
        file.clone(),
        unused(5),
        unused(6),
    ];
    insert(&storage, &all).await;
    let with = |chat, seq, attachments: &[Attachment]| Message {
        attachments: attachments.to_vec(),
        ..message(chat, seq)
    };
    let carriers = [
        with(1, 1, &[unused(1)]),
        with(1, 2, &[unused(2), file.clone(), unused(3)]),
        with(1, 3, &[unused(5)]),
        with(2, 1, &[unused(6)]),
    ];
    let mut transaction = begin(&storage).await;
    ok(transaction.messages().insert_many(&carriers).await);
    commit_change(transaction).await;
    let deleted = Message {
        version: 9,
        attachments: Vec::new(),
        deleted_at_ms: Some(9_000),
        ..message(1, 3)
    };
    let mut transaction = begin(&storage).await;
    ok(transaction.messages().update(&deleted).await);
    commit_change(transaction).await;
    let used = |seq, attachment: Attachment| Attachment {
        usage: Usage::Message(id(1), message(1, seq).id),
        ..attachment
    };
    let images = [
        ((2, 2), used(2, unused(3))),
        ((2, 0), used(2, unused(2))),
        ((1, 0), used(1, unused(1))),
    ];
    assert_eq!(listed(&storage, Kind::Image, None, 9).await, images);
    assert_eq!(listed(&storage, Kind::Image, None, 2).await, images[..2]);
    let after = listed(&storage, Kind::Image, Some((2, 2)), 9).await;
    assert_eq!(after, images[1..]);
    let file = [((2, 1), used(2, file))];
    assert_eq!(listed(&storage, Kind::File, None, 9).await, file);
    assert_eq!(listed(&storage, Kind::File, Some((2, 1)), 9).await, []);
}
