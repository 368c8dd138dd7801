//! Editing, deleting, reacting and answering: who may, what is left, and that all may be repeated.

use relaychat_protocol::{ErrorCode, MessageId};

use super::*;
use crate::{
    domain::message::Quote,
    hooks::{BeforeSend, Verdict},
    limits::EDIT_WINDOW_MS,
    services::HistoryPlace,
};

struct Room {
    harness: Harness,
    ann: Caller,
    bob: Caller,
    chat: ChatId,
}

impl Room {
    async fn new() -> Self {
        let harness = Harness::new().await;
        let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
        let chat = harness.direct_chat(ann, bob).await;
        Self {
            harness,
            ann,
            bob,
            chat,
        }
    }

    async fn say(&self, text: &str) -> (ChatId, MessageId) {
        (
            self.chat,
            self.harness.say(self.ann, self.chat, text).await.id,
        )
    }

    fn services(&self) -> &Services {
        &self.harness.services
    }

    async fn edit(&self, who: Caller, place: (ChatId, MessageId), text: &str) -> Edited {
        self.services().edit_message(who, place, worded(text)).await
    }

    async fn react(&self, who: Caller, place: (ChatId, MessageId), emoji: &str) -> Edited {
        self.services()
            .react(who, place, emoji.to_owned(), true)
            .await
    }

    async fn read(&self, (chat, message): (ChatId, MessageId)) -> Message {
        self.services()
            .get_message(self.bob, chat, message)
            .await
            .expect("reads")
    }

    async fn unread(&self) -> u64 {
        let mut snapshot = self.services().storage.snapshot().await.expect("reads");
        let total = snapshot
            .members()
            .unread_total(self.bob.user_id, START_MS)
            .await;
        total.expect("reads").message_count
    }
}

type Edited = Result<Message, crate::services::ServiceError>;

#[track_caller]
fn refused(result: Edited, code: ErrorCode) {
    assert_eq!(result.expect_err("refused").code, code);
}

#[tokio::test]
async fn an_edit_is_one_step_and_the_same_text_again_is_none() {
    let room = Room::new().await;
    let place = room.say("helo").await;
    let before = room.read(place).await;
    room.harness.clock.advance_ms(SECOND_MS);
    let edited = room.edit(room.ann, place, "hello").await.expect("edits");
    assert_eq!(edited.version, before.version + 1);
    assert_eq!(edited.edited_at_ms, Some(room.harness.clock.now_ms()));
    assert_eq!((edited.seq, edited.count), (before.seq, before.count));
    room.harness.events.take();
    let again = room.edit(room.ann, place, "hello").await.expect("nothing");
    assert_eq!(again, edited);
    assert!(room.harness.events.take().is_empty());
    assert_eq!(room.read(place).await, edited);
}

#[tokio::test]
async fn only_the_sender_edits_and_only_for_a_while() {
    let room = Room::new().await;
    let place = room.say("text").await;
    refused(
        room.edit(room.bob, place, "mine").await,
        ErrorCode::Forbidden,
    );
    for text in ["", " ", "a\0"] {
        let code = ErrorCode::ValidationFailed;
        refused(room.edit(room.ann, place, text).await, code);
    }
    let nowhere = (room.chat, MessageId(unknown()));
    refused(room.edit(room.ann, nowhere, "x").await, ErrorCode::NotFound);
    let elsewhere = (room.harness.group(room.ann, &[room.bob]).await, place.1);
    refused(
        room.edit(room.ann, elsewhere, "x").await,
        ErrorCode::NotFound,
    );
    room.harness.clock.advance_ms(EDIT_WINDOW_MS - 1);
    room.edit(room.ann, place, "in time").await.expect("edits");
    room.harness.clock.advance_ms(1);
    refused(
        room.edit(room.ann, place, "late").await,
        ErrorCode::EditTooLate,
    );
    let repeat = room.edit(room.ann, place, "in time").await;
    assert_eq!(repeat.expect("says so already").text, "in time");
}

#[tokio::test]
async fn a_repeat_of_a_send_returns_the_message_as_it_is_now() {
    let room = Room::new().await;
    let draft = room.harness.draft(room.ann, room.chat, "first");
    let send = |draft: &Draft| room.services().send_message(room.ann, draft.clone());
    let place = (room.chat, send(&draft).await.expect("sends").message.id);
    let edited = room.edit(room.ann, place, "second").await.expect("edits");
    let other = Draft {
        text: "second".to_owned(),
        ..draft.clone()
    };
    for _ in 0..2 {
        let repeat = send(&draft).await.expect("the same");
        assert!(repeat.is_repeat);
        let error = send(&other).await.expect_err("other content");
        assert_eq!(error.code, ErrorCode::MessageIdReused);
    }
    assert_eq!(send(&draft).await.expect("the same").message, edited);
    let deleted = room.services().delete_message(room.ann, place).await;
    let repeat = send(&draft).await.expect("the same").message;
    assert_eq!(repeat, deleted.expect("deletes"));
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_and_nothing_else() {
    let room = Room::new().await;
    let quoted = room.say("quoted").await;
    let answer = Draft {
        reply_to_id: Some(quoted.1),
        ..room.harness.draft(room.ann, room.chat, "canary")
    };
    let sent = room.services().send_message(room.ann, answer.clone()).await;
    let before = sent.expect("sends").message;
    let place = (room.chat, before.id);
    room.react(room.bob, place, "👍").await.expect("reacts");
    assert_eq!(room.unread().await, 2);
    let deleted = room.services().delete_message(room.ann, place).await;
    let deleted = deleted.expect("deletes");
    let expected = Message {
        text: String::new(),
        reply_to: None,
        deleted_at_ms: Some(room.harness.clock.now_ms()),
        version: before.version + 2,
        ..before
    };
    assert_eq!(deleted, expected);
    assert_eq!(room.read(place).await, expected);
    assert_eq!(room.unread().await, 1);
    refused(
        room.edit(room.ann, place, "x").await,
        ErrorCode::MessageDeleted,
    );
    refused(
        room.react(room.bob, place, "👍").await,
        ErrorCode::MessageDeleted,
    );
    let again = room.services().delete_message(room.ann, place).await;
    assert_eq!(again.expect("nothing"), expected);
    let late = Draft {
        id: MessageId(room.services().new_id()),
        reply_to_id: Some(place.1),
        ..answer
    };
    let error = room.services().send_message(room.ann, late).await;
    assert_eq!(error.expect_err("gone").field, Some("reply_to_id"));
}

#[tokio::test]
async fn an_answer_follows_what_it_answers() {
    let room = Room::new().await;
    let quoted = room.say("first").await;
    let draft = Draft {
        reply_to_id: Some(quoted.1),
        ..room.harness.draft(room.bob, room.chat, "answer")
    };
    let send = |draft: Draft| room.services().send_message(room.bob, draft);
    let sent = send(draft.clone()).await.expect("sends").message;
    let shown = async || {
        room.read((room.chat, sent.id))
            .await
            .reply_to
            .expect("a quote")
    };
    assert_eq!(sent.reply_to, Some(Quote::of(&room.read(quoted).await)));
    assert_eq!(shown().await.text, "first");
    room.edit(room.ann, quoted, "second").await.expect("edits");
    assert_eq!(shown().await.text, "second");
    let deleted = room.services().delete_message(room.ann, quoted).await;
    deleted.expect("deletes");
    let left = shown().await;
    assert!(left.is_deleted && left.text.is_empty());
    assert!(send(draft.clone()).await.expect("the same").is_repeat);
    let other = Draft {
        reply_to_id: None,
        mentions: Mentions::default(),
        ..draft.clone()
    };
    let error = send(other).await.expect_err("other content");
    assert_eq!(error.code, ErrorCode::MessageIdReused);
    let elsewhere = Draft {
        chat_id: room.harness.group(room.bob, &[room.ann]).await,
        id: MessageId(room.services().new_id()),
        ..draft
    };
    let error = send(elsewhere).await.expect_err("another chat");
    assert_eq!(error.field, Some("reply_to_id"));
}

#[tokio::test]
async fn a_reaction_is_there_once_and_is_taken_back_once() {
    let room = Room::new().await;
    let place = room.say("text").await;
    let first = room.react(room.bob, place, "👍").await.expect("reacts");
    assert_eq!(
        room.react(room.bob, place, "👍").await.expect("nothing"),
        first
    );
    let both = room.react(room.ann, place, "👍").await.expect("reacts");
    assert_eq!(
        both.reactions[0].user_ids,
        [room.bob.user_id, room.ann.user_id]
    );
    assert_eq!(both.reactions[0].count, 2);
    assert_eq!(both.edited_at_ms, None);
    for version in [both.version + 1, both.version + 1] {
        let back = room
            .services()
            .react(room.bob, place, "👍".to_owned(), false);
        let back = back.await.expect("takes it back");
        assert_eq!(back.version, version);
        assert_eq!(back.reactions[0].user_ids, [room.ann.user_id]);
    }
    for emoji in ["", "ok", "👍👍", "👍\0"] {
        let refused_emoji = room.react(room.bob, place, emoji).await;
        refused(refused_emoji, ErrorCode::ValidationFailed);
    }
    let many = ('\u{1f600}'..='\u{1f612}').map(String::from);
    for emoji in many {
        room.react(room.bob, place, &emoji).await.expect("reacts");
    }
    let error = room
        .react(room.bob, place, "🎉")
        .await
        .expect_err("too many");
    assert_eq!(error.field, Some("emoji"));
    room.react(room.bob, place, "👍")
        .await
        .expect("is there already");
}

#[tokio::test]
async fn amendments_at_once_are_each_a_step() {
    let room = Room::new().await;
    let place = room.say("text").await;
    let before = room.read(place).await.version;
    let reactions = ["👍", "🎉", "❤️"]
        .into_iter()
        .flat_map(|emoji| [room.ann, room.bob].map(|who| room.react(who, place, emoji)));
    let edits = ["a", "b"].map(|text| room.edit(room.ann, place, text));
    let (reacted, edited) = tokio::join!(
        futures_util::future::join_all(reactions),
        futures_util::future::join_all(edits),
    );
    let mut versions: Vec<u64> = reacted
        .into_iter()
        .chain(edited)
        .map(|one| one.expect("done").version)
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (before + 1..=before + 8).collect::<Vec<_>>());
    let now = room.read(place).await;
    assert_eq!(now.version, before + 8);
    assert!(now.reactions.iter().all(|one| one.count == 2) && now.reactions.len() == 3);
}

#[tokio::test]
async fn admins_and_owners_delete_for_others_in_groups() {
    let room = Room::new().await;
    let group = room.harness.group(room.bob, &[room.ann]).await;
    let by_ann = room.harness.say(room.ann, group, "ann").await.id;
    let by_bob = room.harness.say(room.bob, group, "bob").await.id;
    let delete = |who, message| room.services().delete_message(who, (group, message));
    refused(delete(room.ann, by_bob).await, ErrorCode::Forbidden);
    delete(room.bob, by_ann).await.expect("the owner deletes");
    delete(room.bob, by_bob).await.expect("one's own");
    let direct = room.say("direct").await;
    let other = room.services().delete_message(room.bob, direct).await;
    refused(other, ErrorCode::Forbidden);
    let host = room.services().delete_for_host(direct.0, direct.1).await;
    assert!(
        host.expect("the host deletes anything")
            .deleted_at_ms
            .is_some()
    );
}

#[tokio::test]
async fn hooks_judge_new_texts_as_they_judge_messages() {
    let mut hooks = Hooks::default();
    let judge = |question: BeforeSend| async move {
        if question.draft.text.contains("spam") {
            return Verdict::reject("spam", "Message blocked");
        }
        let mut draft = question.draft;
        if question.is_edit {
            draft.text = draft.text.to_uppercase();
        }
        Verdict::allow(draft)
    };
    hooks.before_send.insert("test".to_owned(), judge);
    let harness = Harness::with_hooks(hooks, |_| {}).await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let place = (chat, harness.say(ann, chat, "text").await.id);
    let edit = |who, text: &str| harness.services.edit_message(who, place, worded(text));
    assert_eq!(edit(ann, "hi").await.expect("edits").text, "HI");
    refused(edit(ann, "spam").await, ErrorCode::Rejected);
    refused(edit(bob, "spam").await, ErrorCode::Forbidden);
    let page = harness
        .services
        .list_messages(bob, chat, HistoryPlace::Newest, None);
    assert_eq!(page.await.expect("reads").messages[0].text, "HI");
}

#[tokio::test]
async fn an_edit_of_the_mentions_alone_is_a_step_and_a_repeat_must_mention_the_same() {
    let room = Room::new().await;
    let meant = |user_ids: &[UserId]| Mentions {
        user_ids: user_ids.to_vec(),
        is_everyone: false,
    };
    let draft = Draft {
        mentions: meant(&[room.bob.user_id]),
        ..room.harness.draft(room.ann, room.chat, "@bob")
    };
    let send = |draft: &Draft| room.services().send_message(room.ann, draft.clone());
    let sent = send(&draft).await.expect("sent").message;
    assert!(send(&draft).await.expect("the first result").is_repeat);
    let other = Draft {
        mentions: Mentions::default(),
        ..draft.clone()
    };
    refused(
        send(&other).await.map(|sent| sent.message),
        ErrorCode::MessageIdReused,
    );
    let place = (room.chat, sent.id);
    let edited = room.edit(room.ann, place, "@bob").await.expect("edited");
    assert_eq!(edited.version, sent.version + 1);
    assert_eq!(edited.mentions, Mentions::default());
    assert!(send(&draft).await.expect("the first result").is_repeat);
    let many: Vec<UserId> = (0..51).map(|id| UserId(Uuid::from_u128(id))).collect();
    let edit = Edit {
        text: "@all".to_owned(),
        mentions: meant(&many),
    };
    let error = room.services().edit_message(room.ann, place, edit).await;
    assert_eq!(error.expect_err("too many").field, Some("mentions"));
}
