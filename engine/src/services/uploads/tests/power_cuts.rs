//! The process dies at every step of upload, attach, picture and sweep, on every kind of store.
//!
//! A **fuse** counts the steps that touch a store or storage. When it blows, that step and all that
//! follow have no effect: what is left is what a process leaves that was cut off there. Then the
//! services start anew on what is left, and sweep. What must hold: every upload that a row names
//! can be read whole, and nothing else is left.

use std::sync::atomic::AtomicI64;

use futures_util::{TryStreamExt, stream::BoxStream};

use super::*;
use crate::{
    blobs::{BlobEntry, BlobError, Blobs, Pieces},
    domain::message::{Draft, Mentions},
    storage::sqlite::{DatabaseFile, Sqlite},
    test_support::TestBucket,
};

/// The file of the database.
const DATABASE: &str = "relaychat.db";

/// Steps left until everything ends.
#[derive(Debug)]
struct Fuse(AtomicI64);

impl Fuse {
    fn new(steps: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(steps)))
    }

    /// Burns one step; whether there was one.
    fn burn(&self) -> bool {
        self.0.fetch_sub(1, Ordering::SeqCst) > 0
    }

    fn has_blown(&self) -> bool {
        self.0.load(Ordering::SeqCst) < 0
    }
}

/// A store or storage on a fuse.
#[derive(Debug)]
struct OnFuse<T> {
    inner: T,
    fuse: Arc<Fuse>,
}

impl<T> OnFuse<T> {
    fn blob_step(&self) -> Result<(), BlobError> {
        let dead = BlobError {
            kind: BlobErrorKind::Unavailable,
            operation: "live",
            source: None,
        };
        self.fuse.burn().then_some(()).ok_or(dead)
    }

    fn storage_step(&self) -> Result<(), StorageError> {
        let kind = StorageErrorKind::Unavailable;
        let dead = || StorageError::new(kind, "live", "the process is dead");
        self.fuse.burn().then_some(()).ok_or_else(dead)
    }
}

#[async_trait::async_trait]
impl BlobStore for OnFuse<Arc<dyn BlobStore>> {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        self.blob_step()?;
        self.inner.put(key, bytes).await
    }

    async fn write(&self, key: &str, pieces: Pieces) -> Result<u64, BlobError> {
        self.blob_step()?;
        self.inner.write(key, pieces).await
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        self.blob_step()?;
        self.inner.size_bytes(key).await
    }

    async fn read(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Option<Pieces>, BlobError> {
        self.blob_step()?;
        self.inner.read(key, range).await
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        self.blob_step()?;
        self.inner.remove(key).await
    }

    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError> {
        self.blob_step()?;
        self.inner.list(prefix).await
    }
}

#[async_trait::async_trait]
impl Storage for OnFuse<Sqlite> {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.storage_step()?;
        self.inner.begin().await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.storage_step()?;
        self.inner.snapshot().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

/// What outlives a death.
struct World {
    folder: tempfile::TempDir,
    storage: Sqlite,
    blobs: Arc<dyn BlobStore>,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new(blobs: Arc<dyn BlobStore>, clock: Arc<ManualClock>) -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        let folder = folder.expect("a folder");
        let storage = Sqlite::open(folder.path().join(DATABASE)).await;
        Self {
            storage: storage.expect("opens"),
            folder,
            blobs,
            clock,
        }
    }

    async fn open(&self, fuse: &Arc<Fuse>) -> Result<Arc<Services>, ServiceError> {
        let storage = OnFuse {
            inner: self.storage.clone(),
            fuse: Arc::clone(fuse),
        };
        let blobs = OnFuse {
            inner: Arc::clone(&self.blobs),
            fuse: Arc::clone(fuse),
        };
        let parts = parts(Arc::new(storage), Arc::new(blobs), self.clock.clone());
        Ok(Arc::new(Services::open(parts).await?))
    }

    /// The keys of everything that a row names, and all of it can be read.
    async fn named_and_readable(&self, services: &Services) -> Vec<String> {
        let mut keys = Vec::new();
        for id in self.rows().await {
            for variant in [Variant::Original, Variant::Thumbnail] {
                let key = Attachment::blob_key(id, variant);
                let size_bytes = services.blobs.size_bytes(&key).await.expect("finds");
                let size_bytes = size_bytes.unwrap_or_else(|| panic!("{key} is named and lost"));
                let pieces = services
                    .blobs
                    .read(&key, 0..size_bytes)
                    .await
                    .expect("reads");
                let pieces: Vec<Bytes> = pieces
                    .expect("is there")
                    .try_collect()
                    .await
                    .expect("reads on");
                image::load_from_memory(&pieces.concat()).expect("a whole picture");
                keys.push(key);
            }
        }
        keys.sort();
        keys
    }

    /// All uploads that have a row.
    async fn rows(&self) -> Vec<AttachmentId> {
        let path = self.folder.path().join(DATABASE);
        let mut database = DatabaseFile::open(&path).await.expect("opens");
        let uploads = database.uploads().await.expect("lists");
        database.close().await;
        uploads.into_iter().map(|(id, _)| id).collect()
    }

    async fn keys(&self) -> Vec<String> {
        let entries = self.blobs.list("").await.expect("lists");
        let mut keys: Vec<_> = entries
            .map_ok(|entry| entry.key)
            .try_collect()
            .await
            .expect("lists on");
        keys.sort();
        keys
    }
}

fn small_png() -> Bytes {
    let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(24, 20, |x, y| {
        image::Rgb([x as u8 * 9, y as u8 * 9, 90])
    }));
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encodes");
    bytes.into_inner().into()
}

/// Everything that moves files, from the first upload to the last sweep. Whatever cannot be done is
/// left, as by a process that is going down.
async fn live(world: &World, services: &Arc<Services>) -> Result<(), ServiceError> {
    let login = async |name: &str| {
        let requested = services
            .request_code(&format!("{name}@example.com"), None, "")
            .await?;
        let code = services.code_for(requested.request_id);
        let login = services
            .verify_code(requested.request_id, &code, None)
            .await?;
        Ok::<_, ServiceError>(Caller {
            user_id: login.user.id,
            session_id: login.session.id,
            token_expires_at_ms: i64::MAX,
        })
    };
    let (alice, bob) = (login("alice").await?, login("bob").await?);
    let upload = async || {
        let slot = services.begin_upload(alice).await?;
        services.upload(alice, slot, small_png(), None).await
    };
    let chat_id = services
        .open_direct_chat(alice, bob.user_id)
        .await?
        .0
        .chat
        .id;
    let (sent, _unused, face) = (upload().await?, upload().await?, upload().await?);
    let draft = Draft {
        id: MessageId(services.new_id()),
        chat_id,
        sender_id: alice.user_id,
        text: String::new(),
        attachment_ids: vec![sent.id],
        reply_to_id: None,
        mentions: Mentions::default(),
    };
    services.send_message(alice, draft).await?;
    services.set_avatar(alice, face.id).await?;
    services.set_avatar(alice, face.id).await?;
    world.clock.advance_ms(DAY_MS + 1);
    crate::jobs::sweep_uploads(services).await?;
    services.sweep_blobs(0).await?;
    Ok(())
}

/// Lives once for each number of steps, up to a life that reaches its end; returns how many.
async fn die_everywhere(make: impl AsyncFn() -> (Arc<dyn BlobStore>, Arc<ManualClock>)) -> i64 {
    for steps in 0.. {
        let (blobs, clock) = make().await;
        let world = World::new(blobs, clock).await;
        let fuse = Fuse::new(steps);
        if let Ok(services) = world.open(&fuse).await {
            // Only what is left counts.
            let _ = live(&world, &services).await;
        }
        let never = Fuse::new(i64::MAX);
        let services = world.open(&never).await.expect("starts again");
        world.named_and_readable(&services).await;
        let young = services.sweep_blobs(DAY_MS.unsigned_abs() * 1_000).await;
        assert_eq!(young.expect("sweeps"), 0, "nothing goes before its grace");
        world.clock.advance_ms(DAY_MS + 1);
        crate::jobs::sweep_uploads(&services).await.expect("sweeps");
        services.sweep_blobs(0).await.expect("sweeps");
        let named = world.named_and_readable(&services).await;
        assert_eq!(
            world.keys().await,
            named,
            "after {steps} steps: nothing else is left"
        );
        if !fuse.has_blown() {
            assert_eq!(named.len(), 4, "what was sent, and the last picture");
            return steps;
        }
    }
    unreachable!("a life has an end")
}

#[tokio::test]
async fn a_death_at_any_step_loses_and_leaves_nothing_in_memory() {
    let steps = die_everywhere(async || {
        let clock = Arc::new(ManualClock::new(START_MS));
        let blobs: Arc<dyn BlobStore> = Arc::new(MemoryBlobs::with_clock(clock.clone()));
        (blobs, clock)
    });
    let steps = steps.await;
    assert!(steps > 30, "the life has many steps: {steps}");
}

#[tokio::test]
async fn a_death_at_any_step_loses_and_leaves_nothing_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = AtomicI64::new(0);
    die_everywhere(async || {
        let name = number.fetch_add(1, Ordering::SeqCst).to_string();
        let blobs = Blobs::local(folder.path().join(name)).expect("opens");
        let blobs: Arc<dyn BlobStore> = Arc::new(blobs);
        (blobs, Arc::new(ManualClock::new(START_MS)))
    })
    .await;
}

#[tokio::test]
async fn a_death_at_any_step_loses_and_leaves_nothing_in_an_s3_bucket() {
    let bucket = TestBucket::make().await;
    let number = AtomicI64::new(0);
    die_everywhere(async || {
        let number = number.fetch_add(1, Ordering::SeqCst);
        let settings = crate::blobs::S3Settings {
            prefix: number.to_string(),
            ..bucket.settings.clone()
        };
        let blobs = Blobs::s3(&settings).expect("settings that work");
        let blobs: Arc<dyn BlobStore> = Arc::new(blobs);
        (blobs, Arc::new(ManualClock::new(START_MS)))
    })
    .await;
    bucket.remove().await;
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_that_races_with_sending_never_takes_what_is_sent() {
    let clock = Arc::new(ManualClock::new(START_MS));
    let blobs = Arc::new(MemoryBlobs::with_clock(clock.clone()));
    let world = World::new(blobs, clock).await;
    let services = world.open(&Fuse::new(i64::MAX)).await.expect("opens");
    let alice = {
        let requested = services
            .request_code("a@example.com", None, "")
            .await
            .expect("asks");
        let code = services.code_for(requested.request_id);
        let login = services
            .verify_code(requested.request_id, &code, None)
            .await;
        let login = login.expect("logs in");
        Caller {
            user_id: login.user.id,
            session_id: login.session.id,
            token_expires_at_ms: i64::MAX,
        }
    };
    let bob = services
        .request_code("b@example.com", None, "")
        .await
        .expect("asks");
    let code = services.code_for(bob.request_id);
    let bob = services
        .verify_code(bob.request_id, &code, None)
        .await
        .expect("logs in");
    let chat_id = services.open_direct_chat(alice, bob.user.id).await;
    let chat_id = chat_id.expect("opens").0.chat.id;
    let (mut sent, mut swept) = (0, 0);
    for round in 0..60 {
        let slot = services.uploads.slots.take(alice.user_id).expect("free");
        let made = services
            .upload(alice, slot, small_png(), None)
            .await
            .expect("is taken");
        world.clock.advance_ms(DAY_MS + 1);
        let draft = Draft {
            id: MessageId(services.new_id()),
            chat_id,
            sender_id: alice.user_id,
            text: String::new(),
            attachment_ids: vec![made.id],
            reply_to_id: None,
            mentions: Mentions::default(),
        };
        let send = async {
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
            services.send_message(alice, draft).await
        };
        let sweep = async {
            crate::jobs::sweep_uploads(&services).await.expect("sweeps");
            services.sweep_blobs(0).await.expect("sweeps");
        };
        let (outcome, ()) = tokio::join!(send, sweep);
        let key = Attachment::blob_key(made.id, Variant::Original);
        let is_there = world.blobs.size_bytes(&key).await.expect("finds").is_some();
        match outcome {
            Ok(_) => {
                assert!(is_there, "a message names what the sweep took");
                sent += 1;
            }
            Err(error) => {
                assert_eq!(error.code, ErrorCode::ValidationFailed);
                swept += 1;
            }
        }
    }
    assert!(
        sent + swept == 60 && swept > 0,
        "{sent} sent, {swept} swept"
    );
}
