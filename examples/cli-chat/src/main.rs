//! A chat client for the terminal: the smallest honest program on `relaychat-sdk`.
//!
//! What happens goes round in one direction: the client's streams and the keyboard are events
//! (`watch`), an event changes the model and may ask for commands (`model`), the model is drawn
//! (`view`), commands are carried out with the client (`app`), and what comes of that is an event
//! again. No lock, no shared state. Connections, queues, retries, history and their files are the
//! SDK's affair; nothing of that is here.

use std::{
    io::{Write, stdout},
    sync::Arc,
};

use anyhow::{Context, Result};
use jiff::Zoned;
use relaychat_sdk::{Client, SqliteStore};

use crate::{app::App, arguments::Arguments, session_file::SessionFile, terminal::Screen};

mod app;
mod arguments;
mod input;
mod model;
mod session_file;
mod terminal;
mod text;
mod view;
mod watch;

#[tokio::main]
async fn main() -> Result<()> {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1))? else {
        writeln!(stdout(), "{}", arguments::USAGE)?;
        return Ok(());
    };
    let client = open(&arguments).await?;
    let screen = Screen::enter()?;
    App::new(client, arguments.url, screen)?.run().await
}

/// The client, with a file for what it knows and one for who is logged in.
async fn open(arguments: &Arguments) -> Result<Client> {
    let folder = arguments.folder()?;
    let store = SqliteStore::open(folder.join("chat.db"))
        .await
        .with_context(|| {
            let folder = folder.display();
            format!("{folder} is in use, or not a place to write to: --data names another")
        })?;
    let offset_ms = i64::from(Zoned::now().offset().seconds()) * 1_000;
    let client = Client::builder(&arguments.url)
        .session_store(Arc::new(SessionFile::new(folder.join("session.json"))))
        .store(Arc::new(store))
        .device_name("terminal")
        .utc_offset_ms(offset_ms)
        .build()?;
    Ok(client)
}
