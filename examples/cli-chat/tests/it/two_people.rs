//! Two people, each at a terminal, and a third who means no good.

use std::{os::unix::fs::PermissionsExt, path::Path};

use relaychat_sdk::Client;

use crate::{
    server::Server,
    terminal::{ENTER, NEW_CHAT, QUIT, RECONNECT_NOW, Terminal},
};

/// What would change the title, clear the screen and turn what follows around.
const HOSTILE: &str = "hostile \u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{8}";

/// Keys that are pressed at once; they fit on the screen.
const KEYS: usize = 600;

fn program(server: &Server, folder: &Path, environment: &[(&str, &str)]) -> Terminal {
    let folder = folder.to_str().expect("a plain path").to_owned();
    Terminal::start(&[server.url(), "--data".to_owned(), folder], environment)
}

fn log_in(terminal: &mut Terminal, server: &Server, email: &str) {
    terminal.until("Your e-mail address");
    terminal.press(&format!("{email}{ENTER}"));
    terminal.until("The code from the mail");
    terminal.press(&server.code_for(email));
    terminal.until("● connected");
}

/// Somebody writes what no terminal should be sent; to Bob.
fn write_something_hostile(server: &Server) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("it starts").block_on(async {
        let client = Client::builder(server.url()).build().expect("a client");
        let email = "mallory@example.com";
        let requested = client
            .auth()
            .request_code(email)
            .await
            .expect("a code is sent");
        let code = server.code_for(email);
        let verified = client.auth().verify_code(requested.request_id, &code).await;
        verified.expect("the code is right");
        let found = client
            .people()
            .list(Some("bob"), None)
            .await
            .expect("a page");
        let chat_id = client
            .chats()
            .open_direct(found.items[0].id)
            .await
            .expect("a chat");
        let sent = client.chat(chat_id).send(HOSTILE);
        sent.delivered().await.expect("the server takes it");
    });
}

/// Alice finds Bob and writes, he reads it and answers.
fn meet(alice: &mut Terminal, bob: &mut Terminal) {
    alice.press(NEW_CHAT);
    alice.press("bob");
    alice.until_it("Bob", |screen| {
        screen.contains("› bob") && screen.contains(" Bob")
    });
    alice.press(ENTER);
    alice.until("Write a message");
    alice.press("hello Bob");
    bob.until("typing…");
    alice.press(ENTER);
    bob.until("1 unread");
    bob.press(ENTER);
    bob.until("Write a message");
    alice.until("✓✓ seen");
    bob.press("\u{1b}[200~你好\nשלום\u{1b}[201~");
    bob.until("שלום");
    bob.press(ENTER);
    alice.until("你好");
    // Faster than anybody types, and not one key is lost.
    bob.press(&format!("{}{ENTER}", "#".repeat(KEYS)));
    alice.until_it("every key", |screen| {
        let right = screen.lines().filter_map(|line| line.split_once('│'));
        let keys: usize = right.map(|(_, right)| right.matches('#').count()).sum();
        keys == KEYS
    });
    alice.until("Write a message");
}

/// The server dies; Alice writes and quits. Gives her program, started again before the server is.
fn write_and_quit(alice: &mut Terminal, server: &mut Server) -> Terminal {
    server.kill();
    alice.until("no connection");
    alice.press(&format!("from the tunnel{ENTER}"));
    alice.until("one message waits to be sent");
    alice.press("a draft");
    alice.until("› a draft");
    alice.press(QUIT);
    assert!(alice.ended().success());
    assert!(alice.is_given_back());
    let mut alice = program(server, &server.folder.path().join("alice"), &[]);
    alice.until("Bob");
    alice.press(ENTER);
    alice.until("one message waits to be sent");
    alice.until("› a draft");
    alice
}

/// Bob goes to what Mallory wrote, on a smaller screen, and his program is ended there.
fn read_something_hostile(bob: &mut Terminal) {
    bob.until("1 unread");
    bob.press("\u{1b}");
    bob.until_it("the list has the keys", |screen| {
        screen.contains("hostile") && !screen.contains('▌')
    });
    bob.resize(20, 50);
    bob.until_it("the list alone", |screen| !screen.contains('│'));
    bob.press(&format!("\u{1b}[A\u{1b}[A{ENTER}"));
    bob.until_it("the hostile message", |screen| {
        screen.contains("hostile") && screen.contains("Write a message")
    });
    bob.signal("TERM");
    assert!(bob.ended().success());
    assert!(bob.is_given_back());
    let sent = String::from_utf8_lossy(&bob.sent);
    for sequence in ["\u{1b}]0;", "\u{9b}", "\u{202e}", "\u{7}"] {
        assert!(!sent.contains(sequence), "{sequence:?} got through");
    }
}

#[test]
fn two_people_write_to_each_other_through_an_outage_and_a_restart() {
    let mut server = Server::start();
    let folder = server.folder.path().to_owned();
    let mut alice = program(&server, &folder.join("alice"), &[]);
    let mut bob = program(&server, &folder.join("bob"), &[("NO_COLOR", "1")]);
    log_in(&mut alice, &server, "alice@example.com");
    log_in(&mut bob, &server, "bob@example.com");
    let session = folder.join("alice/session.json").metadata();
    let mode = session.expect("it is kept").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    meet(&mut alice, &mut bob);
    let mut alice = write_and_quit(&mut alice, &mut server);
    server.run();
    alice.press(RECONNECT_NOW);
    bob.press(RECONNECT_NOW);
    let count = |screen: &str| screen.matches("from the tunnel").count();
    bob.until_it("it in the list and in the chat", |screen| {
        count(screen) == 2
    });
    alice.until_it("all is sent", |screen| {
        screen.contains("✓✓ seen") && !screen.contains('◷')
    });
    let screen = bob.until("● connected");
    assert_eq!(count(&screen), 2, "once in each:\n{screen}");

    write_something_hostile(&server);
    read_something_hostile(&mut bob);
    let is_coloured = |terminal: &Terminal| {
        let sent = String::from_utf8_lossy(&terminal.sent);
        sent.contains("\u{1b}[38;5;")
    };
    assert!(
        is_coloured(&alice) && !is_coloured(&bob),
        "NO_COLOR is for Bob"
    );
}
