//! A whole conversation with a real process that logs everything it can: nothing that a person
//! wrote, and nothing that opens an account, is in the log, the figures or an error.

use relaychat_engine::test_support::DEADLINE;
use relaychat_protocol::{
    MessageId,
    frames::{ClientFrame, ServerFrame},
    rest::{
        auth::{CodeRequested, LoggedIn},
        chats::{ChatWithUsers, OpenDirectChat},
        messages::SendMessage,
        users::UpdateMe,
    },
};
use reqwest::{Client as Http, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    client::Client,
    program::{Program, relaychat},
};

/// Begins everything that people write here.
const CANARY: &str = "kanarienvogel";

/// Somebody who talks to the program.
struct Person {
    http: Http,
    url: String,
    login: LoggedIn,
    code: String,
}

impl Person {
    async fn log_in(url: &str, name: &str) -> Self {
        let http = crate::http::http();
        let email = format!("{CANARY}-{name}@example.com");
        let asked = http
            .post(format!("{url}/v1/auth/codes"))
            .json(&json!({ "email": email }));
        let asked: CodeRequested = answer(asked).await;
        let code = tokio::time::timeout(DEADLINE, code_for(&http, url, &email));
        let code = code.await.expect("a mail in time");
        let verify = json!({ "request_id": asked.request_id, "code": code });
        let login = answer(http.post(format!("{url}/v1/auth/verify")).json(&verify)).await;
        Self {
            http,
            url: url.to_owned(),
            login,
            code,
        }
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.login.tokens.access_token)
    }

    /// What must never be seen.
    fn secrets(&self) -> [String; 3] {
        let tokens = &self.login.tokens;
        [
            tokens.access_token.clone(),
            tokens.refresh_token.clone(),
            self.code.clone(),
        ]
    }
}

async fn answer<T: serde::de::DeserializeOwned>(request: RequestBuilder) -> T {
    let answer = request.send().await.expect("answers");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.expect("the right body")
}

/// The code in the newest mail to an address, once the development inbox has it.
async fn code_for(http: &Http, url: &str, email: &str) -> String {
    loop {
        let latest = format!("{url}/_/inbox/latest.json?email={email}");
        let latest = http.get(latest).send().await.expect("answers");
        let text = latest.text().await.expect("a body");
        let mail: Value = serde_json::from_str(&text).unwrap_or_default();
        if let Some(code) = mail["code"].as_str() {
            return code.to_owned();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_log_nor_figures_nor_errors_tell_what_people_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = relaychat(folder.path());
    command.env("RELAY_LOG", "trace");
    let program = Program::run(command).await;
    let url = program.url.clone();
    // The program prints codes for whoever tries it out; that line is not the log.
    let ann = Person::log_in(&url, "ann").await;
    let bob = Person::log_in(&url, "bob").await;
    let mut secrets: Vec<String> = [ann.secrets(), bob.secrets()].concat();
    secrets.push(CANARY.to_owned());

    let shown = talk(&ann, &bob).await;
    let figures = ann.call(Method::GET, "/metrics").send().await;
    let figures = figures.expect("answers").text().await.expect("text");
    assert!(
        figures.contains("relaychat_sends_seconds_count 2"),
        "{figures}"
    );
    assert!(
        figures.contains("route=\"/v1/chats/{chat_id}/messages\""),
        "{figures}"
    );
    program.signal("-TERM").await;
    let log = program.rest().await;
    assert!(log.lines().count() > 10, "everything is logged:\n{log}");
    let log: Vec<&str> = log
        .lines()
        .filter(|line| !is_for_the_person(line))
        .collect();
    for text in [&shown, &figures, &log.join("\n")] {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{secret} is in:\n{text}");
        }
    }
}

/// The line with a code, printed because there is no mail server.
fn is_for_the_person(line: &str) -> bool {
    line.split_whitespace().nth(1) == Some("otp")
}

/// Everything that could tell: names, messages over both routes, an upload, errors. Gives what the
/// errors said.
async fn talk(ann: &Person, bob: &Person) -> String {
    let text = format!("{CANARY} says hello");
    let profile = UpdateMe {
        name: Some(format!("{CANARY} Ann")),
        ..UpdateMe::default()
    };
    let named = ann.call(Method::PATCH, "/v1/me").json(&profile);
    let _: Value = answer(named).await;
    let open = OpenDirectChat {
        user_id: bob.login.me.user.id,
    };
    let opened = ann.call(Method::POST, "/v1/chats/direct").json(&open);
    let opened: ChatWithUsers = answer(opened).await;
    let chat_id = opened.chat.info.id;

    let socket = format!("{}/v1/ws", bob.url.replacen("http", "ws", 1));
    let mut live = Client::connect_to(&socket).await;
    live.hello(Some(bob.login.tokens.access_token.clone()), None)
        .await;
    live.ready().await;
    let path = format!("/v1/chats/{chat_id}/messages");
    let message = SendMessage {
        message_id: new_message_id(),
        text: text.clone(),
        ..crate::client::draft("")
    };
    let _: Value = answer(ann.call(Method::POST, &path).json(&message)).await;
    live.until(|frame| match frame {
        ServerFrame::Message { .. } => Some(()),
        _ => None,
    })
    .await;
    live.send_message(chat_id, &text).await;
    live.send(&ClientFrame::Typing {
        chat_id,
        is_typing: true,
    })
    .await;
    errors(ann, &path, &text).await
}

/// Requests that fail, each with something of a person in it.
async fn errors(ann: &Person, path: &str, text: &str) -> String {
    let mut shown = String::new();
    for request in [
        ann.call(Method::POST, path)
            .body(format!("{{\"text\": \"{text}")),
        ann.call(Method::POST, path)
            .json(&json!({ "message_id": text, "text": text })),
        ann.call(Method::GET, &format!("/v1/{CANARY}?q={CANARY}")),
        ann.http
            .get(format!("{}/v1/me", ann.url))
            .bearer_auth(format!("{CANARY}.{CANARY}")),
        ann.call(Method::POST, &format!("/v1/uploads?file_name={CANARY}.jpg"))
            .header("content-type", "image/jpeg")
            .body(CANARY),
    ] {
        let answer = request.send().await.expect("answers");
        assert!(answer.status().is_client_error(), "{}", answer.status());
        shown.push_str(&answer.text().await.expect("text"));
    }
    shown
}

fn new_message_id() -> MessageId {
    crate::client::draft("").message_id
}
