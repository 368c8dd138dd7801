//! Everything that is on the screen, as data.
//!
//! One way only: an [`Event`] changes the model and may ask for [`Command`]s; `view` draws the model;
//! `app` carries the commands out with the client, and what comes of it is the next event. Nothing in
//! here waits, looks at a clock or knows the client, so every screen can be made in a test.

use std::sync::Arc;

use jiff::Zoned;
use ratatui::layout::Size;
use relaychat_sdk::{
    ChatListState, ChatSummary, CodeRequested, ConnectionState, Me, Presence, RelayError,
    StorageState, TimelineItem, TimelineState, User, VectorDiff,
    protocol::{ChatId, LoginRequestId, MessageId, UserId},
};

pub(crate) use self::{
    conversation::{Conversation, Place},
    login::{Login, LoginStep},
    people::Picker,
};

mod conversation;
mod keys;
mod login;
mod people;
mod update;

/// Something happened.
#[derive(Debug)]
pub(crate) enum Event {
    Terminal(crossterm::event::Event),
    Connection(Arc<ConnectionState>),
    Storage(Arc<StorageState>),
    Me(Arc<Option<Arc<Me>>>),
    /// The list of chats changed.
    Chats(Vec<VectorDiff<Arc<ChatSummary>>>),
    List(Arc<ChatListState>),
    /// A chat was opened: what is there already, and what was typed there before.
    Opened(ChatId, Vec<Arc<TimelineItem>>, String),
    /// The open timeline changed.
    Items(Vec<VectorDiff<Arc<TimelineItem>>>),
    Timeline(Arc<TimelineState>),
    Presence(Arc<Option<Presence>>),
    /// A command was answered.
    Answer(Answer),
    /// A second has passed.
    Tick(Zoned),
    /// The system asks the program to end.
    Terminated,
}

/// What came of a command that had to ask the server.
#[derive(Debug)]
pub(crate) enum Answer {
    CodeRequested(Result<CodeRequested, RelayError>),
    LoggedIn(Result<(), RelayError>),
    People(String, Result<Vec<Arc<User>>, RelayError>),
    Opened(Result<ChatId, RelayError>),
    /// Older messages are in the timeline.
    LoadedOlder,
    SignedOut,
}

/// What the client is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    RequestCode(String),
    VerifyCode(LoginRequestId, String),
    SignOut,
    ReconnectNow,
    FindPeople(String),
    OpenWith(UserId),
    Open(ChatId),
    Close,
    LoadOlder,
    LoadMoreChats,
    Send(String),
    /// Keep what is typed, and tell the others that somebody types.
    Typed(String),
    MarkRead(u64),
    /// Try again what failed.
    Retry(Vec<MessageId>),
    /// Take an unsent message back.
    Cancel(MessageId),
    Quit,
}

/// Who gets the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    List,
    Conversation,
}

/// What lies over the rest.
#[derive(Debug)]
pub(crate) enum Overlay {
    Help,
    People(Picker),
    /// Asks before signing out.
    SignOut,
}

/// Everything that is on the screen.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) server: String,
    pub(crate) size: Size,
    pub(crate) now: Zoned,
    pub(crate) connection: Arc<ConnectionState>,
    pub(crate) storage: Arc<StorageState>,
    pub(crate) me: Option<Arc<Me>>,
    pub(crate) login: Login,
    pub(crate) chats: Vec<Arc<ChatSummary>>,
    pub(crate) is_loading: bool,
    pub(crate) has_more_chats: bool,
    pub(crate) unread_count: u64,
    /// The chat that the list points at.
    pub(crate) selected: Option<ChatId>,
    pub(crate) open: Option<Conversation>,
    pub(crate) focus: Focus,
    pub(crate) overlay: Option<Overlay>,
    /// What went wrong, until the next key.
    pub(crate) notice: Option<String>,
    /// Whether the terminal has the person's attention. Not every terminal tells.
    pub(crate) is_looked_at: bool,
}

impl Model {
    pub(crate) fn new(server: String, size: Size, now: Zoned) -> Self {
        Self {
            server,
            size,
            now,
            connection: Arc::new(ConnectionState::Connecting),
            storage: Arc::new(StorageState::Durable),
            me: None,
            login: Login::default(),
            chats: Vec::new(),
            is_loading: true,
            has_more_chats: false,
            unread_count: 0,
            selected: None,
            open: None,
            focus: Focus::List,
            overlay: None,
            notice: None,
            is_looked_at: true,
        }
    }

    /// Whether somebody has to log in before anything else.
    pub(crate) fn is_signed_out(&self) -> bool {
        matches!(*self.connection, ConnectionState::SignedOut { .. })
    }

    pub(crate) fn chat(&self, id: ChatId) -> Option<&Arc<ChatSummary>> {
        self.chats.iter().find(|chat| chat.id == id)
    }
}
