//! People to measure with: logged in by code, through the development inbox.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use relaychat_protocol::{
    ChatId, UserId,
    rest::{
        auth::{CodeRequested, LoggedIn, RefreshSession, RequestCode, Tokens, VerifyCode},
        chats::{AddMembers, ChatWithUsers, CreateGroupChat, OpenDirectChat},
    },
};
use serde::Deserialize;

use crate::http::Http;

/// Somebody with an access token.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) user_id: UserId,
    pub(crate) token: String,
    refresh_token: String,
    since: Instant,
}

/// A mail in the development inbox.
#[derive(Deserialize)]
struct Mail {
    code: Option<String>,
}

/// Mail goes through an outbox, so the code is there a moment after the request; on a machine with
/// other work to do, a long moment.
const MAIL_DEADLINE: Duration = Duration::from_secs(30);
const MAIL_PAUSE: Duration = Duration::from_millis(1);
/// Tokens are renewed at half of their default life of ten minutes.
const TOKEN_AGE: Duration = Duration::from_secs(5 * 60);
/// Logins under way at a time.
const LOGINS: usize = 8;
/// Most people of one request.
const MEMBERS_PER_REQUEST: usize = 200;

/// Makes `people` at least `count`, with tokens that last a while.
pub(super) fn ensure(address: &str, people: &mut Vec<Person>, count: usize) -> Result<()> {
    let mut http = None;
    for person in people.iter_mut().take(count) {
        if person.since.elapsed() > TOKEN_AGE {
            let http = match &mut http {
                Some(http) => http,
                none => none.insert(Http::connect(address, None)?),
            };
            renew(http, person)?;
        }
    }
    if people.len() >= count {
        return Ok(());
    }
    let first = people.len();
    let logins = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..LOGINS)
            .map(|thread| scope.spawn(move || log_in_each(address, first + thread, count)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("logging in does not panic"))
            .collect::<Result<Vec<_>>>()
    })?;
    let mut new: Vec<(usize, Person)> = logins.into_iter().flatten().collect();
    new.sort_unstable_by_key(|(index, _)| *index);
    people.extend(new.into_iter().map(|(_, person)| person));
    Ok(())
}

/// Logs in every eighth person from `first` on.
fn log_in_each(address: &str, first: usize, count: usize) -> Result<Vec<(usize, Person)>> {
    let mut http = Http::connect(address, None)?;
    (first..count)
        .step_by(LOGINS)
        .map(|index| Ok((index, log_in(&mut http, index).context("logging in")?)))
        .collect()
}

fn log_in(http: &mut Http, index: usize) -> Result<Person> {
    let email = format!("person{index}@example.com");
    let request = RequestCode {
        email: email.clone(),
    };
    let requested: CodeRequested = http.post("/v1/auth/codes", &request)?;
    let verify = VerifyCode {
        request_id: requested.request_id,
        code: code_for(http, &email)?,
        device_name: None,
    };
    let logged_in: LoggedIn = http.post("/v1/auth/verify", &verify)?;
    Ok(Person {
        user_id: logged_in.me.user.id,
        token: logged_in.tokens.access_token,
        refresh_token: logged_in.tokens.refresh_token,
        since: Instant::now(),
    })
}

fn code_for(http: &mut Http, email: &str) -> Result<String> {
    let path = format!("/_/inbox/latest.json?email={}", email.replace('@', "%40"));
    let began = Instant::now();
    while began.elapsed() < MAIL_DEADLINE {
        if let Some(Mail { code: Some(code) }) = http.find(&path)? {
            return Ok(code);
        }
        std::thread::sleep(MAIL_PAUSE);
    }
    bail!("no mail to {email}")
}

fn renew(http: &mut Http, person: &mut Person) -> Result<()> {
    let request = RefreshSession {
        refresh_token: person.refresh_token.clone(),
    };
    let tokens: Tokens = http.post("/v1/auth/refresh", &request)?;
    person.token = tokens.access_token;
    person.refresh_token = tokens.refresh_token;
    person.since = Instant::now();
    Ok(())
}

/// Opens the one-to-one chat of two people.
pub(super) fn open_direct(address: &str, one: &Person, other: &Person) -> Result<ChatId> {
    let mut http = Http::connect(address, Some(&one.token))?;
    let request = OpenDirectChat {
        user_id: other.user_id,
    };
    let opened: ChatWithUsers = http.post("/v1/chats/direct", &request)?;
    Ok(opened.chat.info.id)
}

/// Makes a group of them all, owned by the first.
#[expect(
    clippy::disallowed_methods,
    reason = "a client of its own: ids are made where groups are"
)]
pub(super) fn create_group(address: &str, people: &[Person]) -> Result<ChatId> {
    let (owner, others) = people.split_first().context("a group of nobody")?;
    let mut http = Http::connect(address, Some(&owner.token))?;
    let request = CreateGroupChat {
        chat_id: ChatId(uuid::Uuid::now_v7()),
        name: format!("Group of {}", people.len()),
        user_ids: Vec::new(),
    };
    let created: ChatWithUsers = http.post("/v1/chats/group", &request)?;
    let chat_id = created.chat.info.id;
    let path = format!("/v1/chats/{chat_id}/members");
    for some in others.chunks(MEMBERS_PER_REQUEST) {
        let request = AddMembers {
            user_ids: some.iter().map(|person| person.user_id).collect(),
        };
        let _: serde_json::Value = http.post(&path, &request)?;
    }
    Ok(chat_id)
}
