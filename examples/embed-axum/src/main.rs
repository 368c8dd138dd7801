//! Serves the shop: `cargo run -p embed-axum`.

#![expect(
    clippy::print_stdout,
    reason = "a program says where it is to be found"
)]

use std::{path::Path, sync::Arc};

use embed_axum::{Orders, Shop, with_shop};
use relaychat_engine::{
    Config, Engine,
    blobs::MemoryBlobs,
    serve,
    storage::{postgres::Postgres, sqlite::Sqlite},
};
use sqlx::PgPool;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&listen).await?;
    let address = listener.local_addr()?;
    let builder = Engine::builder().blobs(MemoryBlobs::new()).config(Config {
        public_url: Some(format!("http://{address}/chat")),
        ..Config::default()
    });
    let (builder, orders) = match std::env::var("DATABASE_URL") {
        Ok(url) => {
            let pool = PgPool::connect(&url).await?;
            let storage = Postgres::from_pool(pool.clone()).schema("shop_chat");
            (builder.storage(storage), Orders::in_postgres(pool).await?)
        }
        Err(_) => {
            let storage = Sqlite::in_memory().await?;
            (builder.storage(storage), Orders::in_memory())
        }
    };
    let orders = Arc::new(orders);
    let engine = with_shop(builder, Arc::clone(&orders)).build().await?;
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk-wasm/npm/dist");
    let shop = Shop::new(orders, engine.clone(), Some(client));
    println!("Shop  http://{address}");
    let stop = engine.drain_on(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    });
    serve(listener, shop.router(), stop).await?;
    engine.close().await;
    Ok(())
}
