//! Identifiers. Each is a UUIDv7 of its own type, so that a chat id is never passed as a user id.

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

/// An id as text. What exactly is wrong with another text helps nobody, and would be compiled into
/// every client.
struct Text;

impl de::Visitor<'_> for Text {
    type Value = Uuid;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a UUID")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        // The text is not repeated: it may be anything that somebody wrote, and errors are logged.
        Uuid::try_parse(text).map_err(|_| E::custom("not a UUID"))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
                source.deserialize_str(Text).map(Self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id! {
    /// A person who can log in and be a member of chats.
    UserId
}
id! {
    /// One login of one user on one device.
    SessionId
}
id! {
    /// A conversation, one-to-one or group.
    ChatId
}
id! {
    /// A link with which people join a group.
    InviteId
}
id! {
    /// A message. Made by the client that sends it: it is the idempotency key.
    MessageId
}
id! {
    /// An uploaded file, named by the message that carries it.
    AttachmentId
}
id! {
    /// An upload that comes in parts, until it is finished.
    UploadId
}
id! {
    /// What somebody told the host of a message or a person.
    ReportId
}
id! {
    /// A key with which a server of a host calls the engine.
    ServerKeyId
}
id! {
    /// One request for a login code; the code is valid for this request only.
    LoginRequestId
}
