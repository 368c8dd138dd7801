//! Serves the shop: `cargo run -p embed-axum`. With the argument `remove` it takes its tables out of
//! the database again.

#![expect(
    clippy::print_stdout,
    reason = "a program says where it is to be found"
)]

use std::{env, path::Path, sync::Arc};

use anyhow::{Context, bail};
use embed_axum::{Orders, Shop, with_shop};
use relaychat_engine::{
    Config, Engine, EngineBuilder,
    blobs::MemoryBlobs,
    serve,
    storage::{postgres::Postgres, sqlite::Sqlite},
};
use sqlx::{AssertSqlSafe, Executor, PgPool, postgres::PgPoolOptions};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let database = env::var("DATABASE_URL").ok();
    match env::args().nth(1).as_deref() {
        None => serve_shop(database).await,
        Some("remove") => remove(&database.context("DATABASE_URL is not set")?).await,
        Some(other) => bail!("{other} is not known; there is `remove`"),
    }
}

async fn serve_shop(database: Option<String>) -> anyhow::Result<()> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&listen).await;
    let listener = listener.with_context(|| format!("{listen} cannot be listened on"))?;
    let address = listener.local_addr()?;
    let builder = Engine::builder().blobs(MemoryBlobs::new()).config(Config {
        public_url: Some(format!("http://{address}/chat")),
        ..Config::default()
    });
    let (builder, orders) = match database {
        Some(url) => in_postgres(builder, &url).await?,
        None => {
            let storage = Sqlite::in_memory().await?;
            (builder.storage(storage), Orders::in_memory())
        }
    };
    let orders = Arc::new(orders);
    let engine = with_shop(builder, Arc::clone(&orders)).build().await?;
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk-wasm/npm/dist");
    if !client.join("index.js").exists() {
        println!("The pages need the chat client. Build it once: cargo xtask wasm");
    }
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

/// The shop's tables in a schema of theirs, the chat's in another, over one pool: so that one
/// transaction can write both.
async fn in_postgres(builder: EngineBuilder, url: &str) -> anyhow::Result<(EngineBuilder, Orders)> {
    let (schema, pool) = pool(url).await?;
    let create = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
    pool.execute(AssertSqlSafe(create)).await?;
    let storage = Postgres::from_pool(pool.clone()).schema(&format!("{schema}_chat"));
    let orders = Orders::in_postgres(pool).await?;
    Ok((builder.storage(storage.await?), orders))
}

/// Drops both schemas with everything in them.
async fn remove(url: &str) -> anyhow::Result<()> {
    let (schema, pool) = pool(url).await?;
    let drop = format!("DROP SCHEMA IF EXISTS \"{schema}\", \"{schema}_chat\" CASCADE");
    pool.execute(AssertSqlSafe(drop)).await?;
    pool.close().await;
    println!("Removed the schemas {schema} and {schema}_chat");
    Ok(())
}

/// The schema of the shop's tables, and connections that find them there.
async fn pool(url: &str) -> anyhow::Result<(String, PgPool)> {
    let schema = env::var("SHOP_SCHEMA").unwrap_or_else(|_| "shop".to_owned());
    let options: sqlx::postgres::PgConnectOptions = url.parse().context("DATABASE_URL")?;
    let options = options.options([("search_path", &schema)]);
    let pool = PgPoolOptions::new().connect_with(options).await;
    Ok((schema, pool.context("PostgreSQL does not answer")?))
}
