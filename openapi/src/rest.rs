//! REST bodies, one module per resource. The objects (`User`, `Chat`, `Message`, …) are shared
//! with the frames of the socket.

pub mod attachments;
pub mod auth;
pub mod blocks;
pub mod chat_settings;
pub mod chats;
mod flat;
pub mod health;
pub mod hooks;
pub mod invites;
pub mod limits;
pub mod messages;
pub mod reports;
pub mod search;
pub mod server;
pub mod sync;
pub mod users;
pub mod webhooks;
mod whole_number;
