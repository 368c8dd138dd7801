//! The RelayChat engine: chat that runs inside your own program, or as one binary.
//!
//! ```no_run
//! use axum::Router;
//! use relaychat_engine::{Engine, blobs::Blobs, mailer::{Smtp, SmtpSettings}, storage::sqlite::Sqlite};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::builder()
//!     .storage(Sqlite::open("app.db").await?)
//!     .blobs(Blobs::local("./media")?)
//!     .mailer(Smtp::new(&SmtpSettings::new("smtp://localhost", "chat@example.com"))?)
//!     .build()
//!     .await?;
//! let app = Router::new().nest("/chat", engine.router());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! let stop = engine.drain_on(async { /* your signal */ std::future::pending().await });
//! relaychat_engine::serve(listener, app, stop).await?;
//! # Ok(())
//! # }
//! ```
//!
//! People, chats and messages from the host's own code:
//!
//! ```
//! # async fn run(engine: relaychat_engine::Engine) -> Result<(), relaychat_engine::HostError> {
//! use relaychat_engine::{auth::Identity, host::Draft};
//!
//! engine.users().ensure(Identity::new(42).name("Alice")).await?;
//! engine.users().ensure(Identity::new("support").name("Support")).await?;
//! let chat = engine.chats().open_direct("support", "42").await?;
//! engine.send_as("support", chat.id, Draft::text("Your parcel is on its way.")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! With [`auth`] the host's own logins open the chat; [`host`] tells what else there is.
//!
//! A good citizen of its host: no fallback route, no global logger, panic hook or signal handler, no
//! reading of the environment; files only where a backend is told to. Several engines can live in
//! one process.

mod anchored;
pub mod auth;
pub mod authorizer;
pub mod backup;
pub mod blobs;
pub mod broker;
mod builder;
pub mod clock;
pub mod config;
pub mod domain;
mod engine;
pub mod hooks;
pub mod host;
mod host_error;
mod http;
mod images;
mod in_transaction;
mod jobs;
mod lifecycle;
mod limits;
pub mod mailer;
pub mod membership;
pub mod metrics;
pub mod random;
mod realtime;
mod roles;
mod server;
mod services;
pub mod storage;
#[cfg(feature = "test-support")]
pub mod test_support;
#[cfg(feature = "web")]
pub mod web;
mod webhooks;
mod wire;

pub use anchored::{AnchoredChat, ChatFor};
pub use builder::{BuildError, EngineBuilder};
pub use config::{Config, ConfigError};
pub use engine::{Engine, Webhooks};
pub use host_error::HostError;
pub use in_transaction::{InTransaction, Live, Staged, StagedDraft, Target};
pub use roles::Roles;
pub use server::serve;
