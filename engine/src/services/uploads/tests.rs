//! Uploads with stores that fail, and who may read what.

mod power_cuts;

use std::{
    io::Cursor,
    sync::atomic::{AtomicBool, Ordering},
};

use image::{DynamicImage, ImageFormat};
use relaychat_protocol::{
    ChatId, MessageId, SessionId, UserId,
    rest::chats::{ChatKind, Role},
};

use super::*;
use crate::{
    blobs::{BlobErrorKind, MemoryBlobs},
    clock::{Clock, ManualClock},
    domain::{
        chat::Chat,
        event::Committed,
        member::{Member, Watermarks},
        message::{Mentions, Message},
        user::{User, UserStatus},
    },
    hooks::Hooks,
    random::{RandomExt, SystemRandom},
    services::{EventSink, Parts, Settings},
    storage::{StorageError, StorageErrorKind, Transaction, test_database::TestDatabase},
};

const START_MS: i64 = 1_790_000_000_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

#[derive(Debug)]
struct Nobody;

impl EventSink for Nobody {
    fn publish(&self, _: Committed) {}
}

/// Storage with a switch that makes writing fail.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn Storage>,
    is_failing: AtomicBool,
}

#[async_trait::async_trait]
impl Storage for Faulty {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        if self.is_failing.load(Ordering::SeqCst) {
            let kind = StorageErrorKind::Unavailable;
            return Err(StorageError::new(kind, "begin", "switched off"));
        }
        self.inner.begin().await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.inner.snapshot().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

fn parts(storage: Arc<dyn Storage>, blobs: Arc<dyn BlobStore>, clock: Arc<ManualClock>) -> Parts {
    Parts {
        storage,
        blobs,
        clock,
        random: Arc::new(SystemRandom),
        events: Arc::new(Nobody),
        hooks: Hooks::default(),
        auth: crate::auth::Auth::default(),
        settings: Settings::default(),
    }
}

struct Fixture {
    services: Arc<Services>,
    storage: Arc<Faulty>,
    blobs: Arc<MemoryBlobs>,
    clock: Arc<ManualClock>,
}

impl Fixture {
    async fn new() -> Self {
        let storage = Arc::new(Faulty {
            inner: TestDatabase::new().open().await,
            is_failing: AtomicBool::new(false),
        });
        let blobs = Arc::new(MemoryBlobs::new());
        let clock = Arc::new(ManualClock::new(START_MS));
        let parts = parts(storage.clone(), blobs.clone(), clock.clone());
        let services = Services::open(parts).await.expect("opens");
        Self {
            services: Arc::new(services),
            storage,
            blobs,
            clock,
        }
    }

    fn id<T: From<uuid::Uuid>>(&self) -> T {
        SystemRandom.uuid_v7(self.clock.now_ms()).into()
    }

    async fn user(&self) -> Caller {
        let user = User {
            id: self.id(),
            email: None,
            external_id: None,
            name: "Somebody".to_owned(),
            is_name_chosen: true,
            avatar_id: None,
            avatar_url: None,
            status: UserStatus::Active,
            revision: 1,
            last_seen_at_ms: None,
            created_at_ms: START_MS,
            privacy: crate::domain::user::Privacy::default(),
        };
        let mut transaction = self.storage.begin().await.expect("begins");
        transaction.users().insert(&user).await.expect("inserts");
        transaction.commit(Box::new(|_| {})).await.expect("commits");
        Caller {
            user_id: user.id,
            session_id: self.id::<SessionId>(),
            token_expires_at_ms: i64::MAX,
        }
    }

    async fn upload(&self, caller: Caller) -> Result<Attachment, ServiceError> {
        let slot = self.services.begin_upload(caller).await?;
        let file_name = Some("C:\\My pictures\\cat.png");
        self.services.upload(caller, slot, png(), file_name).await
    }

    fn member(&self, chat_id: ChatId, user_id: UserId, has_left: bool) -> Member {
        Member {
            chat_id,
            user_id,
            role: Role::Member,
            joined_at_ms: START_MS,
            has_left,
            watermarks: Watermarks::default(),
            shows_read_receipts: true,
        }
    }

    /// A group of `members` in which the first has sent `attachment`.
    async fn send(&self, members: &[Caller], attachment: &Attachment) -> ChatId {
        let chat = Chat {
            name: Some("A group".to_owned()),
            last_seq: 1,
            message_count: 1,
            member_count: members.len() as u64,
            ..Chat::new(self.id(), ChatKind::Group, START_MS)
        };
        let rows: Vec<_> = members
            .iter()
            .map(|member| self.member(chat.id, member.user_id, false))
            .collect();
        let id: MessageId = self.id();
        let message = Message {
            id,
            chat_id: chat.id,
            seq: 1,
            version: 1,
            count: 1,
            sender_id: members[0].user_id,
            sent_at_ms: START_MS,
            text: String::new(),
            attachments: vec![Attachment {
                usage: Usage::Message(chat.id, id),
                ..attachment.clone()
            }],
            edited_at_ms: None,
            deleted_at_ms: None,
            reply_to: None,
            reactions: Vec::new(),
            mentions: Mentions::default(),
            pinned_at_ms: None,
            event: None,
        };
        let mut transaction = self.storage.begin().await.expect("begins");
        transaction.chats().insert(&chat).await.expect("inserts");
        transaction
            .members()
            .upsert_many(&rows)
            .await
            .expect("inserts");
        transaction
            .messages()
            .insert_many(&[message])
            .await
            .expect("inserts");
        transaction.commit(Box::new(|_| {})).await.expect("commits");
        chat.id
    }

    async fn may_read(&self, caller: Caller, id: AttachmentId) -> bool {
        match self.services.attachment_links(caller, id).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.code, ErrorCode::NotFound);
                false
            }
        }
    }
}

fn png() -> Bytes {
    let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(900, 700, |x, y| {
        image::Rgb([(x / 4) as u8, (y / 4) as u8, 90])
    }));
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encodes");
    bytes.into_inner().into()
}

#[tokio::test]
async fn an_upload_is_described_and_both_its_forms_are_stored() {
    let fixture = Fixture::new().await;
    let alice = fixture.user().await;
    let made = fixture.upload(alice).await.expect("is taken");
    assert_eq!((made.width, made.height), (900, 700));
    assert_eq!(made.file_name.as_deref(), Some("cat.png"));
    assert_eq!(made.usage, Usage::Unused);
    let original = fixture
        .blobs
        .get(&Attachment::blob_key(made.id, Variant::Original));
    assert_eq!(original.expect("is stored").len() as u64, made.size_bytes);
    let thumbnail = fixture
        .blobs
        .get(&Attachment::blob_key(made.id, Variant::Thumbnail));
    let thumbnail = image::load_from_memory(&thumbnail.expect("is stored")).expect("a picture");
    assert_eq!(thumbnail.width(), 640);
}

#[tokio::test]
async fn when_either_blob_fails_there_is_no_row_and_no_blob() {
    for puts in [0, 1] {
        let fixture = Fixture::new().await;
        let alice = fixture.user().await;
        fixture.blobs.fail_after_puts(puts, BlobErrorKind::Full);
        let error = fixture.upload(alice).await.expect_err("the store is full");
        assert_eq!(error.code, ErrorCode::StorageFull);
        let mut snapshot = fixture.storage.snapshot().await.expect("opens");
        let rows = snapshot
            .attachments()
            .list_unused(i64::MAX, 10)
            .await
            .expect("lists");
        assert!(rows.is_empty(), "no message can name what is not there");
        fixture.blobs.set_fault(None);
        fixture
            .upload(alice)
            .await
            .expect("is taken when there is room again");
    }
}

#[tokio::test]
async fn when_the_row_fails_the_blobs_are_removed() {
    let fixture = Fixture::new().await;
    let alice = fixture.user().await;
    fixture.storage.is_failing.store(true, Ordering::SeqCst);
    let error = fixture.upload(alice).await.expect_err("storage is away");
    assert_eq!(error.code, ErrorCode::Unavailable);
    assert_eq!(fixture.blobs.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_is_no_image_leaves_nothing() {
    let fixture = Fixture::new().await;
    let alice = fixture.user().await;
    for (file, code) in [
        ("<svg/>", ErrorCode::UnsupportedMediaType),
        ("\u{89}PNG", ErrorCode::UnsupportedMediaType),
        ("GIF89a", ErrorCode::ImageInvalid),
    ] {
        let slot = fixture.services.begin_upload(alice).await;
        let slot = slot.expect("free");
        let made = fixture
            .services
            .upload(alice, slot, file.into(), None)
            .await;
        assert_eq!(made.expect_err("is refused").code, code, "{file:?}");
    }
    assert_eq!(fixture.blobs.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn uploads_of_a_user_are_slowed_down() {
    let fixture = Fixture::new().await;
    let (alice, bob) = (fixture.user().await, fixture.user().await);
    let mut refused = None;
    for _ in 0..100 {
        if let Err(error) = fixture.services.begin_upload(alice).await {
            refused = Some(error);
            break;
        }
    }
    let error = refused.expect("there is an end");
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert!(error.retry_after_ms.is_some());
    fixture
        .services
        .begin_upload(bob)
        .await
        .expect("is not slowed down");
}

#[tokio::test]
async fn only_the_owner_reads_an_upload_until_it_is_sent() {
    let fixture = Fixture::new().await;
    let (alice, bob) = (fixture.user().await, fixture.user().await);
    let made = fixture.upload(alice).await.expect("is taken");
    assert!(fixture.may_read(alice, made.id).await);
    assert!(!fixture.may_read(bob, made.id).await);
    assert!(
        !fixture.may_read(alice, fixture.id()).await,
        "nothing has this id"
    );
}

#[tokio::test]
async fn members_read_what_was_sent_and_strangers_and_former_members_do_not() {
    let fixture = Fixture::new().await;
    let (alice, bob) = (fixture.user().await, fixture.user().await);
    let (carol, stranger) = (fixture.user().await, fixture.user().await);
    let made = fixture.upload(alice).await.expect("is taken");
    let chat_id = fixture.send(&[alice, bob, carol], &made).await;
    for (who, may_read) in [(alice, true), (bob, true), (carol, true), (stranger, false)] {
        assert_eq!(fixture.may_read(who, made.id).await, may_read);
    }
    let left = [
        fixture.member(chat_id, carol.user_id, true),
        fixture.member(chat_id, alice.user_id, true),
    ];
    let mut transaction = fixture.storage.begin().await.expect("begins");
    transaction
        .members()
        .upsert_many(&left)
        .await
        .expect("updates");
    transaction.commit(Box::new(|_| {})).await.expect("commits");
    assert!(!fixture.may_read(carol, made.id).await, "a former member");
    assert!(
        !fixture.may_read(alice, made.id).await,
        "even the one who sent it"
    );
    assert!(fixture.may_read(bob, made.id).await);
}

#[tokio::test]
async fn unused_uploads_go_after_their_grace_and_used_ones_stay() {
    let fixture = Fixture::new().await;
    let alice = fixture.user().await;
    let sent = fixture.upload(alice).await.expect("is taken");
    fixture.upload(alice).await.expect("is taken");
    fixture.send(&[alice], &sent).await;
    let sweep = async || {
        crate::jobs::sweep_uploads(&fixture.services)
            .await
            .expect("runs")
    };
    fixture.clock.advance_ms(DAY_MS - 1);
    assert_eq!(sweep().await, 0);
    let young = fixture.upload(alice).await.expect("is taken");
    fixture.clock.advance_ms(2);
    assert_eq!(sweep().await, 1);
    assert_eq!(sweep().await, 0);
    let mut kept: Vec<_> = [sent.id, young.id]
        .into_iter()
        .flat_map(|id| {
            [Variant::Original, Variant::Thumbnail].map(|form| Attachment::blob_key(id, form))
        })
        .collect();
    kept.sort();
    assert_eq!(fixture.blobs.keys(), kept);
}

#[tokio::test]
async fn the_files_of_a_deleted_message_go_with_the_next_sweep() {
    let fixture = Fixture::new().await;
    let (alice, bob) = (fixture.user().await, fixture.user().await);
    let sent = fixture.upload(alice).await.expect("is taken");
    let chat_id = fixture.send(&[alice, bob], &sent).await;
    let mut snapshot = fixture.storage.snapshot().await.expect("reads");
    let found = snapshot.messages().find_at(&[(chat_id, 1)]).await;
    let message = found.expect("reads").pop().expect("the message");
    drop(snapshot);
    fixture.clock.advance_ms(DAY_MS + 1);
    let deleted = fixture
        .services
        .delete_message(alice, (chat_id, message.id));
    assert_eq!(deleted.await.expect("deletes").attachments, []);
    assert!(!fixture.may_read(bob, sent.id).await);
    let swept = crate::jobs::sweep_uploads(&fixture.services).await;
    assert_eq!(swept.expect("runs"), 1);
    assert!(fixture.blobs.keys().is_empty());
}

#[tokio::test]
async fn a_sweep_whose_blobs_cannot_be_removed_leaves_no_row_that_names_them() {
    let fixture = Fixture::new().await;
    let alice = fixture.user().await;
    let made = fixture.upload(alice).await.expect("is taken");
    fixture.clock.advance_ms(DAY_MS + 1);
    fixture.blobs.set_fault(Some(BlobErrorKind::Unavailable));
    let swept = crate::jobs::sweep_uploads(&fixture.services).await;
    assert_eq!(swept.expect("runs"), 1);
    fixture.blobs.set_fault(None);
    assert!(!fixture.may_read(alice, made.id).await);
}

#[tokio::test]
async fn an_avatar_is_a_square_of_its_own_that_is_swept_unless_it_is_used() {
    let fixture = Fixture::new().await;
    let (alice, bob) = (fixture.user().await, fixture.user().await);
    let made = fixture.upload(alice).await.expect("is taken");
    let avatar = fixture
        .services
        .make_avatar(alice, made.id)
        .await
        .expect("is made");
    assert_eq!(
        (avatar.width, avatar.height, avatar.usage),
        (512, 512, Usage::Unused)
    );
    assert_ne!(avatar.id, made.id);
    for (caller, id) in [(bob, made.id), (alice, fixture.id())] {
        let error = fixture
            .services
            .make_avatar(caller, id)
            .await
            .expect_err("is refused");
        assert_eq!(error.code, ErrorCode::ValidationFailed);
    }
    let hidden = fixture
        .services
        .open_avatar(avatar.id)
        .await
        .expect_err("not yet a picture");
    assert_eq!(hidden.code, ErrorCode::NotFound);
    fixture.clock.advance_ms(DAY_MS + 1);
    let swept = crate::jobs::sweep_uploads(&fixture.services).await;
    assert_eq!(swept.expect("runs"), 2);
}
