//! An installation on SQLite moves to PostgreSQL with the program, while people use it.

use std::path::Path;

use serde_json::{Value, json};

use super::installation::{Installation, Person};
use crate::program::{Program, program, relaychat};

/// Runs the copy; gives the exit code and what it printed.
async fn copy(data: &Path, to: &str, more: &[&str]) -> (Option<i32>, String) {
    let from = format!("sqlite:{}", data.join("relaychat.db").display());
    let mut arguments = vec!["storage", "copy", "--from", &from, "--to", to];
    arguments.extend(more);
    let output = program(&arguments).output().await.expect("runs");
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    printed.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code(), printed)
}

/// A copy of a database in use is refused, unless it is wanted; it says what was verified.
async fn check_copy(data: &Path, to: &str) {
    let (code, printed) = copy(data, to, &[]).await;
    assert!(
        code == Some(3) && printed.contains("is in use"),
        "{printed}"
    );
    let (code, printed) = copy(data, to, &["--while-running"]).await;
    assert_eq!(code, Some(0), "{printed}");
    for (table, rows) in [
        ("relay_messages ", " 21 rows, verified"),
        ("relay_members ", " 2 rows, verified"),
        ("relay_attachments ", " 1 rows, verified"),
    ] {
        let is_it = |line: &str| line.starts_with(table) && line.contains(rows);
        assert!(printed.lines().any(is_it), "{printed}");
    }
    assert!(printed.contains("a new epoch"), "{printed}");
}

/// Everything of a chat, oldest first.
async fn history(at: &Installation, url: &str, who: &Person, chat: &str) -> Vec<Value> {
    let path = format!("/v1/chats/{chat}/messages");
    let (status, page) = at.get(url, &path, &who.token).await;
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("a page").clone()
}

async fn sync(at: &Installation, url: &str, who: &Person) -> Value {
    let path = format!("/v1/sync?since={}", who.since);
    at.get(url, &path, &who.token).await.1
}

async fn person(program: &mut Program, name: &str) -> Person {
    let login = program.log_in(&format!("{name}@example.com")).await;
    Person {
        name: name.to_owned(),
        id: login.me.user.id.to_string(),
        token: login.tokens.access_token.clone(),
        since: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_living_installation_is_copied_whole_and_clients_of_both_histories_mix_nothing() {
    let at = Installation::start().await;
    let data = tempfile::tempdir().expect("a folder");
    let serve = || {
        let mut command = relaychat(data.path());
        command.env("RELAY_RATE_LIMITS", "off");
        command
    };
    let mut old = Program::run(serve()).await;
    let (ann, mut bob) = (person(&mut old, "ann").await, person(&mut old, "bob").await);
    let chat = at.group(&old.url, &ann, &[&bob]).await;
    let file = at.upload(&old.url, &ann).await;
    for number in 0..20 {
        at.send(&old.url, &ann, &chat, &format!("old {number}"), None)
            .await;
    }
    at.send(&old.url, &ann, &chat, "with a picture", Some(&file))
        .await;
    let copied = history(&at, &old.url, &bob, &chat).await;
    assert_eq!(copied.len(), 21);

    let to = at.another_schema();
    check_copy(data.path(), &to).await;

    // What is written after the copy began stays behind, and clients have seen it.
    let lost = at.send(&old.url, &ann, &chat, "stays behind", None).await;
    let first = at.get(&old.url, "/v1/sync", &bob.token).await.1;
    first["token"]
        .as_str()
        .expect("a token")
        .clone_into(&mut bob.since);
    assert_eq!(sync(&at, &old.url, &bob).await["kind"], "changes");
    assert_eq!(old.terminate().await, Some(0));

    // The same folder has the secret and the uploads: everybody is logged in, and files are there.
    let mut moved = serve();
    moved.env("RELAY_DATABASE_URL", &to);
    let new = Program::run(moved).await;
    assert_eq!(sync(&at, &new.url, &bob).await["kind"], "reset");
    assert_eq!(history(&at, &new.url, &bob, &chat).await, copied);
    let links = format!("/v1/attachments/{file}/links");
    let (_, links) = at.get(&new.url, &links, &bob.token).await;
    let link = links["url"].as_str().expect("a link").to_owned();
    assert_eq!(at.get(&new.url, &link, "").await.0, 200);
    let next = at.send(&new.url, &ann, &chat, "in the copy", None).await;
    assert_eq!(
        (&next["seq"], &next["version"]),
        (&lost["seq"], &lost["version"])
    );
    let answer = sync(&at, &new.url, &bob).await;
    assert_eq!(
        answer["kind"], "reset",
        "also once the numbers have caught up"
    );
    answer["token"]
        .as_str()
        .expect("a token")
        .clone_into(&mut bob.since);
    let after = at.send(&new.url, &ann, &chat, "live again", None).await;
    let answer = sync(&at, &new.url, &bob).await;
    assert_eq!(answer["kind"], "changes");
    assert_eq!(answer["messages"][0]["items"], json!([after]));
    let mut expected = copied;
    expected.extend([next, after]);
    assert_eq!(history(&at, &new.url, &bob, &chat).await, expected);
    assert_eq!(new.terminate().await, Some(0));
    at.drop_other_schema().await;
    at.close().await;
}
