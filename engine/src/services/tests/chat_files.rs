//! The files of a chat: what is listed, in which order, and to whom.

use relaychat_protocol::{AttachmentId, ErrorCode};

use super::*;
use crate::{
    domain::attachment::{Attachment, Kind, Usage},
    services::{FilePage, ServiceError},
};

/// Uploads a file.
async fn upload(harness: &Harness, who: Caller, kind: Kind, name: &str) -> AttachmentId {
    let file = Attachment {
        id: AttachmentId(harness.services.new_id()),
        owner_id: who.user_id,
        kind,
        usage: Usage::Unused,
        content_type: "image/png".to_owned(),
        size_bytes: 1,
        width: 1,
        height: 1,
        thumb_hash: None,
        file_name: Some(name.to_owned()),
        created_at_ms: harness.clock.now_ms(),
    };
    let mut transaction = harness.services.storage.begin().await.expect("begins");
    let inserted = transaction.attachments().insert(&file).await;
    inserted.expect("inserts");
    transaction.commit(Box::new(|_| {})).await.expect("commits");
    file.id
}

/// Sends pictures in one message.
async fn send(harness: &Harness, who: Caller, chat: ChatId, names: &[&str]) -> Message {
    let mut draft = harness.draft(who, chat, "look");
    for name in names {
        let kind = match name.starts_with("file") {
            true => Kind::File,
            false => Kind::Image,
        };
        let id = upload(harness, who, kind, name).await;
        draft.attachment_ids.push(id);
    }
    let sent = harness.services.send_message(who, draft).await;
    sent.expect("is sent").message
}

async fn list(
    harness: &Harness,
    who: Caller,
    of: (ChatId, Kind),
    place: (Option<&str>, Option<u32>),
) -> Result<FilePage, ServiceError> {
    let (after, limit) = place;
    harness.services.list_files(who, of, after, limit).await
}

/// The places of their messages, and what they are called.
fn names(page: &FilePage) -> Vec<(u64, String)> {
    let name = |(message, file): &(Message, Attachment)| {
        (message.seq, file.file_name.clone().unwrap_or_default())
    };
    page.files.iter().map(name).collect()
}

fn named(seq: u64, name: &str) -> (u64, String) {
    (seq, name.to_owned())
}

#[tokio::test]
async fn the_pictures_and_the_files_of_a_chat_are_listed_newest_first() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    send(&harness, ann, chat, &["one"]).await;
    send(&harness, bob, chat, &["two", "file", "three"]).await;
    let gone = send(&harness, bob, chat, &["gone"]).await;
    send(&harness, ann, chat, &["four"]).await;
    let deleted = harness.services.delete_message(bob, (chat, gone.id)).await;
    deleted.expect("is deleted");
    let pictures = (chat, Kind::Image);
    let all = list(&harness, bob, pictures, (None, None))
        .await
        .expect("lists");
    let expected = [
        named(4, "four"),
        named(2, "three"),
        named(2, "two"),
        named(1, "one"),
    ];
    assert_eq!(names(&all), expected);
    assert_eq!((all.users.len(), all.next_cursor), (2, None));
    let mut read = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let place = (cursor.as_deref(), Some(1));
        let page = list(&harness, ann, pictures, place).await.expect("lists");
        read.extend(names(&page));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read, expected);
    let files = list(&harness, ann, (chat, Kind::File), (None, None)).await;
    assert_eq!(names(&files.expect("lists")), [named(2, "file")]);
}

#[tokio::test]
async fn the_files_of_a_chat_are_for_its_members_and_a_cursor_is_one_that_was_given_out() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let cem = harness.person("cem").await;
    let chat = harness.direct_chat(ann, bob).await;
    send(&harness, ann, chat, &["one"]).await;
    let pictures = (chat, Kind::Image);
    let looked = list(&harness, cem, pictures, (None, None)).await;
    assert_eq!(looked.expect_err("a stranger").code, ErrorCode::NotFound);
    for cursor in ["", "!", "AAAA", "AAAAAAAAAAAAAAAAAAAA"] {
        let page = list(&harness, ann, pictures, (Some(cursor), None)).await;
        assert_eq!(
            page.expect_err("no cursor").field,
            Some("cursor"),
            "{cursor}"
        );
    }
    let page = list(&harness, ann, pictures, (None, Some(0))).await;
    assert_eq!(page.expect_err("no page").field, Some("limit"));
    let other = harness.direct_chat(ann, cem).await;
    let page = list(&harness, cem, (other, Kind::Image), (None, None)).await;
    assert_eq!(names(&page.expect("lists")), []);
}
