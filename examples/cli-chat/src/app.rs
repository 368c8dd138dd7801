//! The loop: draw, wait for what happens, take it in, carry out what follows.

use std::{future::Future, time::Duration};

use anyhow::Result;
use crossterm::event::Event as Input;
use futures_util::{
    FutureExt, StreamExt,
    future::LocalBoxFuture,
    stream::{FuturesUnordered, SelectAll},
};
use jiff::Zoned;
use ratatui::layout::Size;
use relaychat_sdk::{Chat, Client, Timeline};

use crate::{
    model::{Answer, Command, Event, Model},
    terminal::Screen,
    view,
    watch::{self, Events},
};

/// Events that are taken into one picture: a paste or a burst of messages is drawn once.
const EVENTS_A_PICTURE: usize = 64;
/// How long writing down what is unsent may take at the end, on a disk that hangs.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// The program while it runs.
pub(crate) struct App {
    client: Client,
    model: Model,
    screen: Screen,
    always: Events,
    /// The open chat and what happens in it.
    open: Option<(Chat, Timeline)>,
    in_chat: Events,
    /// What was asked of the server.
    answers: FuturesUnordered<LocalBoxFuture<'static, Option<Answer>>>,
    has_ended: bool,
}

impl App {
    pub(crate) fn new(client: Client, server: String, screen: Screen) -> Result<Self> {
        Ok(Self {
            model: Model::new(server, screen.size()?, Zoned::now()),
            always: watch::always(&client),
            client,
            screen,
            open: None,
            in_chat: SelectAll::new(),
            answers: FuturesUnordered::new(),
            has_ended: false,
        })
    }

    pub(crate) async fn run(mut self) -> Result<()> {
        let client = self.client.clone();
        self.ask(async move {
            client.connect().await;
            None
        });
        while !self.has_ended {
            self.measure()?;
            self.screen.draw(|frame| view::draw(frame, &self.model))?;
            let event = self.next().await;
            self.take(event);
            for _ in 1..EVENTS_A_PICTURE {
                match self.next().now_or_never() {
                    Some(event) if !self.has_ended => self.take(event),
                    _ => break,
                }
            }
        }
        // What is unsent goes into the store: the next run sends it.
        let _ = tokio::time::timeout(LAST_WRITE, self.client.suspend()).await;
        Ok(())
    }

    /// A change of size that comes together with a key is not always told.
    fn measure(&mut self) -> Result<()> {
        let Size { width, height } = self.screen.size()?;
        if self.model.size != (Size { width, height }) {
            self.take(Event::Terminal(Input::Resize(width, height)));
        }
        Ok(())
    }

    /// The next thing that happens.
    async fn next(&mut self) -> Event {
        loop {
            tokio::select! {
                Some(event) = self.always.next() => return event,
                Some(event) = self.in_chat.next() => return event,
                Some(answer) = self.answers.next() => {
                    if let Some(answer) = answer {
                        return Event::Answer(answer);
                    }
                }
                else => return Event::Terminated,
            }
        }
    }

    fn take(&mut self, event: Event) {
        for command in self.model.update(event) {
            self.perform(command);
        }
    }

    fn perform(&mut self, command: Command) {
        let client = self.client.clone();
        match command {
            Command::RequestCode(email) => self.ask(async move {
                let answer = client.auth().request_code(&email).await;
                Some(Answer::CodeRequested(answer))
            }),
            Command::VerifyCode(request_id, code) => self.ask(async move {
                let answer = client.auth().verify_code(request_id, &code).await;
                Some(Answer::LoggedIn(answer.map(drop)))
            }),
            Command::SignOut => self.ask(async move {
                client.auth().sign_out().await;
                Some(Answer::SignedOut)
            }),
            Command::FindPeople(query) => self.ask(async move {
                let wanted = Some(query.as_str()).filter(|query| !query.is_empty());
                let answer = client.people().list(wanted, None).await;
                Some(Answer::People(query, answer.map(|page| page.items)))
            }),
            Command::OpenWith(user_id) => {
                self.ask(
                    async move { Some(Answer::Opened(client.chats().open_direct(user_id).await)) },
                )
            }
            Command::LoadMoreChats => self.ask(async move {
                // What fails is tried again when somebody gets there again.
                let _ = client.chats().load_more().await;
                None
            }),
            Command::ReconnectNow => client.reconnect_now(),
            Command::Quit => self.has_ended = true,
            Command::Open(id) => {
                let chat = client.chat(id);
                let timeline = chat.timeline();
                let (items, events) = watch::chat(&client, &timeline, id);
                let draft = chat.draft();
                (self.open, self.in_chat) = (Some((chat, timeline)), events);
                self.take(Event::Opened(id, items, draft));
            }
            Command::Close => (self.open, self.in_chat) = (None, SelectAll::new()),
            in_chat => self.perform_in_chat(in_chat),
        }
    }

    fn perform_in_chat(&mut self, command: Command) {
        let Some((chat, timeline)) = self.open.clone() else {
            return;
        };
        match command {
            Command::Send(text) => {
                chat.set_draft("");
                chat.set_typing(false);
                // What becomes of it is in the timeline, as of every other message.
                chat.send(text);
            }
            Command::Typed(text) => {
                chat.set_typing(!text.is_empty());
                chat.set_draft(&text);
            }
            Command::MarkRead(seq) => chat.mark_read(seq),
            Command::Retry(ids) => ids.into_iter().for_each(|id| chat.retry(id)),
            Command::Cancel(id) => chat.cancel(id),
            Command::LoadOlder => self.ask(async move {
                // What fails is asked for again after the next connection.
                let loaded = timeline.load_before().await.ok();
                loaded.map(|()| Answer::LoadedOlder)
            }),
            _ => {}
        }
    }

    fn ask(&mut self, question: impl Future<Output = Option<Answer>> + 'static) {
        self.answers.push(question.boxed_local());
    }
}
