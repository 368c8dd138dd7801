//! What serde would make of `flatten` accepts and refuses the same.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;

#[derive(Serialize, Deserialize)]
struct DerivedMe {
    #[serde(flatten)]
    user: User,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    is_new: bool,
    #[serde(default = "users::shown")]
    shows_read_receipts: bool,
    #[serde(default = "users::shown")]
    shows_last_seen: bool,
}

#[derive(Serialize, Deserialize)]
struct DerivedLoggedIn {
    me: users::Me,
    session: Session,
    #[serde(flatten)]
    tokens: Tokens,
}

#[derive(Serialize, Deserialize)]
struct DerivedMember {
    user_id: UserId,
    role: Role,
    joined_at_ms: i64,
    #[serde(flatten)]
    watermarks: Watermarks,
}

#[derive(Serialize, Deserialize)]
struct DerivedReceipt {
    chat_id: ChatId,
    user_id: UserId,
    #[serde(flatten)]
    watermarks: Watermarks,
}

#[derive(Serialize, Deserialize)]
struct DerivedChat {
    #[serde(flatten)]
    info: ChatInfo,
    me: chats::Member,
    unread_count: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deleted_unread: Vec<SeqRange>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<ChatSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_message: Option<Message>,
    members: Vec<chats::Member>,
}

/// Reads the object, and the object with every field taken away or made another value, both ways.
fn compare<Read, Derived>(json: &Value)
where
    Read: Serialize + DeserializeOwned,
    Derived: Serialize + DeserializeOwned,
{
    let mut variants = vec![json.clone(), json!({}), json!(null), json!("text")];
    for name in json.as_object().expect("an object").keys() {
        let mut without = json.clone();
        without.as_object_mut().expect("an object").remove(name);
        variants.push(without);
        for other in [json!(null), json!(-1), json!(1.5), json!("text"), json!({})] {
            let mut changed = json.clone();
            changed[name] = other;
            variants.push(changed);
        }
    }
    for variant in variants {
        let read: Option<Read> = serde_json::from_value(variant.clone()).ok();
        let derived: Option<Derived> = serde_json::from_value(variant.clone()).ok();
        let written = |result: serde_json::Result<Value>| result.expect("wire types write");
        let read = written(serde_json::to_value(&read));
        assert_eq!(read, written(serde_json::to_value(&derived)), "{variant}");
    }
}

fn fixture(text: &str) -> Value {
    let mut json: Value = serde_json::from_str(text).expect("a fixture is JSON");
    json["from_the_future"] = json!([{}]);
    json
}

#[test]
fn a_flat_object_is_read_as_the_derived_one() {
    compare::<users::Me, DerivedMe>(&fixture(include_str!("../../../fixtures/rest/me.json")));
    compare::<auth::LoggedIn, DerivedLoggedIn>(&fixture(include_str!(
        "../../../fixtures/rest/logged_in.json"
    )));
    compare::<sync::Receipt, DerivedReceipt>(&fixture(include_str!(
        "../../../fixtures/rest/receipt.json"
    )));
    let page = fixture(include_str!("../../../fixtures/rest/chat_page.json"));
    for chat in page["items"].as_array().expect("chats") {
        compare::<chats::Chat, DerivedChat>(chat);
        compare::<chats::Member, DerivedMember>(&chat["me"]);
    }
}
