//! `relaychat demo seed`: people and messages to look at.
//!
//! Everything goes through the engine's router, as a client's requests would; the mails with the
//! codes are caught instead of sent.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use clap::{ArgMatches, Command};
use futures_util::{StreamExt, TryStreamExt, stream};
use http_body_util::BodyExt;
use relaychat_engine::{
    Engine,
    clock::{Clock, SystemClock},
    mailer::MemoryMailer,
    random::{RandomExt, SystemRandom},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    failure::Problems,
    settings::{Purpose, Settings, places::Database},
    stores,
};

/// People and the names they choose.
const PEOPLE: [(&str, &str); 3] = [
    ("ann@example.com", "Ann"),
    ("bob@example.com", "Bob"),
    ("cem@example.com", "Cem"),
];
/// Messages in the long chat: enough that a list which is not virtual is felt.
const MESSAGES: usize = 10_000;
/// Requests at once: as many as one commit takes.
const AT_ONCE: usize = 256;
/// A day: what was said then stands under "Yesterday".
const EARLIER_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a mail may take from the outbox to the mailer.
const MAIL_TIMEOUT: Duration = Duration::from_secs(10);
/// What they say, in turns.
const LINES: [&str; 6] = [
    "Good morning! Did you sleep well?",
    "Like a stone. Coffee is on.",
    "Shall we take the train at nine or the one after?",
    "The one after. I still have to find my other shoe 🙈",
    "It is under the sofa, where it always is.",
    "https://example.com/timetable – platform 3, by the way",
];

pub(crate) fn command() -> Command {
    Command::new("demo")
        .about("Try things out")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("seed")
                .about("Fill a new data folder with Ann, Bob and Cem and a chat of many messages"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (_, matches) = matches.subcommand().expect("clap requires one");
    let settings = Settings::load(matches, Purpose::Use)?;
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    runtime.block_on(seed(settings))
}

async fn seed(mut settings: Settings) -> anyhow::Result<()> {
    settings.engine.limits.is_rate_limited = false;
    let path = settings.places.data.clone();
    let is_new = match &settings.places.database {
        Database::Sqlite(path) => !path.exists(),
        Database::Postgres { .. } => true,
    };
    if !is_new {
        return Err(Problems::one(format!(
            "{} is not empty; choose another folder with --data",
            path.display()
        )));
    }
    let mails = Arc::new(MemoryMailer::new());
    let engine = stores::builder(&settings)
        .await?
        .shared_mailer(mails.clone())
        .clock(Arc::new(Earlier))
        .build()
        .await?;
    let mut people = Vec::new();
    for (email, name) in PEOPLE {
        people.push(Person::log_in(&engine, &mails, email, name).await?);
    }
    let [ann, bob, cem] = &people[..] else {
        bail!("there are three people");
    };
    talk(ann, bob, cem).await?;
    engine.close().await;
    println!(
        "{} holds Ann, Bob and Cem (…@example.com) and {MESSAGES} messages",
        path.display()
    );
    Ok(())
}

async fn talk(ann: &Person, bob: &Person, cem: &Person) -> anyhow::Result<()> {
    let trip = new_id();
    let group = json!({ "chat_id": trip, "name": "Weekend trip", "user_ids": [bob.id, cem.id] });
    ann.call(Method::POST, "/v1/chats/group", &group).await?;
    cem.say(&trip, "I bring the map").await?;
    let opened = ann
        .call(
            Method::POST,
            "/v1/chats/direct",
            &json!({ "user_id": bob.id }),
        )
        .await?;
    let chat = opened["chat"]["id"].as_str().context("a chat")?;
    // Requests of one batch are in no order; what is said tells its number.
    stream::iter(0..MESSAGES)
        .map(|number| {
            let person = if number % 2 == 0 { ann } else { bob };
            let line = LINES[number % LINES.len()];
            async move { person.say(chat, &format!("{line} ({})", number + 1)).await }
        })
        .buffered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

/// The time a day ago. Of now, the codes that were used here would hold up who logs in within a
/// minute: there is a minute between two codes for one address.
#[derive(Debug)]
struct Earlier;

impl Clock for Earlier {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() - EARLIER_MS
    }
}

/// Somebody who is logged in.
struct Person {
    router: Router,
    id: String,
    token: String,
}

impl Person {
    async fn log_in(
        engine: &Engine,
        mails: &MemoryMailer,
        email: &str,
        name: &str,
    ) -> anyhow::Result<Self> {
        let mut person = Self {
            router: engine.router(),
            id: String::new(),
            token: String::new(),
        };
        let count = mails.mails().len();
        let requested = person
            .call(Method::POST, "/v1/auth/codes", &json!({ "email": email }))
            .await?;
        let mails = tokio::time::timeout(MAIL_TIMEOUT, mails.wait_for(count + 1)).await?;
        let login = mails.into_iter().next_back().and_then(|mail| mail.login);
        let code = login.context("a mail with a code")?.code;
        let verify = json!({ "request_id": requested["request_id"], "code": code });
        let answer = person
            .call(Method::POST, "/v1/auth/verify", &verify)
            .await?;
        person.id = text_of(&answer["me"]["id"])?;
        person.token = text_of(&answer["access_token"])?;
        person
            .call(Method::PATCH, "/v1/me", &json!({ "name": name }))
            .await?;
        Ok(person)
    }

    async fn say(&self, chat: &str, text: &str) -> anyhow::Result<()> {
        let path = format!("/v1/chats/{chat}/messages");
        let message = json!({ "message_id": new_id(), "text": text });
        self.call(Method::POST, &path, &message).await.map(drop)
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let request = request.body(Body::from(body.to_string()))?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!(
                "{path} answered {status}: {}",
                String::from_utf8_lossy(&bytes)
            );
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

fn new_id() -> String {
    SystemRandom.uuid_v7(Earlier.now_ms()).to_string()
}

fn text_of(value: &Value) -> anyhow::Result<String> {
    Ok(value.as_str().context("a text")?.to_owned())
}
