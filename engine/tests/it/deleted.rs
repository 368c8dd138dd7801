//! What was deleted is gone: every address that gives something is asked, all that is stored of
//! uploads is looked through, and nobody is told of it again. One thing keeps a copy, and says so: a
//! report that the host has not closed. That no table of a storage keeps it
//! is shown beside each storage.

use axum::http::Method;
use relaychat_engine::test_support::{DEADLINE, TestEngine, TestUser};
use relaychat_protocol::{
    ChatId,
    rest::{
        attachments::{Attachment, AttachmentLinks},
        messages::{EditMessage, Mentions, Message, MessagePage, SendMessage},
        reports::{CloseReport, CreateReport, ReportOutcome, ReportReason},
        webhooks::CreateWebhook,
    },
};
use serde_json::Value;

use crate::{
    client::{Client, draft, get, group},
    documented::{fill, operations},
    http::http,
    receiver::{Answer, Receiver},
};

/// In the text, the name of the file and the file.
const CANARY: &str = "canary5f1d";
/// What is left of a file that nobody uses goes after a day.
const TWO_DAYS_MS: i64 = 2 * 24 * 60 * 60 * 1_000;

/// A message that touches all that a message can touch.
struct Scene {
    chat_id: ChatId,
    ann: TestUser,
    bob: TestUser,
    /// By Ann, edited, with a file, pinned, meant for Bob, answered and reacted to by him.
    sent: Message,
    /// Where the file itself was.
    file_url: String,
}

async fn call(
    engine: &TestEngine,
    who: &TestUser,
    (method, path): (Method, &str),
    body: Option<&impl serde::Serialize>,
) -> Message {
    let token = Some(who.access_token.as_str());
    let answer = engine.call(method, path, token, body);
    answer.await.expect("is done")
}

async fn upload(engine: &TestEngine, who: &TestUser) -> Attachment {
    let url = format!(
        "{}/v1/uploads?kind=file&file_name={CANARY}.txt",
        engine.url()
    );
    let request = http().post(url).bearer_auth(&who.access_token);
    let request = request.header("content-type", "text/plain");
    let answer = request.body(format!("a {CANARY} sings")).send().await;
    let answer = answer.expect("is answered").error_for_status();
    answer
        .expect("is taken")
        .json()
        .await
        .expect("an attachment")
}

async fn scene(engine: &TestEngine) -> Scene {
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = group(engine, &ann, &[&bob]).await;
    let messages = format!("/v1/chats/{chat_id}/messages");
    let file = upload(engine, &ann).await;
    let with_file = SendMessage {
        attachment_ids: vec![file.id],
        ..draft(&format!("{CANARY} one"))
    };
    let sent = call(engine, &ann, (Method::POST, &messages), Some(&with_file)).await;
    let path = format!("{messages}/{}", sent.id);
    let edit = EditMessage {
        text: format!("{CANARY} again"),
        mentions: Some(Mentions {
            user_ids: vec![bob.id],
            is_everyone: false,
        }),
    };
    call(engine, &ann, (Method::PATCH, &path), Some(&edit)).await;
    let answer = SendMessage {
        reply_to_id: Some(sent.id),
        ..draft("an answer")
    };
    let answer = call(engine, &bob, (Method::POST, &messages), Some(&answer)).await;
    assert!(answer.reply_to.expect("a quote").text.contains(CANARY));
    let reaction = format!("{path}/reactions/%F0%9F%91%8D");
    call(engine, &bob, (Method::PUT, &reaction), None::<&()>).await;
    let pin = format!("{path}/pin");
    call(engine, &ann, (Method::PUT, &pin), None::<&()>).await;
    let links = format!("/v1/attachments/{}/links", file.id);
    let links: AttachmentLinks = get(engine, &bob, &links).await;
    Scene {
        chat_id,
        ann,
        bob,
        sent,
        file_url: links.url,
    }
}

impl Scene {
    fn path(&self) -> String {
        format!("/v1/chats/{}/messages/{}", self.chat_id, self.sent.id)
    }

    /// All that the documents say can be fetched, of this message.
    fn addresses(&self) -> Vec<String> {
        let values = [
            ("{chat_id}", self.chat_id.to_string()),
            ("{message_id}", self.sent.id.to_string()),
            ("{attachment_id}", self.sent.attachments[0].id.to_string()),
            ("{user_id}", self.bob.id.to_string()),
            ("{user}", self.bob.id.to_string()),
            ("{emoji}", "%F0%9F%91%8D".to_owned()),
        ];
        let fetched = operations()
            .into_iter()
            .filter(|one| one.method == Method::GET);
        let mut addresses: Vec<String> =
            fetched.filter_map(|one| fill(&one.path, &values)).collect();
        let others = [
            "/v1/search/messages?query=canary",
            "/v1/search/messages?query=can&has=file",
        ];
        addresses.extend(others.map(str::to_owned));
        addresses.push(self.file_url.clone());
        addresses
    }

    /// The addresses that give something of it to somebody, with a person's token or the host's.
    async fn shown(&self, engine: &TestEngine) -> Vec<String> {
        let keys = engine.engine().server_keys();
        let key = keys.create("host").await.expect("makes a key").key;
        let tokens = [&self.ann.access_token, &self.bob.access_token, &key];
        let mut shown = Vec::new();
        for address in self.addresses() {
            for token in tokens {
                let request = http().get(format!("{}{address}", engine.url()));
                let answer = request.bearer_auth(token).send().await;
                let bytes = answer.expect("is answered").text().await;
                if bytes.expect("is read").contains(CANARY) {
                    shown.push(address.clone());
                }
            }
        }
        shown.dedup();
        shown
    }
}

/// How many uploads hold it, by name or content.
fn kept(engine: &TestEngine) -> usize {
    let blobs = engine.blobs();
    let holds = |key: &String| {
        let bytes = blobs.get(key).unwrap_or_default();
        key.contains(CANARY) || String::from_utf8_lossy(&bytes).contains(CANARY)
    };
    blobs.keys().iter().filter(|key| holds(key)).count()
}

#[tokio::test]
async fn no_address_and_no_file_gives_what_was_deleted() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let scene = scene(&engine).await;
    let before = scene.shown(&engine).await;
    assert!(before.len() >= 8, "else nothing is proved: {before:?}");
    assert_eq!(kept(&engine), 1);

    let (mut listener, _) = Client::open(&engine, &scene.bob).await;
    call(
        &engine,
        &scene.ann,
        (Method::DELETE, &scene.path()),
        None::<&()>,
    )
    .await;
    let told = format!("{:?}", listener.next().await);
    assert!(!told.contains(CANARY), "{told}");
    assert_eq!(scene.shown(&engine).await, [""; 0]);
    let (_, ready) = Client::open(&engine, &scene.bob).await;
    let ready = serde_json::to_string(&ready).expect("writes");
    assert!(!ready.contains(CANARY), "{ready}");

    // The jobs of a fresh start do not wait for their hour.
    engine.clock().advance_ms(TWO_DAYS_MS);
    let engine = engine.restart().await;
    let gone = tokio::time::timeout(DEADLINE, async {
        while kept(&engine) > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    gone.await.expect("the file is gone");
    engine.stop().await;
}

#[tokio::test]
async fn nobody_is_told_again_of_what_was_deleted() {
    let engine = TestEngine::start_with(|config| {
        config.webhooks.allows_private_addresses = true;
        config.limits.is_rate_limited = false;
    })
    .await;
    let receiver = Receiver::start().await;
    receiver.answer(Answer::Status(500));
    let new = CreateWebhook {
        url: receiver.url(),
        kinds: vec!["message.sent".to_owned(), "message.updated".to_owned()],
    };
    let webhooks = engine.engine().webhooks();
    let made = webhooks.create(new).await.expect("made");
    let scene = scene(&engine).await;
    receiver.wait_for(5).await;
    call(
        &engine,
        &scene.ann,
        (Method::DELETE, &scene.path()),
        None::<&()>,
    )
    .await;

    let messages = format!("/v1/chats/{}/messages", scene.chat_id);
    let page: MessagePage = get(&engine, &scene.bob, &messages).await;
    let quote = page.items[1].reply_to.as_ref().expect("a quote");
    assert!(quote.is_deleted && quote.message_id == scene.sent.id);

    let before = receiver.wait_for(6).await.len();
    receiver.answer(Answer::Status(204));
    let again = webhooks.replay_since(made.webhook.id, 0).await;
    let again = again.expect("replays");
    assert!(again >= 4, "what was told before the deletion: {again}");
    for one in &receiver.wait_for(before + 4).await[before..] {
        assert!(!one.body.contains(CANARY), "{}", one.body);
    }
    engine.stop().await;
}

/// The one exception: evidence for the host, while it has not decided.
#[tokio::test]
async fn only_an_open_report_keeps_what_was_deleted_and_only_for_the_host() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let scene = scene(&engine).await;
    let reported = CreateReport {
        chat_id: Some(scene.chat_id),
        message_id: Some(scene.sent.id),
        user_id: None,
        reason: ReportReason::Harassment,
        note: Some(format!("it says {CANARY}")),
    };
    let token = Some(scene.bob.access_token.as_str());
    let taken = engine.call::<Value>(Method::POST, "/v1/reports", token, Some(&reported));
    taken.await.expect("is taken");
    call(
        &engine,
        &scene.ann,
        (Method::DELETE, &scene.path()),
        None::<&()>,
    )
    .await;
    assert_eq!(scene.shown(&engine).await, ["/v1/server/reports"]);

    let reports = engine.engine().reports();
    let open = reports.list(None, None, 10).await.expect("lists").items;
    let kept = open[0].message.as_ref().expect("a copy");
    assert_eq!(kept.text, format!("{CANARY} again"));
    let file = &kept.attachments[0];
    assert_eq!(file.file_name, Some(format!("{CANARY}.txt")));
    let decision = CloseReport {
        outcome: ReportOutcome::Acted,
        note: None,
    };
    let closed = reports.close(open[0].id, decision).await.expect("closes");
    assert!(closed.message.is_none() && closed.note.is_none());
    assert_eq!(scene.shown(&engine).await, [""; 0]);
    engine.stop().await;
}
