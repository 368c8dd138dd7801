//! Backups of a small database: what is copied, what is found, what is refused.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use relaychat_protocol::{AttachmentId, UserId};
use uuid::Uuid;

use super::*;
use crate::{
    blobs::{BlobEntry, BlobStore, Blobs, MemoryBlobs, Pieces},
    domain::attachment::{Attachment, Kind, Usage, Variant},
    storage::sqlite::{DatabaseFile, Sqlite},
};

/// A database with some uploads, and a place for backups.
struct Fixture {
    folder: tempfile::TempDir,
    storage: Sqlite,
    blobs: Arc<MemoryBlobs>,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let storage = Sqlite::open(folder.path().join("relaychat.db")).await;
        Self {
            storage: storage.expect("opens"),
            folder,
            blobs: Arc::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn upload(&self, number: u128) {
        let id = AttachmentId(Uuid::from_u128(number));
        for variant in [Variant::Original, Variant::Thumbnail] {
            let bytes = Bytes::from(format!("{number} {}", variant.as_str()));
            let key = Attachment::blob_key(id, variant);
            self.blobs.put(&key, bytes).await.expect("stores");
        }
        let attachment = Attachment {
            id,
            owner_id: UserId(Uuid::from_u128(1)),
            kind: Kind::Image,
            usage: Usage::Unused,
            content_type: "image/png".to_owned(),
            size_bytes: 10,
            width: 1,
            height: 1,
            thumb_hash: None,
            file_name: None,
            created_at_ms: 0,
        };
        let mut transaction = self.storage.begin().await.expect("begins");
        let attachments = transaction.attachments();
        attachments.insert(&attachment).await.expect("inserts");
        transaction.commit(Box::new(|_| {})).await.expect("commits");
    }

    async fn backup_of(&self, blobs: &dyn BlobStore) -> Result<Made, BackupError> {
        let source = Source {
            database: &self.path("relaychat.db"),
            blobs,
            files: &[],
        };
        backup(source, &self.path("backup")).await
    }

    async fn backup(&self) -> Made {
        self.backup_of(&*self.blobs).await.expect("is made")
    }

    async fn problems(&self) -> Vec<String> {
        let verdict = verify(&self.path("backup")).await;
        verdict.expect("can be read").problems
    }
}

fn key(number: u128, variant: Variant) -> String {
    Attachment::blob_key(AttachmentId(Uuid::from_u128(number)), variant)
}

/// Removes an upload as the sweep does.
async fn sweep(storage: &Sqlite, blobs: &MemoryBlobs, number: u128) {
    let id = AttachmentId(Uuid::from_u128(number));
    let mut transaction = storage.begin().await.expect("begins");
    let removed = transaction.attachments().remove_unused(id).await;
    assert!(removed.expect("removes"));
    transaction.commit(Box::new(|_| {})).await.expect("commits");
    for variant in [Variant::Original, Variant::Thumbnail] {
        blobs.remove(&key(number, variant)).await.expect("removes");
    }
}

#[tokio::test]
async fn a_second_backup_copies_what_is_new_and_drops_what_is_gone() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    fixture.upload(2).await;
    let first = fixture.backup().await;
    assert_eq!((first.copied_blobs, first.manifest.blobs.len()), (4, 4));
    assert_eq!(first.manifest.rows["attachments"], 2);
    fixture.upload(3).await;
    sweep(&fixture.storage, &fixture.blobs, 1).await;
    let second = fixture.backup().await;
    assert_eq!((second.copied_blobs, second.manifest.blobs.len()), (2, 4));
    assert_eq!(fixture.problems().await, Vec::<String>::new());
    assert!(
        !fixture
            .path("backup/blobs")
            .join(key(1, Variant::Original))
            .exists()
    );
    let databases = std::fs::read_dir(fixture.path("backup")).expect("lists");
    let databases = databases.filter(|entry| {
        let name = entry.as_ref().expect("an entry").file_name();
        name.to_string_lossy().ends_with(".db")
    });
    assert_eq!(databases.count(), 1, "one copy of the database is kept");
}

#[tokio::test]
async fn a_backup_that_was_not_completed_leaves_the_earlier_one_whole() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    let first = fixture.backup().await.manifest;
    fixture.upload(2).await;
    fixture
        .blobs
        .set_fault(Some(crate::blobs::BlobErrorKind::Unavailable));
    let failed = fixture.backup_of(&*fixture.blobs).await;
    assert!(matches!(failed, Err(BackupError::Blobs(_))), "{failed:?}");
    assert_eq!(
        Manifest::read(&fixture.path("backup")).expect("is there"),
        first
    );
    assert_eq!(fixture.problems().await, Vec::<String>::new());
    fixture.blobs.set_fault(None);
    assert_eq!(fixture.backup().await.manifest.blobs.len(), 4);
}

/// A store in which the sweep strikes just when the first upload is copied.
#[derive(Debug)]
struct Racing {
    inner: Arc<MemoryBlobs>,
    storage: Sqlite,
    has_struck: AtomicBool,
}

#[async_trait]
impl BlobStore for Racing {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        self.inner.put(key, bytes).await
    }

    async fn write(&self, key: &str, pieces: Pieces) -> Result<u64, BlobError> {
        self.inner.write(key, pieces).await
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        if !self.has_struck.swap(true, Ordering::SeqCst) {
            sweep(&self.storage, &self.inner, 1).await;
        }
        self.inner.size_bytes(key).await
    }

    async fn read(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Option<Pieces>, BlobError> {
        self.inner.read(key, range).await
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        self.inner.remove(key).await
    }

    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError> {
        self.inner.list(prefix).await
    }
}

#[tokio::test]
async fn when_the_sweep_is_faster_the_database_is_copied_anew() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    fixture.upload(2).await;
    let racing = Racing {
        inner: Arc::clone(&fixture.blobs),
        storage: fixture.storage.clone(),
        has_struck: AtomicBool::new(false),
    };
    let made = fixture.backup_of(&racing).await.expect("is made").manifest;
    assert_eq!(
        made.rows["attachments"], 1,
        "the copy was made after the sweep"
    );
    assert_eq!(made.lost_blobs, Vec::<String>::new());
    assert_eq!(fixture.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_lost_before_the_backup_is_said_and_does_not_stop_it() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    let lost = key(1, Variant::Thumbnail);
    fixture.blobs.remove(&lost).await.expect("removes");
    assert_eq!(fixture.backup().await.manifest.lost_blobs, [lost]);
    assert_eq!(fixture.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn two_backups_into_one_folder_do_not_meet() {
    let fixture = Fixture::new().await;
    std::fs::create_dir(fixture.path("backup")).expect("makes");
    let lock = std::fs::File::create(fixture.path("backup/lock")).expect("makes");
    lock.lock().expect("locks");
    let refused = fixture.backup_of(&*fixture.blobs).await;
    assert!(matches!(refused, Err(BackupError::InUse(_))), "{refused:?}");
    drop(lock);
    fixture.backup().await;
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).expect("reads");
    bytes[at] ^= 1;
    std::fs::write(path, bytes).expect("writes");
}

#[tokio::test]
async fn whatever_is_damaged_is_found() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    let made = fixture.backup().await.manifest;
    let database = fixture.path("backup").join(&made.database.name);
    let blob = fixture.path("backup/blobs").join(key(1, Variant::Original));
    for (path, at) in [(&database, 5_000), (&blob, 0)] {
        flip(path, at);
        let problems = fixture.problems().await;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].contains("is not what was copied"),
            "{problems:?}"
        );
        let target = Target {
            database: &fixture.path("new.db"),
            blobs: &MemoryBlobs::new(),
            files: fixture.folder.path(),
        };
        let restored = restore(&fixture.path("backup"), target).await;
        let refused = restored.expect_err("is damaged");
        assert!(matches!(refused, BackupError::Damaged(_)), "{refused:?}");
        assert!(!fixture.path("new.db").exists());
        flip(path, at);
    }
    std::fs::remove_file(&blob).expect("removes");
    assert_eq!(fixture.problems().await.len(), 1);
    std::fs::remove_file(fixture.path("backup/manifest.json")).expect("removes");
    let none = verify(&fixture.path("backup"))
        .await
        .expect_err("incomplete");
    assert!(matches!(none, BackupError::NoBackup(_)), "{none:?}");
}

#[tokio::test]
async fn numbers_that_do_not_add_up_are_found() {
    let fixture = Fixture::new().await;
    let path = fixture.path("relaychat.db");
    fixture.storage.close().await;
    let mut database = DatabaseFile::open(&path).await.expect("opens");
    assert_eq!(
        database.problems().await.expect("checks"),
        Vec::<String>::new()
    );
    let chat = "INSERT INTO relay_chats (id, kind, created_at_ms, last_activity_at_ms, version, \
                last_seq, message_count, member_count, change) \
                VALUES (x'01', 1, 0, 0, 3, 2, 2, 1, 99)";
    database.execute(chat).await;
    let message = "INSERT INTO relay_messages (chat_id, seq, id, version, count, sender_id, \
                   sent_at_ms, text, attachment_count, change) \
                   VALUES (x'01', 2, x'02', 9, 2, x'03', 0, '', 1, 1)";
    database.execute(message).await;
    let problems = database.problems().await.expect("checks");
    // A hole in seq, a running count that jumps, a version beyond the chat's, a member and an
    // attachment too few, and changes that were never drawn.
    assert_eq!(problems.len(), 6, "{problems:#?}");
    database.close().await;
    let made = fixture.backup().await;
    assert_eq!(made.manifest.rows["messages"], 1);
    assert_eq!(fixture.problems().await.len(), 6, "the copy says the same");
}

#[tokio::test]
async fn a_restored_backup_is_the_same_with_another_epoch() {
    let fixture = Fixture::new().await;
    fixture.upload(1).await;
    let secret = fixture.path("secret.key");
    std::fs::write(&secret, "a secret").expect("writes");
    let source = Source {
        database: &fixture.path("relaychat.db"),
        blobs: &*fixture.blobs,
        files: &[("secret.key", &secret)],
    };
    let made = backup(source, &fixture.path("backup"))
        .await
        .expect("is made");
    let target = tempfile::tempdir().expect("a folder");
    let database = target.path().join("relaychat.db");
    let blobs = Blobs::local(target.path().join("media")).expect("opens");
    let place = Target {
        database: &database,
        blobs: &blobs,
        files: target.path(),
    };
    let restored = restore(&fixture.path("backup"), place).await;
    assert_eq!(restored.expect("is restored"), made.manifest);
    let kept = std::fs::read_to_string(target.path().join("secret.key"));
    assert_eq!(kept.expect("is there"), "a secret");
    let size_bytes = blobs.size_bytes(&key(1, Variant::Original)).await;
    assert_eq!(size_bytes.expect("finds"), Some(10));
    let storage = Sqlite::open(&database).await.expect("opens");
    let mut snapshot = storage.snapshot().await.expect("opens");
    let epoch = snapshot.changes().epoch().await.expect("an epoch");
    assert_ne!(epoch.to_string(), made.manifest.epoch);
    let again = restore(&fixture.path("backup"), place).await;
    assert!(matches!(again, Err(BackupError::NotEmpty(_))), "{again:?}");
}

#[tokio::test]
async fn the_epoch_of_any_storage_can_be_begun_anew() {
    let storage = Sqlite::in_memory().await.expect("opens");
    let epoch = async || {
        let mut snapshot = storage.snapshot().await.expect("opens");
        snapshot.changes().epoch().await.expect("an epoch")
    };
    let before = epoch().await;
    begin_epoch(&storage).await.expect("begins");
    assert_ne!(epoch().await, before);
}

#[tokio::test]
async fn a_database_is_copied_before_its_tables_change_and_three_copies_are_kept() {
    let fixture = Fixture::new().await;
    let (path, folder) = (fixture.path("relaychat.db"), fixture.path("copies"));
    fixture.storage.close().await;
    let none = before_migration(&path, &folder).await;
    assert_eq!(none.expect("looks"), None, "nothing would change");
    let missing = before_migration(&fixture.path("none.db"), &folder).await;
    assert_eq!(missing.expect("looks"), None, "nothing is there");
    let mut database = DatabaseFile::open(&path).await.expect("opens");
    database
        .execute("DELETE FROM relay_migrations WHERE version > 1")
        .await;
    database.close().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let copy = before_migration(&path, &folder).await.expect("copies");
        made.push(copy.expect("an older version"));
    }
    made.sort();
    let mut kept: Vec<_> = std::fs::read_dir(&folder)
        .expect("lists")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    kept.sort();
    assert_eq!(kept, made[2..], "the newest three");
    let mut copy = DatabaseFile::open_copy(&kept[0]).await.expect("opens");
    assert_eq!(copy.schema_version().await.expect("reads"), 1);
    copy.close().await;
}
