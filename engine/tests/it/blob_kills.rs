//! The program is killed (-9) at any moment while files are uploaded and sent. Whatever a message
//! names afterwards can be read whole, and what was left without a row is swept after its grace.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use relaychat_engine::{
    Engine,
    blobs::Blobs,
    clock::{Clock, ManualClock, SystemClock},
    mailer::MemoryMailer,
    random::{RandomExt, SystemRandom},
    storage::sqlite::Sqlite,
    test_support::{DEADLINE, TestBucket},
};
use relaychat_protocol::rest::{
    attachments::{Attachment, AttachmentLinks},
    auth::LoggedIn,
    chats::ChatWithUsers,
    messages::MessagePage,
};
use serde_json::json;

use crate::program::{Program, relaychat};

/// How long a program is let live at most: some uploads.
const LIFE_MS: u64 = 250;
/// Longer than the grace of the sweep.
const TWO_DAYS_MS: i64 = 2 * 24 * 60 * 60 * 1_000;

fn picture() -> Vec<u8> {
    let image = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 7]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = image.write_to(&mut bytes, image::ImageFormat::Png);
    written.expect("encodes");
    bytes.into_inner()
}

/// Somebody with a chat, who outlives every program.
struct Person {
    token: String,
    chat: String,
}

impl Person {
    async fn meet(program: &mut Program) -> Self {
        let bob: LoggedIn = program.log_in("bob@example.com").await;
        let alice: LoggedIn = program.log_in("alice@example.com").await;
        let token = alice.tokens.access_token;
        let opened = crate::http::http()
            .post(format!("{}/v1/chats/direct", program.url))
            .bearer_auth(&token)
            .json(&json!({ "user_id": bob.me.user.id }))
            .send();
        let opened = opened.await.expect("answers").json::<ChatWithUsers>().await;
        Self {
            token,
            chat: opened.expect("a chat").chat.info.id.to_string(),
        }
    }

    /// Uploads and sends until the program is gone; returns how many sends were acknowledged.
    async fn work(&self, url: &str) -> usize {
        let mut acknowledged = 0;
        while self.upload_and_send(url).await.is_some() {
            acknowledged += 1;
        }
        acknowledged
    }

    async fn upload_and_send(&self, url: &str) -> Option<()> {
        let http = crate::http::http();
        let uploaded = http
            .post(format!("{url}/v1/uploads"))
            .bearer_auth(&self.token)
            .body(picture());
        let made: Attachment = uploaded.send().await.ok()?.json().await.ok()?;
        let message = json!({
            "message_id": SystemRandom.uuid_v7(SystemClock.now_ms()),
            "attachment_ids": [made.id],
        });
        let sent = http
            .post(format!("{url}/v1/chats/{}/messages", self.chat))
            .bearer_auth(&self.token)
            .json(&message);
        sent.send().await.ok()?.error_for_status().ok().map(drop)
    }

    /// Reads every file that a message names, whole.
    async fn read_all(&self, url: &str) -> Vec<Attachment> {
        let http = crate::http::http();
        let mut named: Vec<Attachment> = Vec::new();
        let mut before = String::new();
        loop {
            let page = http
                .get(format!(
                    "{url}/v1/chats/{}/messages?limit=100{before}",
                    self.chat
                ))
                .bearer_auth(&self.token);
            let page = page
                .send()
                .await
                .expect("answers")
                .json::<MessagePage>()
                .await;
            let page = page.expect("a page");
            let first = page.items.first().map_or(0, |message| message.seq);
            before = format!("&before={first}");
            named.extend(
                page.items
                    .into_iter()
                    .flat_map(|message| message.attachments),
            );
            if !page.has_before {
                break;
            }
        }
        for attachment in &named {
            let links = http
                .get(format!("{url}/v1/attachments/{}/links", attachment.id))
                .bearer_auth(&self.token);
            let links = links
                .send()
                .await
                .expect("answers")
                .json::<AttachmentLinks>()
                .await;
            let links = links.expect("the sender may read");
            for (path, size_bytes) in [
                (links.url, Some(attachment.size_bytes)),
                (links.thumbnail_url, None),
            ] {
                let answer = http
                    .get(format!("{url}{path}"))
                    .send()
                    .await
                    .expect("answers");
                assert_eq!(answer.status(), 200, "a message names {path}");
                let bytes = answer.bytes().await.expect("bytes");
                image::load_from_memory(&bytes).expect("a whole picture");
                assert!(size_bytes.is_none_or(|size_bytes| size_bytes == bytes.len() as u64));
            }
        }
        named
    }
}

/// Kills programs one after another; returns what the messages name in the end.
async fn kill_again_and_again(data: &Path, more: &[String], kills: usize) -> Vec<Attachment> {
    let start = async || {
        let mut command = relaychat(data);
        command.args(["--rate-limits", "off"]).args(more);
        Program::run(command).await
    };
    let mut program = start().await;
    let alice = Person::meet(&mut program).await;
    let mut acknowledged = 0;
    for _ in 0..kills {
        let bytes: [u8; 8] = SystemRandom.bytes();
        let life = Duration::from_millis(u64::from_le_bytes(bytes) % LIFE_MS);
        let url = program.url.clone();
        let kill = async {
            tokio::time::sleep(life).await;
            program.signal("-KILL").await;
            program.ended().await
        };
        let (sent, also_sent, _) = tokio::join!(alice.work(&url), alice.work(&url), kill);
        acknowledged += sent + also_sent;
        program = start().await;
    }
    let named = alice.read_all(&program.url).await;
    assert!(
        acknowledged > 0 && named.len() >= acknowledged,
        "{acknowledged} of {}",
        named.len()
    );
    assert_eq!(program.terminate().await, Some(0));
    named
}

fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("lists") {
        let entry = entry.expect("an entry");
        match entry.file_type().expect("a type").is_dir() {
            true => files.extend(files_below(&entry.path())),
            false => files.extend([entry.path()]),
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_a_program_loses_no_file_and_leaves_none_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let named = kill_again_and_again(folder.path(), &[], 20).await;
    let media = folder.path().join("media");
    let expected: BTreeSet<_> = named
        .iter()
        .flat_map(|file| {
            let folder = media.join("attachments").join(file.id.to_string());
            ["original", "thumbnail"].map(|variant| folder.join(variant))
        })
        .collect();
    let left = files_below(&media);
    assert!(left.is_superset(&expected));
    // Two days later, by the store's clock and by the engine's.
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    for file in &left {
        let file = fs::File::options().write(true).open(file).expect("opens");
        file.set_modified(long_ago).expect("is ours");
    }
    let clock = Arc::new(ManualClock::new(SystemClock.now_ms() + TWO_DAYS_MS));
    let engine = Engine::builder()
        .storage(
            Sqlite::open(folder.path().join("relaychat.db"))
                .await
                .expect("opens"),
        )
        .blobs(Blobs::local(&media).expect("opens"))
        .mailer(MemoryMailer::new())
        .clock(clock)
        .build()
        .await
        .expect("an engine");
    let swept = tokio::time::timeout(DEADLINE, async {
        while files_below(&media) != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    swept.await.unwrap_or_else(|_| {
        let now = files_below(&media);
        panic!("{:?} instead of {:?}", now.len(), expected.len())
    });
    println!(
        "{} files of {} were swept",
        left.len() - expected.len(),
        left.len()
    );
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_a_program_loses_no_file_in_an_s3_bucket() {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = TestBucket::make().await;
    let more = [
        "--blobs",
        &bucket.url(),
        "--blobs-key-id",
        "test",
        "--blobs-key-secret",
        "secret",
    ];
    let more = more.map(str::to_owned);
    kill_again_and_again(folder.path(), &more, 10).await;
    bucket.remove().await;
}
