//! The engine inside another application: an axum router of one's own, with chat under `/chat`.
//!
//! The README shows the heart of it; `cargo xtask tidy` checks that both are the same.

use axum::{Router, routing::get};
use relaychat_engine::blobs::Blobs;
use relaychat_engine::mailer::{Smtp, SmtpSettings};
use relaychat_engine::storage::sqlite::Sqlite;
use relaychat_engine::{Engine, serve};
use tokio::net::TcpListener;

async fn home() -> &'static str {
    "My application. Its chat is under /chat."
}

async fn ctrl_c() {
    tokio::signal::ctrl_c()
        .await
        .expect("a program may listen to its own signals");
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let engine = Engine::builder()
        .storage(Sqlite::open("app.db").await?)
        .blobs(Blobs::local("./media")?)
        .mailer(Smtp::new(&SmtpSettings::new(
            "smtp://localhost",
            "chat@example.com",
        ))?)
        .build()
        .await?;

    let app = Router::new()
        .route("/", get(home))
        .nest("/chat", engine.router());

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    serve(listener, app, engine.drain_on(ctrl_c())).await?;
    Ok(())
}
