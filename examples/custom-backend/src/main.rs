//! An engine on the host's own mailer and blob store: `cargo run -p custom-backend`.

use async_trait::async_trait;
use custom_backend::{Counter, MapBlobs, PostOffice, Unsent};
use relaychat_engine::{Engine, mailer::Mail, serve, storage::sqlite::Sqlite};
use tokio::net::TcpListener;

/// Only says that there is mail: a code must not lie around in a terminal.
#[derive(Debug)]
struct Bell;

#[async_trait]
impl Counter for Bell {
    async fn hand_in(&self, mail: &Mail) -> Result<(), Unsent> {
        if mail.subject.is_empty() {
            return Err(Unsent::ForEver);
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let engine = Engine::builder()
        .storage(Sqlite::in_memory().await?)
        .blobs(MapBlobs::default())
        .mailer(PostOffice(Bell))
        .build()
        .await?;
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let stop = engine.drain_on(std::future::pending());
    serve(listener, engine.router(), stop).await?;
    Ok(())
}
