//! What applications are told through. One method each, which gets the newest value.
//!
//! A listener is called first with the value as it is, then whenever that has changed: one call
//! after the other, on a thread of its own. While it is busy it misses values in between, never the
//! last. Every method may throw: that is counted, and the next value comes all the same.

use crate::{
    ChatListUpdate, ConnectionState, Limits, ListenerError, Me, Member, Message, OutgoingState,
    Presence, StorageState, SummaryState, TimelineUpdate, User,
};

macro_rules! listener {
    ($(#[$doc:meta])* $name:ident, $value:ty) => {
        $(#[$doc])*
        #[uniffi::export(with_foreign)]
        pub trait $name: Send + Sync {
            /// The value is this now.
            ///
            /// # Errors
            /// Whatever the application throws.
            fn on_change(&self, value: $value) -> Result<(), ListenerError>;
        }
    };
}

listener! {
    /// Hears how the connection is.
    ConnectionListener, ConnectionState
}
listener! {
    /// Hears how well what the client knows is kept.
    StorageListener, StorageState
}
listener! {
    /// Hears who is logged in.
    MeListener, Option<Me>
}
listener! {
    /// Hears what the server accepts.
    LimitsListener, Option<Limits>
}
listener! {
    /// Hears how the list of chats changes.
    ChatListListener, ChatListUpdate
}
listener! {
    /// Hears how one chat changes.
    SummaryListener, SummaryState
}
listener! {
    /// Hears who is in a chat, and how far they have read.
    MembersListener, Vec<Member>
}
listener! {
    /// Hears how a timeline changes.
    TimelineListener, TimelineUpdate
}
listener! {
    /// Hears how far a message on its way is.
    OutgoingListener, OutgoingState
}
listener! {
    /// Hears what is typed and not sent.
    DraftListener, String
}
listener! {
    /// Hears who is blocked; nothing while it is not known.
    BlockedListener, Option<Vec<User>>
}
listener! {
    /// Hears what is pinned in a chat; nothing while it is not known.
    PinnedListener, Option<Vec<Message>>
}
listener! {
    /// Hears whether somebody is there; nothing while it is not known.
    PresenceListener, Option<Presence>
}
