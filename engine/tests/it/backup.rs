//! Backups of a living engine: made under load, restored, verified; and clients that have seen more
//! than a restored backup holds.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use relaychat_engine::{
    backup::{self, Source, Target},
    blobs::Blobs,
    clock::{Clock, SystemClock},
    random::{RandomExt, SystemRandom},
    storage::sqlite::Sqlite,
    test_support::{TestEngine, TestUser},
};
use relaychat_protocol::{
    MessageId,
    rest::{
        attachments::Attachment,
        chats::{ChatWithUsers, OpenDirectChat},
        messages::{Message, MessagePage, SendMessage},
    },
};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Program, program};

/// Backups in the story of load.
const BACKUPS: usize = 20;
/// How long they may take on a busy machine before the story is given up.
const DEADLINE: Duration = Duration::from_secs(480);
/// People who send at the same time.
const SENDERS: usize = 4;
/// Between two messages of one of them, so that the history stays one that can be read 20 times.
const PAUSE: Duration = Duration::from_millis(25);

/// An engine on files.
struct OnFiles {
    folder: TempDir,
    engine: TestEngine,
}

impl OnFiles {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let engine = engine_on(folder.path()).await;
        Self { folder, engine }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn backup(&self, target: &Path) -> backup::Made {
        let blobs = Blobs::local(self.path("live")).expect("opens");
        let source = Source {
            database: &self.path("relaychat.db"),
            blobs: &blobs,
            files: &[],
        };
        backup::backup(source, target).await.expect("is made")
    }
}

/// An engine on the database and uploads in `folder`.
async fn engine_on(folder: &Path) -> TestEngine {
    let storage = Sqlite::open(folder.join("relaychat.db")).await;
    let media = folder.join("live");
    TestEngine::builder()
        .config(|config| config.limits.is_rate_limited = false)
        .storage(storage.expect("opens"))
        .engine(move |builder| builder.blobs(Blobs::local(&media).expect("opens")))
        .start()
        .await
}

async fn call<T: serde::de::DeserializeOwned>(
    engine: &TestEngine,
    user: &TestUser,
    (method, path): (Method, &str),
    body: Option<&Value>,
) -> T {
    let token = Some(user.access_token.as_str());
    let answer = engine.call(method, path, token, body).await;
    answer.unwrap_or_else(|error| panic!("{path}: {error:?}"))
}

async fn chat_of(engine: &TestEngine, a: &TestUser, b: &TestUser) -> String {
    let open = serde_json::to_value(OpenDirectChat { user_id: b.id }).expect("a body");
    let path = (Method::POST, "/v1/chats/direct");
    let opened: ChatWithUsers = call(engine, a, path, Some(&open)).await;
    opened.chat.info.id.to_string()
}

async fn send(engine: &TestEngine, user: &TestUser, chat: &str, message: &SendMessage) -> Message {
    let path = format!("/v1/chats/{chat}/messages");
    let body = serde_json::to_value(message).expect("a body");
    call(engine, user, (Method::POST, &path), Some(&body)).await
}

fn text(text: impl Into<String>) -> SendMessage {
    SendMessage {
        message_id: MessageId(SystemRandom.uuid_v7(SystemClock.now_ms())),
        text: text.into(),
        attachment_ids: Vec::new(),
        reply_to_id: None,
        mentions: None,
    }
}

async fn upload(engine: &TestEngine, user: &TestUser, number: u64) -> Attachment {
    let shade = (number % 251) as u8;
    let image = image::RgbImage::from_fn(48, 40, |x, y| image::Rgb([x as u8, y as u8, shade]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = image.write_to(&mut bytes, image::ImageFormat::Png);
    written.expect("encodes");
    let request = crate::http::http()
        .post(format!("{}/v1/uploads", engine.url()))
        .bearer_auth(&user.access_token)
        .body(bytes.into_inner());
    let answer = request.send().await.expect("answers");
    let text = answer.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What the senders have been promised so far, and how long the longest of them had to wait.
#[derive(Default)]
struct Load {
    acknowledged: Mutex<Vec<Message>>,
    /// While a backup was made, and while none was.
    longest_ms: [AtomicU64; 2],
    is_backed_up: AtomicBool,
    is_over: AtomicBool,
}

impl Load {
    async fn run(&self, engine: &TestEngine, user: &TestUser, chat: &str) {
        let mut number = 0;
        while !self.is_over.load(Ordering::SeqCst) {
            number += 1;
            let mut message = text(format!("message {number}"));
            if number % 40 == 0 {
                message.attachment_ids = vec![upload(engine, user, number).await.id];
            }
            let mut is_backed_up = self.is_backed_up.load(Ordering::SeqCst);
            let began = Instant::now();
            let sent = send(engine, user, chat, &message).await;
            let waited_ms = u64::try_from(began.elapsed().as_millis()).expect("a short time");
            is_backed_up |= self.is_backed_up.load(Ordering::SeqCst);
            let longest = &self.longest_ms[usize::from(!is_backed_up)];
            longest.fetch_max(waited_ms, Ordering::SeqCst);
            self.acknowledged.lock().expect("unpoisoned").push(sent);
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn so_far(&self) -> Vec<Message> {
        self.acknowledged.lock().expect("unpoisoned").clone()
    }
}

/// What a restored database holds of a chat, through an engine on it.
async fn history(engine: &TestEngine, user: &TestUser, chat: &str) -> Vec<Message> {
    let (mut messages, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/chats/{chat}/messages?limit=100{before}");
        let page: MessagePage = call(engine, user, (Method::GET, &path), None).await;
        let first = page.items.first().map_or(0, |message| message.seq);
        before = format!("&before={first}");
        messages.extend(page.items);
        if !page.has_before {
            return messages;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_under_load_hold_all_that_was_promised_and_can_be_restored() {
    let living = OnFiles::start().await;
    let engine = &living.engine;
    let bob = engine.log_in("bob@example.com").await;
    let mut pairs = Vec::new();
    for number in 0..SENDERS {
        let user = engine.log_in(&format!("sender{number}@example.com")).await;
        let chat = chat_of(engine, &user, &bob).await;
        pairs.push((user, chat));
    }
    let load = Arc::new(Load::default());
    let backups = async {
        let mut copied = 0;
        for number in 0..BACKUPS {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let promised = load.so_far();
            // Most bring an earlier backup up to date.
            let target = living.path(&format!("backup{}", number / 5));
            load.is_backed_up.store(true, Ordering::SeqCst);
            let made = living.backup(&target).await;
            load.is_backed_up.store(false, Ordering::SeqCst);
            copied += made.copied_blobs;
            assert_eq!(made.manifest.lost_blobs, Vec::<String>::new());
            check(&living, &target, &promised, &pairs, number).await;
        }
        load.is_over.store(true, Ordering::SeqCst);
        copied
    };
    let senders = pairs
        .iter()
        .map(|(user, chat)| load.run(engine, user, chat));
    let work = async { tokio::join!(backups, futures_util::future::join_all(senders)) };
    let (copied, _) = tokio::time::timeout(DEADLINE, work).await.expect("in time");
    let [during_ms, otherwise_ms] = load
        .longest_ms
        .each_ref()
        .map(|ms| ms.load(Ordering::SeqCst));
    eprintln!(
        "{BACKUPS} backups restored and verified, {} messages, {copied} files copied; longest wait {during_ms} ms during a backup, \
         {otherwise_ms} ms without",
        load.so_far().len()
    );
    assert!(
        copied > 0 && load.so_far().len() > BACKUPS,
        "there was load"
    );
    living.engine.stop().await;
}

/// Verifies a backup, restores it, and looks for everything that was promised before it was made.
async fn check(
    living: &OnFiles,
    backup_folder: &Path,
    promised: &[Message],
    pairs: &[(TestUser, String)],
    number: usize,
) {
    let verdict = backup::verify(backup_folder).await.expect("can be read");
    assert_eq!(verdict.problems, Vec::<String>::new(), "backup {number}");
    let restored = living.path(&format!("restored{number}"));
    let blobs = Blobs::local(restored.join("live")).expect("opens");
    let target = Target {
        database: &restored.join("relaychat.db"),
        blobs: &blobs,
        files: &restored,
    };
    backup::restore(backup_folder, target)
        .await
        .expect("is restored");
    let engine = engine_on(&restored).await;
    for (user, chat) in pairs {
        let messages = history(&engine, user, chat).await.into_iter();
        let messages: HashMap<_, _> = messages.map(|message| (message.id, message)).collect();
        for message in promised
            .iter()
            .filter(|one| one.chat_id.to_string() == *chat)
        {
            assert!(
                messages.get(&message.id) == Some(message),
                "backup {number} lacks {message:?}"
            );
        }
    }
    engine.stop().await;
    std::fs::remove_dir_all(restored).expect("removes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_have_seen_more_than_a_restored_backup_start_over_and_mix_nothing() {
    let living = OnFiles::start().await;
    let (engine, target) = (&living.engine, living.path("backup"));
    let alice = engine.log_in("alice@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat = chat_of(engine, &alice, &bob).await;
    let kept = send(engine, &alice, &chat, &text("before the backup")).await;
    living.backup(&target).await;
    let lost = send(engine, &alice, &chat, &text("after the backup")).await;
    let first: Value = call(engine, &bob, (Method::GET, "/v1/sync"), None).await;
    let ahead = first["token"].as_str().expect("a token").to_owned();
    living.engine.stop().await;

    let restored = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::local(restored.path().join("live")).expect("opens");
    let place = Target {
        database: &restored.path().join("relaychat.db"),
        blobs: &blobs,
        files: restored.path(),
    };
    backup::restore(&target, place).await.expect("is restored");
    let engine = engine_on(restored.path()).await;
    // Bob is logged in all the same, and his token is of another history.
    let path = format!("/v1/sync?since={ahead}");
    let answer: Value = call(&engine, &bob, (Method::GET, &path), None).await;
    assert_eq!(answer["kind"], "reset", "{answer}");
    let messages = history(&engine, &bob, &chat).await;
    assert_eq!(messages, [kept], "what the backup held and nothing else");
    // The number of the lost message is given to another one, in the new history only.
    let next = send(&engine, &alice, &chat, &text("after the restore")).await;
    assert_eq!((next.seq, next.version), (lost.seq, lost.version));
    let answer: Value = call(&engine, &bob, (Method::GET, &path), None).await;
    assert_eq!(
        answer["kind"], "reset",
        "also once the numbers have caught up"
    );
    engine.stop().await;
}

async fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program(arguments).output().await.expect("runs");
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    printed.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code(), printed)
}

#[tokio::test]
async fn the_program_backs_up_a_running_server_verifies_and_restores() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (data, target, other) = (path("data"), path("backup"), path("other"));
    let mut running = Program::start(Path::new(&data)).await;
    let alice = running.log_in("alice@example.com").await;
    let (code, printed) = run(&["backup", &target, "--data", &data]).await;
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("0 messages and 0 files"), "{printed}");
    let (code, printed) = run(&["verify", &target]).await;
    assert!(
        code == Some(0) && printed.contains("is whole: "),
        "{printed}"
    );
    let (code, printed) = run(&["restore", &target, "--data", &data]).await;
    assert!(
        code == Some(3) && printed.contains("is there already"),
        "{printed}"
    );
    assert_eq!(running.terminate().await, Some(0));
    let (code, printed) = run(&["restore", &target, "--data", &other]).await;
    assert_eq!(code, Some(0), "{printed}");
    // The secret came along: Alice is still logged in.
    let again = Program::start(Path::new(&other)).await;
    let me = crate::http::http()
        .get(format!("{}/v1/me", again.url))
        .bearer_auth(&alice.tokens.access_token);
    assert_eq!(me.send().await.expect("answers").status(), 200);
    assert_eq!(again.terminate().await, Some(0));
    let (code, printed) = run(&["restore", "--new-epoch", "--data", &other]).await;
    assert!(
        code == Some(0) && printed.contains("a new epoch"),
        "{printed}"
    );

    let manifest = Path::new(&target).join("manifest.json");
    let text = std::fs::read_to_string(&manifest).expect("reads");
    let changed: Value = serde_json::from_str(&text).expect("JSON");
    let name = changed["database"]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    std::fs::write(Path::new(&target).join(name), b"other bytes").expect("writes");
    let (code, printed) = run(&["verify", &target]).await;
    assert!(
        code == Some(1) && printed.contains("damaged: "),
        "{printed}"
    );
    let (code, printed) = run(&["backup", &target, "--data", &path("none")]).await;
    assert!(
        code == Some(3) && printed.contains("no database"),
        "{printed}"
    );
}
