//! Who receives what: every object has a word of its own, and whatever comes to anybody, over the
//! socket or from any address, is searched for every one of these words.

use std::collections::BTreeMap;

use axum::http::Method;
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{AttachmentId, ChatId, MessageId, rest::attachments::Attachment};
use serde_json::{Value, json};

use crate::{
    client::{Client, direct_chat, draft, group, remove_member},
    documented::{fill, operations},
    http::http,
};

/// Begins every word, so that a search finds them all.
const ROOT: &str = "canary";

/// People by name, and what each has heard on a socket that was open all the time.
struct World {
    engine: TestEngine,
    people: BTreeMap<&'static str, (TestUser, Client)>,
    /// Each word, with those who may see it.
    words: Vec<(String, Vec<&'static str>)>,
    /// What can be asked for.
    chats: Vec<ChatId>,
    messages: Vec<(ChatId, MessageId)>,
    files: Vec<AttachmentId>,
}

impl World {
    async fn new(names: &[&'static str]) -> Self {
        let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
        let mut people = BTreeMap::new();
        for name in names {
            let user = engine.log_in(&format!("{name}@example.com")).await;
            let (socket, _) = Client::open(&engine, &user).await;
            people.insert(*name, (user, socket));
        }
        Self {
            engine,
            people,
            words: Vec::new(),
            chats: Vec::new(),
            messages: Vec::new(),
            files: Vec::new(),
        }
    }

    fn user(&self, name: &str) -> &TestUser {
        &self.people[name].0
    }

    /// A new word, for these alone.
    fn word(&mut self, of: &str, who: &[&'static str]) -> String {
        let number = self.words.len();
        // Ends in a letter, so that none is the beginning of another.
        let word = format!("{ROOT}{number}{of}x");
        self.words.push((word.clone(), who.to_vec()));
        word
    }

    /// Done by somebody, as JSON.
    async fn call(&self, by: &str, method: Method, path: &str, body: Value) -> Value {
        let token = Some(self.user(by).access_token.as_str());
        let answer = self.engine.call(method, path, token, Some(&body)).await;
        answer.expect("is done")
    }

    /// Everything that can be done in a chat is done by one who may. Those of `here` hear what is
    /// edited away at once, `who` may read what is left.
    async fn fill_chat(
        &mut self,
        by: &'static str,
        chat_id: ChatId,
        (here, who): (&[&'static str], &[&'static str]),
    ) {
        let chat = format!("/v1/chats/{chat_id}");
        let sent = self.say(by, chat_id, (here, who)).await;
        let message = format!("{chat}/messages/{}", sent.1);
        let edited = json!({ "text": self.word("edit", who) });
        self.call(by, Method::PATCH, &message, edited).await;
        let nothing = json!({});
        let reaction = format!("{message}/reactions/%F0%9F%91%8D");
        self.call(by, Method::PUT, &reaction, nothing.clone()).await;
        self.call(by, Method::PUT, &format!("{message}/pin"), nothing)
            .await;
        let mut answer = draft(&self.word("answer", who));
        answer.reply_to_id = Some(sent.1);
        let answer = serde_json::to_value(answer).expect("JSON");
        self.call(by, Method::POST, &format!("{chat}/messages"), answer)
            .await;
        self.chats.push(chat_id);
    }

    /// A message whose text `here` sees, and a file whose name `who` sees. What is in the file
    /// nobody gets without a link.
    async fn say(
        &mut self,
        by: &'static str,
        chat_id: ChatId,
        (here, who): (&[&'static str], &[&'static str]),
    ) -> (ChatId, MessageId) {
        let (name, content) = (self.word("name", who), self.word("bytes", &[]));
        let url = format!(
            "{}/v1/uploads?kind=file&file_name={name}",
            self.engine.url()
        );
        let file = http().post(url).bearer_auth(&self.user(by).access_token);
        let file = file.body(content).send().await.expect("is answered");
        let file: Attachment = file.json().await.expect("an attachment");
        let mut message = draft(&self.word("text", here));
        message.attachment_ids = vec![file.id];
        let sent = (chat_id, message.message_id);
        let path = format!("/v1/chats/{chat_id}/messages");
        let message = serde_json::to_value(message).expect("JSON");
        self.call(by, Method::POST, &path, message).await;
        self.files.push(file.id);
        self.messages.push(sent);
        sent
    }

    /// A group has a name and a description too.
    async fn describe(&mut self, by: &'static str, chat_id: ChatId, who: &[&'static str]) {
        let named = json!({
            "name": self.word("group", who), "description": self.word("about", who),
        });
        self.call(by, Method::PATCH, &format!("/v1/chats/{chat_id}"), named)
            .await;
    }

    /// All that can be fetched with anything that exists.
    fn addresses(&self) -> Vec<String> {
        let mut addresses = vec![format!("/v1/search/messages?query={ROOT}")];
        let mut fetched = operations();
        fetched.retain(|one| one.method == Method::GET);
        let nobody = (ChatId(uuid::Uuid::nil()), MessageId(uuid::Uuid::nil()));
        let of_chats = self.chats.iter().map(|chat_id| (*chat_id, nobody.1));
        for (chat_id, message_id) in self.messages.iter().copied().chain(of_chats) {
            for file in &self.files {
                for (user, _) in self.people.values() {
                    let values = [
                        ("{chat_id}", chat_id.to_string()),
                        ("{message_id}", message_id.to_string()),
                        ("{attachment_id}", file.to_string()),
                        ("{user_id}", user.id.to_string()),
                        ("{user}", user.id.to_string()),
                        ("{emoji}", "%F0%9F%91%8D".to_owned()),
                        ("{variant}", "original".to_owned()),
                    ];
                    addresses.extend(fetched.iter().filter_map(|one| fill(&one.path, &values)));
                }
            }
        }
        addresses.sort();
        addresses.dedup();
        addresses
    }

    /// All bytes that come to somebody who asks everywhere.
    async fn fetched(&self, token: Option<&str>) -> String {
        let mut all = String::new();
        for address in self.addresses() {
            let mut request = http().get(format!("{}{address}", self.engine.url()));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.expect("is answered");
            all.push_str(&format!("{:?}", answer.headers()));
            all.push_str(&answer.text().await.expect("whole"));
        }
        all
    }

    /// Every word against all that came to `name`.
    fn compare(&self, name: &str, came: &str) {
        for (word, who) in &self.words {
            let is_seen = came.contains(word.as_str());
            assert_eq!(is_seen, who.contains(&name), "{name} and {word}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_receives_the_words_that_are_theirs_and_no_other() {
    let mut world = World::new(&["ann", "bob", "cem", "dan", "eve", "fay"]).await;
    let both = ["ann", "bob"];
    let direct = direct_chat(&world.engine, world.user("ann"), world.user("bob")).await;
    world.fill_chat("ann", direct, (&both, &both)).await;
    let other = direct_chat(&world.engine, world.user("bob"), world.user("cem")).await;
    let pair = ["bob", "cem"];
    world.fill_chat("cem", other, (&pair, &pair)).await;
    // Dan is in the group until it has been named, Eve comes last and may read what was said.
    let others = [world.user("bob"), world.user("dan")];
    let of_all = group(&world.engine, world.user("ann"), &others).await;
    let while_dan_was_there = ["ann", "bob", "dan", "eve"];
    let early = world
        .say("bob", of_all, (&while_dan_was_there, &while_dan_was_there))
        .await;
    remove_member(
        &world.engine,
        world.user("ann"),
        of_all,
        world.user("dan").id,
    )
    .await;
    let members = ["ann", "bob", "eve"];
    world.describe("ann", of_all, &members).await;
    world.fill_chat("ann", of_all, (&both, &members)).await;
    let added = json!({ "user_ids": [world.user("eve").id] });
    let path = format!("/v1/chats/{of_all}/members");
    world.call("ann", Method::POST, &path, added).await;
    world.say("eve", of_all, (&members, &members)).await;
    let alone = group(&world.engine, world.user("cem"), &[]).await;
    world.describe("cem", alone, &["cem"]).await;
    world.fill_chat("cem", alone, (&["cem"], &["cem"])).await;
    // What is typed is for one's own devices.
    let typed = json!({ "draft": world.word("draft", &["ann"]) });
    let path = format!("/v1/chats/{of_all}/settings");
    world.call("ann", Method::PATCH, &path, typed).await;
    // A report is for the host; a link is for those who may add people.
    let note = world.word("note", &[]);
    let report = json!({
        "chat_id": early.0, "message_id": early.1, "reason": "spam", "note": note,
    });
    world.call("eve", Method::POST, "/v1/reports", report).await;
    let path = format!("/v1/chats/{of_all}/invites");
    let invite = world.call("ann", Method::POST, &path, json!({})).await;
    let link = invite["token"].as_str().expect("a link").to_owned();
    world.words.push((link, vec!["ann"]));

    let names: Vec<_> = world.people.keys().copied().collect();
    for name in names {
        let token = world.user(name).access_token.clone();
        let mut came = world.fetched(Some(&token)).await;
        let (_, socket) = world.people.get_mut(name).expect("is there");
        socket.drain().await;
        came.push_str(&socket.heard);
        world.compare(name, &came);
    }
    world.compare("nobody", &world.fetched(None).await);
    world.engine.stop().await;
}

#[tokio::test]
async fn what_one_left_is_fetched_no_more() {
    let mut world = World::new(&["ann", "dan"]).await;
    let chat_id = group(&world.engine, world.user("ann"), &[world.user("dan")]).await;
    world.fill_chat("ann", chat_id, (&[], &["ann"])).await;
    world.describe("ann", chat_id, &["ann"]).await;
    let (ann, dan) = (world.user("ann"), world.user("dan"));
    remove_member(&world.engine, ann, chat_id, dan.id).await;
    for name in ["ann", "dan"] {
        let token = world.user(name).access_token.clone();
        let came = world.fetched(Some(&token)).await;
        world.compare(name, &came);
    }
    world.engine.stop().await;
}

/// Whoever shows the wrong thing, or nothing, is not asked who they are.
#[tokio::test]
async fn a_server_key_opens_nothing_of_people_and_a_token_nothing_of_the_host() {
    let mut world = World::new(&["ann", "bob"]).await;
    let direct = direct_chat(&world.engine, world.user("ann"), world.user("bob")).await;
    world.fill_chat("ann", direct, (&[], &[])).await;
    let keys = world.engine.engine().server_keys();
    let key = keys.create("host").await.expect("makes a key").key;
    let token = world.user("ann").access_token.clone();
    let values = [
        ("{chat_id}", direct.to_string()),
        ("{message_id}", world.messages[0].1.to_string()),
        ("{attachment_id}", world.files[0].to_string()),
        ("{user_id}", world.user("bob").id.to_string()),
        ("{user}", world.user("bob").id.to_string()),
        ("{emoji}", "%F0%9F%91%8D".to_owned()),
    ];
    let mut asked = 0;
    for one in operations() {
        let wrong = match one.needs.as_deref() {
            Some("access_token") => &key,
            Some("server_key") => &token,
            other => {
                assert_eq!(other, None, "{} {}", one.method, one.path);
                continue;
            }
        };
        // An id that nothing has: who may not ask is not told that either.
        let unknown = uuid::Uuid::from_u128(7).to_string();
        let path = fill(&one.path, &values).unwrap_or_else(|| {
            let pieces = one
                .path
                .split('/')
                .map(|piece| match piece.starts_with('{') {
                    true => unknown.as_str(),
                    false => piece,
                });
            pieces.collect::<Vec<_>>().join("/")
        });
        for credential in [Some(wrong), None] {
            let mut request =
                http().request(one.method.clone(), format!("{}{path}", world.engine.url()));
            if let Some(credential) = credential {
                request = request.bearer_auth(credential);
            }
            let answer = request.send().await.expect("is answered");
            let status = answer.status().as_u16();
            let text = answer.text().await.expect("whole");
            assert_eq!(status, 401, "{} {path}: {text}", one.method);
            assert!(!text.contains(ROOT), "{} {path}: {text}", one.method);
            asked += 1;
        }
    }
    assert!(asked > 100, "else nothing is proved: {asked}");
    world.engine.stop().await;
}
