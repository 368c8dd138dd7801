//! `relaychat serve`: the server.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, anyhow};
use axum::Router;
use clap::{ArgMatches, Command};
use relaychat_engine::{
    Engine,
    clock::{Clock, SystemClock},
    mailer::{DevInbox, InboxMail, Mailer},
};
use tokio::net::TcpListener;

use crate::{
    banner, logging,
    metrics::{self, Exposed},
    page,
    settings::{Purpose, Settings},
    signals, stores,
};

pub(crate) fn command() -> Command {
    Command::new("serve").about("Run the server").after_help(
        "Each setting is a flag, the variable in [env], or a key in relaychat.toml: the flag's name \
         with `_` for `-`. The first of these that is given wins, then the default. `relaychat \
         config init` writes a file with all of them.",
    )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let settings = Settings::load(matches, Purpose::Serve)?;
    logging::install(&settings.log, settings.is_log_json)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads of the server cannot be started")?;
    runtime.block_on(serve(settings))
}

async fn serve(mut settings: Settings) -> anyhow::Result<()> {
    let is_new = !settings.places.data.exists();
    let stop = signals::stop()?;
    let listener = listen(settings.listen).await?;
    let figures = metrics::listen(settings.metrics).await?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    if settings.engine.public_url == Some(format!("http://{}", settings.listen)) {
        settings.engine.public_url = Some(format!("http://{address}"));
    }
    let (mailer, inbox) = mailer(&settings);
    let mut builder = stores::builder(&settings).await?.shared_mailer(mailer);
    if let Some(hook) = &settings.hook {
        builder = builder.remote_hook("hook", hook);
    }
    let engine = builder.build().await?;
    let mut app = app(&engine, inbox.as_ref());
    if settings.metrics == Exposed::Path {
        app = app.merge(metrics::router(&engine));
    }
    if let Some(listener) = figures {
        metrics::serve_alone(&engine, listener);
    }
    let has_inbox = inbox.is_some() && settings.tokens.is_none();
    banner::show(&settings, is_new, has_inbox);
    let stop = engine.drain_on(stop);
    relaychat_engine::serve(listener, app, stop).await?;
    engine.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
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
    let mut inbox = DevInbox::new(Arc::new(SystemClock));
    if !settings.is_log_json {
        inbox = inbox.on_mail(print_code);
    }
    let inbox = Arc::new(inbox);
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
