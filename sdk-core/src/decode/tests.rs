//! What is read here is what serde itself reads from the same JSON.

use std::fmt::Debug;

use relaychat_protocol::{
    Problem,
    rest::{attachments, auth, blocks, chats, chats::Watermarks, messages, sync, users},
};
use serde_json::json;

use super::*;

#[test]
fn an_object_is_read_with_all_its_fields() {
    let json = br#"{"delivered_seq":9007199254740993,"read_seq":2,"read_count":1,"new":[{}]}"#;
    let read: Watermarks = object(json).expect("it is one");
    assert_eq!(read.delivered_seq, 9_007_199_254_740_993);
    assert_eq!((read.read_seq, read.read_at_ms), (2, None));
}

#[test]
fn what_cannot_be_read_is_said_in_a_word() {
    for (json, word) in [
        (r#"{"delivered_seq":"1"}"#, "a value of another type"),
        (r#"{"delivered_seq":1}"#, "read_seq"),
        ("[]", "no object"),
        ("{", "no JSON"),
    ] {
        let read = object::<Watermarks>(json.as_bytes());
        assert_eq!(read, Err(Unreadable(word)), "{json}");
    }
}

/// The file's object, and it with something new, with each value taken away, and with each value
/// made another one.
fn variants(path: &str) -> Vec<Value> {
    let path = format!("{}/../openapi/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let whole: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    let mut places = Vec::new();
    list(&whole, "", &mut places);
    let mut variants = vec![whole.clone()];
    for place in places {
        for other in [
            json!(null),
            json!(-1),
            json!(1.5),
            json!("text"),
            json!(true),
            json!({}),
        ] {
            let mut changed = whole.clone();
            *changed.pointer_mut(&place).expect("it was listed") = other;
            variants.push(changed);
        }
        let (parent, name) = place.rsplit_once('/').expect("it begins with one");
        let mut changed = whole.clone();
        if let Some(Value::Object(fields)) = changed.pointer_mut(parent) {
            fields.remove(name);
            fields.insert("from_the_future".to_owned(), json!([{"type": 1}]));
        }
        variants.push(changed);
    }
    variants
}

/// Where values are. The `type` of a frame is not one of them.
fn list(value: &Value, place: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(items) => (0..).map(|at: usize| at.to_string()).zip(items).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let place = format!("{place}/{name}");
        list(child, &place, places);
        if place != "/type" {
            places.push(place);
        }
    }
}

#[test]
fn every_frame_is_read_as_the_derived_reader_does() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/fixtures/frames");
    let mut read_count = 0;
    for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
        let name = entry.expect("readable").file_name();
        let name = name.to_str().expect("a name");
        if !name.starts_with("server_") {
            continue;
        }
        for variant in variants(&format!("frames/{name}")) {
            let read = frame(variant.to_string().as_bytes()).ok();
            let derived: Option<ServerFrame> = serde_json::from_value(variant.clone()).ok();
            assert_eq!(read, derived, "{variant}");
            read_count += usize::from(read.is_some());
        }
    }
    assert!(read_count > 0, "some of them are frames");
}

#[test]
fn a_frame_of_the_future_is_unknown_whatever_is_in_it() {
    for json in [
        r#"{"type":"from_the_future"}"#,
        r#"{"version":"seven","type":"from_the_future","chat_id":[1,{"type":"ack"}]}"#,
    ] {
        assert_eq!(frame(json.as_bytes()), Ok(ServerFrame::Unknown), "{json}");
    }
}

#[test]
fn what_is_no_frame_is_refused() {
    for json in ["", "7", "[]", "{}", r#"{"type":null}"#, r#"{"type":{}}"#] {
        assert!(frame(json.as_bytes()).is_err(), "{json}");
    }
}

#[test]
fn json_that_is_nested_without_end_is_refused() {
    const DEPTH: usize = 100_000;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nested = format!("{}1{}", open.repeat(DEPTH), close.repeat(DEPTH));
        let json = format!(r#"{{"type":"token","token":"t","a":{nested}}}"#);
        assert_eq!(frame(json.as_bytes()), Err(Unreadable("no JSON")));
    }
}

#[test]
fn every_answer_is_read_as_the_derived_reader_does() {
    fn compare<T: DeserializeOwned + Debug + PartialEq>(name: &str) {
        let path = format!("rest/{name}.json");
        for variant in variants(&path) {
            let read: Option<T> = object(variant.to_string().as_bytes()).ok();
            let derived: Option<T> = serde_json::from_value(variant.clone()).ok();
            assert_eq!(read, derived, "{variant}");
        }
        assert!(object::<T>(variants(&path)[0].to_string().as_bytes()).is_ok());
    }
    compare::<attachments::Attachment>("attachment");
    compare::<attachments::AttachmentLinks>("attachment_links");
    compare::<auth::CodeRequested>("code_requested");
    compare::<blocks::BlockPage>("block_page");
    compare::<auth::LoggedIn>("logged_in");
    compare::<auth::SessionList>("session_list");
    compare::<messages::PinList>("pin_list");
    compare::<chats::ChatPage>("chat_page");
    compare::<chats::ChatWithUsers>("chat_with_users");
    compare::<chats::MemberPage>("member_page");
    compare::<messages::MessagePage>("message_page");
    compare::<Problem>("problem");
    compare::<sync::SyncAnswer>("sync_changes");
    compare::<sync::SyncAnswer>("sync_snapshot");
    compare::<users::Me>("me");
}
