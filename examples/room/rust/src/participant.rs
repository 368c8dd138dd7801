//! Somebody in the room: a client, the chat that is open, and what was queued.

use std::{fmt::Debug, path::PathBuf, str::FromStr, sync::Arc};

use anyhow::{Context, Result, bail};
use relaychat_sdk::{
    Chat, ChatSummary, Client, CodeRequested, ConnectionState, Draft, LocalFile, Message,
    Observable, Outgoing, Search, SqliteStore, Timeline, Upload, protocol::ChatId,
};
use serde_json::{Value, json};

use crate::{session_file::SessionFile, transcript};

pub(crate) struct Participant {
    client: Client,
    requested: Option<CodeRequested>,
    open: Option<(Chat, Timeline)>,
    queued: Vec<Outgoing>,
}

impl Participant {
    pub(crate) fn new(url: &str, store_path: &str) -> Result<Self> {
        let session = SessionFile(PathBuf::from(format!("{store_path}.session")));
        let client = Client::builder(url)
            .store(Arc::new(SqliteStore::at(store_path)))
            .session_store(Arc::new(session))
            .device_name("room")
            .build()?;
        Ok(Self {
            client,
            requested: None,
            open: None,
            queued: Vec::new(),
        })
    }

    pub(crate) async fn obey(&mut self, command: &str, rest: &str) -> Result<Value> {
        let mut answer = json!({});
        match command {
            "login" => answer = self.log_in(rest).await?,
            "code" => answer["user_id"] = self.enter(rest).await?.into(),
            "group" => answer["chat_id"] = self.group(rest).await?.into(),
            "open" => self.open(rest).await?,
            "send" => answer["message_id"] = self.queue(Draft::text(rest))?.into(),
            "image" => {
                let picture = Upload::file(LocalFile::new(rest), "image/png");
                answer["message_id"] = self.queue(Draft::default().attach(picture))?.into();
            }
            "reply" => {
                let (message, text) = self.named(rest)?;
                let draft = Draft::text(text).reply_to(message.id);
                answer["message_id"] = self.queue(draft)?.into();
            }
            "edit" => {
                let (message, text) = self.named(rest)?;
                self.chat()?.edit(message.id, text)?;
            }
            "delete" => self.chat()?.delete(self.named(rest)?.0.id),
            "react" => {
                let (message, emoji) = self.named(rest)?;
                self.chat()?.react(message.id, emoji, true);
            }
            "delivered" => self.delivered().await?,
            "search" => {
                let page = self.client.search(&Search::of(rest)).await?;
                answer["found"] = transcript::found(&page).into();
            }
            "typing" => self.chat()?.set_typing(true),
            "sees_typing" => drop(self.summary(|now| !now.typing.is_empty()).await?),
            "read" => {
                let newest = self.summary(|_| true).await?.last_seq;
                self.chat()?.mark_read(newest);
            }
            "offline" => self.client.set_network_online(false),
            "online" => {
                self.client.set_network_online(true);
                self.connected().await?;
            }
            "settle" => self.settle(rest.parse().context("a number")?).await?,
            "transcript" => answer["lines"] = self.transcript().await?.into(),
            "quit" => self.leave().await,
            other => bail!("there is no command `{other}`"),
        }
        Ok(answer)
    }

    pub(crate) async fn leave(&self) {
        self.client.suspend().await;
        self.client.close();
    }

    /// What is here, for who wonders why a command came to nothing.
    pub(crate) fn shown(&self) -> String {
        let messages = self.messages().unwrap_or_default();
        let said: Vec<_> = messages.iter().map(|one| (one.seq, &one.text)).collect();
        format!("{:?} {said:?}", self.client.connection().get())
    }

    async fn log_in(&mut self, email: &str) -> Result<Value> {
        self.client.connect().await;
        if *self.client.connection().get() == ConnectionState::Connected {
            return Ok(json!({ "logged_in": true }));
        }
        self.requested = Some(self.client.auth().request_code(email).await?);
        Ok(json!({}))
    }

    async fn enter(&mut self, code: &str) -> Result<String> {
        let requested = self.requested.take().context("nobody asked for a code")?;
        let auth = self.client.auth();
        let me = auth.verify_code(requested.request_id, code).await?;
        self.connected().await?;
        Ok(me.user.id.to_string())
    }

    async fn group(&self, words: &str) -> Result<String> {
        let mut words = words.split(' ');
        let name = words.next().unwrap_or_default();
        let mut user_ids = Vec::new();
        for email in words {
            let page = self.client.people().list(Some(email), None).await?;
            user_ids.push(page.items.first().context("nobody has the address")?.id);
        }
        let made = self.client.chats().create_group(name, user_ids).await?;
        Ok(made.to_string())
    }

    async fn open(&mut self, id: &str) -> Result<()> {
        let chat = self.client.chat(ChatId::from_str(id)?);
        let timeline = chat.timeline();
        until(&chat.summary(), |now| now.found().is_some()).await?;
        until(&timeline.state(), |now| !now.is_loading).await?;
        self.open = Some((chat, timeline));
        Ok(())
    }

    fn queue(&mut self, draft: Draft) -> Result<String> {
        let outgoing = self.chat()?.send(draft);
        let id = outgoing.id().to_string();
        self.queued.push(outgoing);
        Ok(id)
    }

    async fn delivered(&mut self) -> Result<()> {
        for outgoing in self.queued.drain(..) {
            outgoing.delivered().await?;
        }
        let timeline = self.timeline()?.state();
        until(&timeline, |now| {
            let mut messages = now.items.iter().filter_map(|item| item.message());
            messages.all(|message| message.seq.is_some() && message.pending.is_none())
        })
        .await?;
        Ok(())
    }

    async fn connected(&self) -> Result<()> {
        let connection = self.client.connection();
        until(&connection, |now| *now == ConnectionState::Connected).await?;
        Ok(())
    }

    async fn settle(&self, count: usize) -> Result<()> {
        let timeline = self.timeline()?.state();
        until(&timeline, |now| {
            let messages: Vec<_> = now.items.iter().filter_map(|item| item.message()).collect();
            messages.len() == count && messages.iter().all(|message| message.seq.is_some())
        })
        .await?;
        let newest = self.messages()?.last().and_then(|message| message.seq);
        let newest = newest.context("a room without a message does not settle")?;
        until(&self.chat()?.members(), |members| {
            let mut marks = members.iter().map(|one| (one.read_seq, one.delivered_seq));
            marks.all(|marks| marks == (newest, newest))
        })
        .await?;
        self.summary(|now| now.unread_count == 0).await?;
        Ok(())
    }

    async fn transcript(&self) -> Result<Vec<String>> {
        let summary = self.summary(|_| true).await?;
        let members = self.chat()?.members().get();
        Ok(transcript::lines(&summary, &self.messages()?, &members))
    }

    /// The message that the first word names by its place, and the other words.
    fn named<'a>(&self, words: &'a str) -> Result<(Arc<Message>, &'a str)> {
        let (seq, rest) = words.split_once(' ').unwrap_or((words, ""));
        let seq: u64 = seq.parse().context("a number")?;
        let messages = self.messages()?;
        let mut messages = messages.into_iter();
        let found = messages.find(|message| message.seq == Some(seq));
        Ok((found.context("there is no such message here")?, rest))
    }

    fn messages(&self) -> Result<Vec<Arc<Message>>> {
        let state = self.timeline()?.state().get();
        let messages = state.items.iter().filter_map(|item| item.message());
        Ok(messages.cloned().collect())
    }

    async fn summary(&self, is_met: impl Fn(&ChatSummary) -> bool) -> Result<Arc<ChatSummary>> {
        let summary = self.chat()?.summary();
        let found = until(&summary, |now| {
            now.found().is_some_and(|summary| is_met(summary))
        });
        let found = found.await?;
        found.found().cloned().context("the chat was found")
    }

    fn chat(&self) -> Result<&Chat> {
        Ok(&self.open.as_ref().context("no chat is open")?.0)
    }

    fn timeline(&self) -> Result<&Timeline> {
        Ok(&self.open.as_ref().context("no chat is open")?.1)
    }
}

async fn until<T: Debug>(
    observable: &Observable<T>,
    is_met: impl FnMut(&T) -> bool,
) -> Result<Arc<T>> {
    let mut values = observable.subscribe();
    values.until(is_met).await.context("the client has ended")
}
