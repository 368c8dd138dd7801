//! `relaychat serve`: the server.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use axum::Router;
use clap::{ArgMatches, Command};
use relaychat_engine::{
    Engine, EngineBuilder,
    blobs::Blobs,
    clock::{Clock, SystemClock},
    mailer::{DevInbox, InboxMail, Mailer},
    storage::{StorageError, StorageErrorKind, sqlite::Sqlite},
};
use tokio::net::TcpListener;

use crate::{
    banner,
    files::DataFolder,
    logging,
    metrics::{self, Exposed},
    page,
    settings::Settings,
    signals,
};

pub(crate) fn command() -> Command {
    Command::new("serve").about("Run the server").after_help(
        "Each setting is a flag, the variable in [env], or a key in relaychat.toml: the flag's name \
         with `_` for `-`. The first of these that is given wins, then the default. `relaychat \
         config init` writes a file with all of them.",
    )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let settings = Settings::load(matches)?;
    logging::install(&settings.log, settings.is_log_json)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads of the server cannot be started")?;
    runtime.block_on(serve(settings))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let data = DataFolder::open(&settings.data)?;
    let listener = listen(&settings).await?;
    let figures = metrics::listen(settings.metrics).await?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let (mailer, inbox) = mailer(&settings);
    let mut config = settings.engine.clone();
    if settings.listen.port() == 0
        && config.public_url == Some(format!("http://{}", settings.listen))
    {
        config.public_url = Some(format!("http://{address}"));
    }
    let url = config.public_url.clone().unwrap_or_default();
    let engine = builder(&settings, &data)
        .await?
        .shared_mailer(mailer)
        .config(config)
        .build()
        .await?;
    let mut app = app(&engine, inbox.as_ref());
    if settings.metrics == Exposed::Path {
        app = app.merge(metrics::router(&engine));
    }
    if let Some(listener) = figures {
        metrics::serve_alone(&engine, listener);
    }
    banner::print(&url, &data, inbox.is_some());
    let stop = engine.drain_on(signals::stop());
    relaychat_engine::serve(listener, app, stop).await?;
    engine.close().await;
    Ok(())
}

/// An engine on the files of a data folder.
pub(crate) async fn builder(
    settings: &Settings,
    data: &DataFolder,
) -> anyhow::Result<EngineBuilder> {
    let database = data.database();
    let storage = Sqlite::open(&database)
        .await
        .map_err(|error| storage_problem(&database.display().to_string(), &error))?;
    let media = data.media();
    let blobs = Blobs::local(&media)
        .map_err(|_| anyhow!("the folder {} cannot be used for uploads", media.display()))?;
    let secret = settings.secret_key.map_or_else(|| data.secret(), Ok)?;
    Ok(Engine::builder()
        .storage(storage)
        .blobs(blobs)
        .secret(secret.0))
}

/// One sentence about a database that cannot be opened.
fn storage_problem(database: &str, error: &StorageError) -> anyhow::Error {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let cause = cause.map_or(String::new(), |cause| format!(" ({cause})"));
    match error.kind {
        StorageErrorKind::Unusable => {
            anyhow!("the database {database} is damaged or was written by a newer version{cause}")
        }
        StorageErrorKind::Full => anyhow!("the disk of {database} is full{cause}"),
        _ => anyhow!("the database {database} cannot be opened{cause}"),
    }
}

async fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    let address = settings.listen;
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                anyhow!("{address} is in use by another program; choose another with --listen")
            }
            _ => anyhow!("cannot listen on {address}: {error}"),
        })
}

/// Mail over SMTP, or the development inbox, which prints each code.
fn mailer(settings: &Settings) -> (Arc<dyn Mailer>, Option<Arc<DevInbox>>) {
    if let Some(smtp) = &settings.smtp {
        return (smtp.clone(), None);
    }
    let inbox = Arc::new(DevInbox::new(Arc::new(SystemClock)).on_mail(print_code));
    (inbox.clone(), Some(inbox))
}

fn print_code(mail: &InboxMail) {
    let Some(code) = &mail.code else { return };
    let left_ms = mail
        .expires_at_ms
        .map_or(0, |expires_at_ms| expires_at_ms - SystemClock.now_ms());
    let minutes = (left_ms.max(0) + 30_000) / 60_000;
    let (time, email) = (logging::time_of_day(), &mail.email);
    println!("{time} otp   {email}  {code}  (valid {minutes} min)");
}

fn app(engine: &Engine, inbox: Option<&Arc<DevInbox>>) -> Router {
    let mut app = engine.router();
    if let Some(inbox) = inbox {
        app = app.merge(inbox.router());
    }
    app.merge(page::router())
}
