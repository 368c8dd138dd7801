//! Whole screens, as they are. The pictures are in `golden/`; `RELAYCHAT_BLESS=1` draws them anew.

use std::{fs, path::PathBuf, sync::Arc};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use jiff::Zoned;
use ratatui::{Terminal, backend::TestBackend, layout::Size};
use relaychat_sdk::{
    ChatSummary, ConnectionState, DeliveryState, Me, Message, Presence, RelayError, TimelineItem,
    User, VectorDiff,
    protocol::{
        ChatId,
        rest::chats::{ChatKind, Role},
    },
};
use uuid::Uuid;

use super::draw;
use crate::model::{Answer, Command, Event, Model, Overlay, Place};

const MINUTE_MS: i64 = 60_000;

fn now() -> Zoned {
    "2026-11-22T12:00:00[UTC]".parse().expect("a time")
}

fn minutes_ago(minutes: i64) -> i64 {
    now().timestamp().as_millisecond() - minutes * MINUTE_MS
}

fn user(number: u128, name: &str) -> Arc<User> {
    Arc::new(User {
        id: Uuid::from_u128(number).into(),
        name: name.to_owned(),
        avatar_url: None,
    })
}

fn message(seq: u64, sender: &Arc<User>, text: &str) -> Message {
    let is_own = sender.name == "Alice";
    Message {
        id: Uuid::from_u128(seq.into()).into(),
        seq: Some(seq),
        chat_id: chat_id(1),
        sender: Arc::clone(sender),
        is_own,
        sent_at_ms: minutes_ago(60 - seq.cast_signed()),
        text: text.to_owned(),
        attachments: Vec::new(),
        state: is_own.then_some(DeliveryState::Read),
        upload_permille: None,
        error: None,
        edited_at_ms: None,
        is_deleted: false,
        reply_to: None,
        reactions: Vec::new(),
        mentions: None,
        pinned_at_ms: None,
        event: None,
        pending: None,
    }
}

fn item(message: Message) -> Arc<TimelineItem> {
    Arc::new(TimelineItem::Message {
        key: message.id.to_string(),
        message: Arc::new(message),
    })
}

fn chat_id(number: u128) -> ChatId {
    Uuid::from_u128(number).into()
}

fn chat(number: u128, title: &str, last: Option<Message>, unread_count: u64) -> Arc<ChatSummary> {
    Arc::new(ChatSummary {
        id: chat_id(number),
        kind: if number == 2 {
            ChatKind::Group
        } else {
            ChatKind::Direct
        },
        title: title.to_owned(),
        host_key: None,
        send_role: Role::Member,
        add_role: Role::Admin,
        pin_role: Role::Admin,
        description: None,
        avatar_url: None,
        peer: None,
        last_activity_at_ms: minutes_ago(1),
        last_seq: last.as_ref().and_then(|last| last.seq).unwrap_or(0),
        last_message: last.map(Arc::new),
        unread_count,
        mention_count: 0,
        read_seq: 0,
        member_count: 3,
        pinned_at_ms: None,
        is_archived: false,
        is_marked_unread: false,
        muted_until_ms: None,
        typing: Vec::new(),
    })
}

/// A bit of everything.
fn items(alice: &Arc<User>, bob: &Arc<User>) -> Vec<Arc<TimelineItem>> {
    vec![
        Arc::new(TimelineItem::Start {
            key: "start".to_owned(),
        }),
        Arc::new(TimelineItem::DateDivider {
            key: "day".to_owned(),
            day_ms: minutes_ago(720),
        }),
        item(message(
            1,
            bob,
            "Did the train come? I could fetch you from the station if it is late again.",
        )),
        item(message(2, alice, "It did 🎉 你好\nSee you at eight.")),
        Arc::new(TimelineItem::UnreadDivider {
            key: "unread".to_owned(),
            count: 2,
        }),
        item(message(3, bob, "שלום, nice")),
        item(message(4, bob, "👩‍👩‍👧‍👦 are all here")),
        item(Message {
            state: Some(DeliveryState::Delivered),
            ..message(12, alice, "two ticks")
        }),
        item(Message {
            state: Some(DeliveryState::Sent),
            ..message(13, alice, "one tick")
        }),
        item(Message {
            seq: None,
            state: Some(DeliveryState::Failed),
            error: Some(RelayError::network("The text is too long.")),
            ..message(14, alice, "failed")
        }),
        item(Message {
            seq: None,
            state: Some(DeliveryState::Queued),
            ..message(15, alice, "waits")
        }),
    ]
}

/// Some chats, one of them open.
fn story() -> Model {
    let (alice, bob) = (user(10, "Alice"), user(11, "Bob"));
    let mut model = model(80, 24);
    model.me = Some(Arc::new(Me {
        user: Arc::clone(&alice),
        email: None,
        is_new: false,
        shows_read_receipts: true,
        shows_last_seen: true,
    }));
    let last = message(15, &alice, "waits");
    let mut with_bob = (*chat(1, "Bob", Some(Message { seq: None, ..last }), 0)).clone();
    with_bob.typing = vec![Arc::clone(&bob)];
    let chats = vec![
        Arc::new(with_bob),
        chat(
            2,
            "Friends of the night train",
            Some(message(7, &bob, "who comes on Friday?")),
            12,
        ),
        chat(3, "Zoë", None, 0),
    ];
    model.update(Event::Chats(insert(chats)));
    model.is_loading = false;
    model.unread_count = 12;
    let items = items(&alice, &bob);
    model.update(Event::Opened(chat_id(1), items, String::new()));
    if let Some(open) = &mut model.open {
        open.is_loading = false;
        open.presence = Some(Presence {
            is_online: true,
            last_seen_at_ms: None,
        });
    }
    model
}

fn model(width: u16, height: u16) -> Model {
    let mut model = Model::new(
        "http://127.0.0.1:8080".to_owned(),
        Size { width, height },
        now(),
    );
    model.connection = Arc::new(ConnectionState::Connected);
    model
}

fn insert<T>(values: Vec<T>) -> Vec<VectorDiff<T>> {
    vec![VectorDiff {
        index: 0,
        removed_count: 0,
        inserted: values,
    }]
}

fn press(model: &mut Model, code: KeyCode, modifiers: KeyModifiers) -> Vec<Command> {
    model.update(Event::Terminal(Input::Key(KeyEvent::new(code, modifiers))))
}

/// The screen as text, without the spaces at the ends of lines.
fn picture(model: &Model) -> String {
    let backend = TestBackend::new(model.size.width, model.size.height);
    let mut terminal = Terminal::new(backend).expect("it is made");
    let drawn = terminal
        .draw(|frame| draw(frame, model))
        .expect("it is drawn");
    let mut text = String::new();
    for y in 0..model.size.height {
        let mut line = String::new();
        let mut x = 0;
        while x < model.size.width {
            let symbol = drawn.buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(crate::text::width(symbol).max(1)).expect("it is narrow");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn check(name: &str, model: &Model) {
    let found = picture(model);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/view/golden");
    let path = path.join(name).with_extension("txt");
    if std::env::var_os("RELAYCHAT_BLESS").is_some() {
        fs::write(&path, &found).expect("it is written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{name} is now\n{found}\nand was\n{expected}"
    );
}

#[test]
fn chats_and_a_conversation_stand_side_by_side() {
    let mut model = story();
    check("conversation_80x24", &model);
    model.size = Size {
        width: 120,
        height: 40,
    };
    check("conversation_120x40", &model);
}

#[test]
fn a_narrow_screen_shows_the_list_or_the_conversation() {
    let mut model = story();
    model.size = Size {
        width: 40,
        height: 16,
    };
    check("conversation_40x16", &model);
    press(&mut model, KeyCode::Esc, KeyModifiers::NONE);
    check("list_40x16", &model);
}

#[test]
fn overlays_and_the_page_before_the_chats() {
    let mut model = story();
    press(&mut model, KeyCode::F(1), KeyModifiers::NONE);
    check("help_80x24", &model);
    press(&mut model, KeyCode::Esc, KeyModifiers::NONE);
    let asked = press(&mut model, KeyCode::Char('n'), KeyModifiers::CONTROL);
    assert_eq!(asked, [Command::FindPeople(String::new())]);
    let people = vec![user(11, "Bob"), user(12, "Zoë")];
    model.update(Event::Answer(Answer::People(String::new(), Ok(people))));
    check("people_80x24", &model);
    let signed_out = ConnectionState::SignedOut { reason: None };
    model.update(Event::Connection(Arc::new(signed_out)));
    model.me = None;
    check("login_80x24", &model);
}

#[test]
fn a_lost_connection_counts_down() {
    let mut model = story();
    let retry_at_ms = minutes_ago(0) + 4_000;
    let lost = ConnectionState::Reconnecting {
        attempt: 3,
        retry_at_ms,
    };
    model.update(Event::Connection(Arc::new(lost)));
    assert!(picture(&model).contains("no connection, next try in 4 s"));
    let later = now().timestamp().as_millisecond() + 1_500;
    let later = jiff::Timestamp::from_millisecond(later).expect("a time");
    model.update(Event::Tick(later.to_zoned(jiff::tz::TimeZone::UTC)));
    assert!(picture(&model).contains("next try in 3 s"));
    model.update(Event::Connection(Arc::new(ConnectionState::Offline)));
    assert!(picture(&model).contains("no network"));
}

#[test]
fn no_escape_sequence_of_others_is_drawn() {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}x\r\u{8}";
    let mallory = user(13, hostile);
    let mut model = story();
    let last = message(20, &mallory, hostile);
    let mut shown = (*chat(2, hostile, Some(last.clone()), 1)).clone();
    shown.typing = vec![Arc::clone(&mallory)];
    model.update(Event::Chats(insert(vec![Arc::new(shown)])));
    let failed = Message {
        is_own: true,
        seq: None,
        state: Some(DeliveryState::Failed),
        error: Some(RelayError::network(hostile)),
        ..last.clone()
    };
    let items = vec![
        item(last),
        item(Message {
            id: Uuid::nil().into(),
            ..failed
        }),
    ];
    model.update(Event::Opened(chat_id(2), items, hostile.to_owned()));
    model.notice = Some(hostile.to_owned());
    let mut pictures = picture(&model);
    press(&mut model, KeyCode::Char('n'), KeyModifiers::CONTROL);
    model.update(Event::Answer(Answer::People(
        String::new(),
        Ok(vec![mallory]),
    )));
    pictures.push_str(&picture(&model));
    let is_obeyed = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
    assert_eq!(pictures.chars().find(is_obeyed), None, "{pictures:?}");
    assert!(pictures.contains("␛]0;owned"), "{pictures}");
}

#[test]
fn what_one_reads_stays_when_messages_come_before_and_after() {
    let bob = user(11, "Bob");
    let mut model = story();
    let items = (100..160).map(|seq| item(message(seq, &bob, &format!("number {seq}"))));
    model.update(Event::Opened(chat_id(1), items.collect(), String::new()));
    let open = |model: &mut Model| {
        let open = model.open.as_mut().expect("it is open");
        open.is_loading = false;
        open.has_before = true;
        open.is_asked_for_older = false;
    };
    open(&mut model);
    assert!(
        picture(&model).contains("number 159"),
        "it opens at the end"
    );
    press(&mut model, KeyCode::PageUp, KeyModifiers::NONE);
    let seen = timeline(&model);
    assert!(!seen.contains("number 159"));
    let older = (80..100).map(|seq| item(message(seq, &bob, &format!("number {seq}"))));
    model.update(Event::Items(insert(older.collect())));
    let newer = vec![item(message(160, &bob, "the newest"))];
    let end = VectorDiff {
        index: 80,
        removed_count: 0,
        inserted: newer,
    };
    model.update(Event::Items(vec![end]));
    assert_eq!(timeline(&model), seen);
    assert_ne!(
        model.open.as_ref().map(|open| &open.place),
        Some(&Place::End)
    );
    press(&mut model, KeyCode::End, KeyModifiers::NONE);
    assert!(picture(&model).contains("the newest"));
    let mut asked = Vec::new();
    for _ in 0..20 {
        open(&mut model);
        asked.extend(press(&mut model, KeyCode::PageUp, KeyModifiers::NONE));
    }
    assert!(
        asked.contains(&Command::LoadOlder),
        "near the top more is asked for"
    );
    assert!(
        timeline(&model).contains("number 80"),
        "the top is as far as it goes"
    );
    assert_ne!(
        model.open.as_ref().map(|open| &open.place),
        Some(&Place::End)
    );
}

/// The lines between header and composer.
fn timeline(model: &Model) -> String {
    let picture = picture(model);
    let rows = usize::from(model.size.height) - 5;
    let lines = picture.lines().skip(2).take(rows);
    let right = lines.map(|line| line.chars().skip(24).collect::<String>());
    right.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_looked_at_is_read_and_what_is_hidden_is_not() {
    let bob = user(11, "Bob");
    let mut model = story();
    model.update(Event::Terminal(Input::FocusLost));
    let new = VectorDiff {
        index: 11,
        removed_count: 0,
        inserted: vec![item(message(30, &bob, "new"))],
    };
    assert_eq!(model.update(Event::Items(vec![new])), []);
    let looked = model.update(Event::Terminal(Input::FocusGained));
    assert_eq!(looked, [Command::MarkRead(30)]);
    assert_eq!(
        model.update(Event::Terminal(Input::FocusGained)),
        [],
        "said once"
    );
}

#[test]
fn typing_sending_and_taking_back() {
    let mut model = story();
    model.update(Event::Terminal(Input::Paste("two\nlines".to_owned())));
    let typed = press(&mut model, KeyCode::Char('!'), KeyModifiers::NONE);
    assert_eq!(typed, [Command::Typed("two\nlines!".to_owned())]);
    assert!(picture(&model).contains("lines!"));
    let sent = press(&mut model, KeyCode::Enter, KeyModifiers::NONE);
    assert_eq!(sent, [Command::Send("two\nlines!".to_owned())]);
    assert_eq!(press(&mut model, KeyCode::Enter, KeyModifiers::NONE), []);
    let failed = Uuid::from_u128(14).into();
    let again = press(&mut model, KeyCode::Char('r'), KeyModifiers::CONTROL);
    assert_eq!(again, [Command::Retry(vec![failed])]);
    let back = press(&mut model, KeyCode::Char('x'), KeyModifiers::CONTROL);
    assert_eq!(back, [Command::Cancel(Uuid::from_u128(15).into())]);
    press(&mut model, KeyCode::Char('o'), KeyModifiers::CONTROL);
    assert!(matches!(model.overlay, Some(Overlay::SignOut)));
    let out = press(&mut model, KeyCode::Char('y'), KeyModifiers::NONE);
    assert_eq!(out, [Command::SignOut]);
}

#[test]
fn no_size_is_too_small() {
    let mut model = story();
    for (width, height) in [(0, 0), (1, 1), (3, 2), (10, 5), (64, 3), (200, 4)] {
        model.size = Size { width, height };
        for overlay in [None, Some(Overlay::Help), Some(Overlay::SignOut)] {
            model.overlay = overlay;
            if width > 0 {
                picture(&model);
            }
            model.update(Event::Terminated);
        }
    }
}
