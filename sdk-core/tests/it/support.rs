//! What the stories share: people who are logged in, and waiting without sleeping.

use std::{fmt::Debug, sync::Arc, time::Duration};

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    ChatSummary, Client, ConnectionState, Lookup, MemorySessionStore, Observable, SessionStore,
    TimelineState, protocol::ChatId,
};

/// How long anything may take before a story is given up: the machine may be busy with builds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Somebody with a client of their own, logged in by code.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) session: Arc<MemorySessionStore>,
}

impl Person {
    /// Logs in like a person does: address, mail, code.
    pub(crate) async fn log_in(engine: &TestEngine, email: &str) -> Self {
        let (client, session) = client(&engine.url());
        let requested = client
            .auth()
            .request_code(email)
            .await
            .expect("a code is sent");
        let code = code_for(engine, email).await;
        client
            .auth()
            .verify_code(requested.request_id, &code)
            .await
            .expect("the code is right");
        until(&client.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
        Self { client, session }
    }

    /// A second device of the same person, with the same session.
    pub(crate) async fn on_another_device(&self, engine: &TestEngine) -> Self {
        let (client, session) = client(&engine.url());
        session.save(self.session.load().as_ref());
        in_time(client.connect()).await;
        Self { client, session }
    }

    /// What opens REST to them.
    pub(crate) fn access_token(&self) -> String {
        self.session.load().expect("logged in").access_token
    }

    pub(crate) fn id(&self) -> relaychat_sdk::protocol::UserId {
        self.client
            .me()
            .get()
            .as_ref()
            .as_ref()
            .expect("logged in")
            .user
            .id
    }

    /// What the list shows of a chat, once it is there.
    pub(crate) async fn summary(&self, id: ChatId) -> Arc<ChatSummary> {
        let summary = until(&self.client.chat(id).summary(), |now| now.found().is_some()).await;
        match &*summary {
            Lookup::Found(summary) => Arc::clone(summary),
            other => panic!("{other:?}"),
        }
    }
}

/// A client that keeps its session in memory, and that memory.
pub(crate) fn client(url: &str) -> (Client, Arc<MemorySessionStore>) {
    let session = Arc::new(MemorySessionStore::default());
    let store: Arc<dyn SessionStore> = session.clone();
    let client = Client::builder(url)
        .session_store(store)
        .device_name("test")
        .build()
        .expect("the address is fine");
    (client, session)
}

/// The newest code that was mailed to an address.
pub(crate) async fn code_for(engine: &TestEngine, email: &str) -> String {
    let find = async {
        loop {
            let mails = engine.mails().mails();
            let theirs = mails.iter().rev().filter(|mail| mail.to.as_str() == email);
            let mut codes = theirs.filter_map(|mail| mail.login.as_ref());
            if let Some(login) = codes.next() {
                return login.code.clone();
            }
            engine.mails().wait_for(mails.len() + 1).await;
        }
    };
    tokio::time::timeout(DEADLINE, find)
        .await
        .expect("a mail arrives")
}

/// Waits until what is shown is what is wanted.
pub(crate) async fn until<T: Debug>(
    observable: &Observable<T>,
    is_met: impl FnMut(&T) -> bool,
) -> Arc<T> {
    let mut subscription = observable.subscribe();
    match tokio::time::timeout(DEADLINE, subscription.until(is_met)).await {
        Ok(found) => found.expect("the client lives"),
        Err(_) => panic!("it never came to that: {:#?}", observable.get()),
    }
}

/// Waits for an answer.
pub(crate) async fn in_time<T>(answer: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(DEADLINE, answer).await;
    answer.expect("an answer within the deadline")
}

/// The texts of a timeline.
pub(crate) fn texts(timeline: &TimelineState) -> Vec<String> {
    let messages = timeline.items.iter().filter_map(|item| item.message());
    messages.map(|message| message.text.clone()).collect()
}

/// An engine, Alice, Bob, and their chat.
pub(crate) async fn two_people() -> (TestEngine, Person, Person, ChatId) {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let alice = Person::log_in(&engine, "alice@example.com").await;
    let bob = Person::log_in(&engine, "bob@example.com").await;
    let chat_id = alice
        .client
        .chats()
        .open_direct(bob.id())
        .await
        .expect("a chat");
    (engine, alice, bob, chat_id)
}

/// A picture of 64 by 48 pixels.
pub(crate) fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8, y as u8, 99]));
    pixels
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("an image encodes");
    png.into_inner()
}
