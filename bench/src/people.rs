//! People to measure with: logged in by code, through the development inbox.

use std::time::Duration;

use anyhow::{Context, Result};
use relaychat_protocol::rest::auth::{CodeRequested, LoggedIn, RequestCode, VerifyCode};
use relaychat_protocol::rest::chats::{ChatWithUsers, OpenDirectChat};
use relaychat_protocol::{ChatId, UserId};
use serde::Deserialize;

use crate::http::Http;

/// Somebody with an access token.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) user_id: UserId,
    pub(crate) token: String,
}

/// A mail in the development inbox.
#[derive(Deserialize)]
struct Mail {
    code: Option<String>,
}

/// Mail goes through an outbox, so the code is there a moment after the request.
const MAIL_TRIES: usize = 500;
const MAIL_PAUSE: Duration = Duration::from_millis(10);

/// Logs in `count` people.
pub(crate) async fn log_in(address: &str, count: usize) -> Result<Vec<Person>> {
    let mut http = Http::connect(address, None).await?;
    let mut people = Vec::with_capacity(count);
    for index in 0..count {
        people.push(log_in_one(&mut http, index).await.context("logging in")?);
    }
    Ok(people)
}

async fn log_in_one(http: &mut Http, index: usize) -> Result<Person> {
    let email = format!("person{index}@example.com");
    let request = RequestCode {
        email: email.clone(),
    };
    let requested: CodeRequested = http.post("/v1/auth/codes", &request).await?;
    let code = code_for(http, &email).await?;
    let verify = VerifyCode {
        request_id: requested.request_id,
        code,
        device_name: None,
    };
    let logged_in: LoggedIn = http.post("/v1/auth/verify", &verify).await?;
    Ok(Person {
        user_id: logged_in.me.user.id,
        token: logged_in.tokens.access_token,
    })
}

async fn code_for(http: &mut Http, email: &str) -> Result<String> {
    let path = format!("/_/inbox/latest.json?email={}", email.replace('@', "%40"));
    for _ in 0..MAIL_TRIES {
        if let Some(Mail { code: Some(code) }) = http.find(&path).await? {
            return Ok(code);
        }
        tokio::time::sleep(MAIL_PAUSE).await;
    }
    anyhow::bail!("no mail to {email}")
}

/// Opens the one-to-one chat of two people.
pub(crate) async fn open_chat(address: &str, one: &Person, other: &Person) -> Result<ChatId> {
    let mut http = Http::connect(address, Some(&one.token)).await?;
    let request = OpenDirectChat {
        user_id: other.user_id,
    };
    let opened: ChatWithUsers = http.post("/v1/chats/direct", &request).await?;
    Ok(opened.chat.info.id)
}
