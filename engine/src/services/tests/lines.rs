//! Lines: what tells of which change, and that nobody has anything more to read.

use relaychat_protocol::{
    ErrorCode,
    frames::ServerFrame,
    rest::{
        chats::Role,
        messages::{ChatEvent, ChatEventKind},
        reports::ReportReason,
    },
};

use super::*;
use crate::{
    domain::chat::GroupChange,
    limits::PEOPLE_PER_LINE,
    services::{HistoryPlace, InviteTerms, NewReport, ServiceError},
    wire,
};

async fn history(harness: &Harness, who: Caller, chat: ChatId) -> Vec<Message> {
    let newest = HistoryPlace::Newest;
    let listed = harness.services.list_messages(who, chat, newest, None);
    listed.await.expect("reads").messages
}

async fn lines(harness: &Harness, who: Caller, chat: ChatId) -> Vec<(UserId, ChatEvent)> {
    let all = history(harness, who, chat).await.into_iter();
    all.filter_map(|line| Some((line.sender_id, *line.event?)))
        .collect()
}

async fn unread(harness: &Harness, who: Caller, chat: ChatId) -> u64 {
    let view = harness.services.get_chat(who, chat).await.expect("sees").0;
    view.unread_count()
}

fn of(kind: ChatEventKind, user_ids: &[Caller]) -> ChatEvent {
    ChatEvent {
        user_ids: user_ids.iter().map(|who| who.user_id).collect(),
        ..ChatEvent::new(kind)
    }
}

fn named(text: &str) -> GroupChange {
    GroupChange {
        name: Some(text.to_owned()),
        ..GroupChange::default()
    }
}

async fn three(harness: &Harness) -> [Caller; 3] {
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    [ann, bob, harness.person("cem").await]
}

#[tokio::test]
async fn each_change_has_its_line_and_nobody_has_more_to_read() {
    let harness = Harness::new().await;
    let [ann, bob, cem] = three(&harness).await;
    let chat = harness.group(ann, &[bob]).await;
    assert_eq!(lines(&harness, ann, chat).await, []);
    harness.say(ann, chat, "one to read").await;
    let before = harness.services.get_chat(bob, chat).await.expect("sees").0;
    harness.clock.advance_ms(SECOND_MS);
    let services = &harness.services;
    let two = [cem.user_id, bob.user_id];
    let added = services.add_members(ann, chat, &two);
    added.await.expect("adds");
    let roles = services.set_role(ann, chat, bob.user_id, Role::Admin);
    roles.await.expect("gives a role");
    let both = GroupChange {
        description: Some("About".to_owned()),
        ..named("Trip")
    };
    services.update_chat(bob, chat, both).await.expect("names");
    let removed = services.remove_member(bob, chat, cem.user_id);
    removed.await.expect("removes");
    let terms = InviteTerms::default();
    let invite = services
        .create_invite(ann, chat, terms)
        .await
        .expect("a link");
    let token = services.invite_token(invite.id);
    services.accept_invite(cem, &token).await.expect("joins");
    services
        .remove_member(ann, chat, ann.user_id)
        .await
        .expect("leaves");
    let role = |role, who| ChatEvent {
        role: Some(role),
        ..of(ChatEventKind::RoleChanged, &[who])
    };
    let expected = [
        (ann.user_id, members_added(&[cem], 1)),
        (ann.user_id, role(Role::Admin, bob)),
        (bob.user_id, renamed("Trip")),
        (bob.user_id, of(ChatEventKind::Described, &[])),
        (bob.user_id, of(ChatEventKind::MemberRemoved, &[cem])),
        (cem.user_id, of(ChatEventKind::MemberJoined, &[])),
        (ann.user_id, of(ChatEventKind::MemberLeft, &[])),
        (ann.user_id, role(Role::Owner, bob)),
    ];
    assert_eq!(lines(&harness, bob, chat).await, expected);
    assert_eq!(unread(&harness, bob, chat).await, 1);
    assert_eq!(unread(&harness, cem, chat).await, 0);
    let after = services.get_chat(bob, chat).await.expect("sees").0.chat;
    assert_eq!(after.last_seq, before.chat.last_seq + 8);
    assert_eq!(after.message_count, before.chat.message_count);
    assert_eq!(after.last_activity_at_ms, before.chat.last_activity_at_ms);
}

fn members_added(who: &[Caller], member_count: u64) -> ChatEvent {
    ChatEvent {
        member_count: Some(member_count),
        ..of(ChatEventKind::MembersAdded, who)
    }
}

fn renamed(name: &str) -> ChatEvent {
    ChatEvent {
        name: Some(name.to_owned()),
        ..ChatEvent::new(ChatEventKind::Renamed)
    }
}

#[tokio::test]
async fn a_line_is_the_next_step_after_its_change_and_moves_no_marks() {
    let harness = Harness::new().await;
    let [ann, bob, cem] = three(&harness).await;
    let chat = harness.group(ann, &[bob]).await;
    harness.say(bob, chat, "ann has not read this").await;
    harness.events.take();
    let adding = harness
        .services
        .add_members(ann, chat, &[cem.user_id])
        .await;
    let (view, _) = adding.expect("adds");
    let told = harness.events.take();
    let [
        Event::MembersAdded { chat: with, .. },
        Event::LineWritten { line },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!((line.seq, line.count), (with.last_seq + 1, 1));
    assert_eq!(line.version, with.version + 1);
    assert_eq!((view.chat.version, view.chat.last_seq), (line.version, 2));
    assert_eq!(view.last_message.as_ref(), Some(line));
    let frames = wire::shared_frames(&told[1]);
    let [ServerFrame::Message { version, message }] = &frames[..] else {
        panic!("{frames:?}");
    };
    assert_eq!((*version, message.text.as_str()), (line.version, ""));
    assert_eq!(view.me.watermarks.read_seq, 0);
    let counts = [
        unread(&harness, ann, chat).await,
        unread(&harness, cem, chat).await,
    ];
    assert_eq!(counts, [1, 0]);
    let marked = harness.services.mark(ann, chat, None, Some(2)).await;
    assert_eq!(marked.expect("reads").watermarks.read_count, 1);
    assert_eq!(unread(&harness, ann, chat).await, 0);
}

#[tokio::test]
async fn nothing_can_be_done_to_a_line() {
    let harness = Harness::new().await;
    let [ann, bob, _] = three(&harness).await;
    let chat = harness.group(ann, &[bob]).await;
    let services = &harness.services;
    let renaming = services.update_chat(ann, chat, named("Trip"));
    renaming.await.expect("names");
    let id = history(&harness, bob, chat).await[0].id;
    let place = (chat, id);
    let refused = |result: Result<Message, ServiceError>| {
        assert_eq!(result.expect_err("refused").code, ErrorCode::MessageIsEvent);
    };
    for who in [ann, bob] {
        refused(services.edit_message(who, place, worded("x")).await);
        refused(services.delete_message(who, place).await);
        refused(services.react(who, place, "👍".to_owned(), true).await);
        refused(services.pin_message(who, place, true).await);
        let draft = Draft {
            reply_to_id: Some(id),
            ..harness.draft(who, chat, "what?")
        };
        refused(
            services
                .send_message(who, draft)
                .await
                .map(|sent| sent.message),
        );
        let report = NewReport {
            chat_id: Some(chat),
            message_id: Some(id),
            user_id: None,
            reason: ReportReason::Spam,
            note: None,
        };
        let reported = services.create_report(who, report).await;
        assert_eq!(
            reported.expect_err("refused").code,
            ErrorCode::MessageIsEvent
        );
    }
    refused(services.delete_for_host(chat, id).await);
    assert_eq!(history(&harness, bob, chat).await.len(), 1);
}

#[tokio::test]
async fn a_line_names_the_first_of_many_and_counts_all() {
    let harness = Harness::new().await;
    let ann = harness.person("ann").await;
    let chat = harness.group(ann, &[]).await;
    let mut ids = Vec::new();
    for number in 0..=PEOPLE_PER_LINE {
        ids.push(harness.person(&format!("person{number}")).await.user_id);
    }
    let added = harness.services.add_members(ann, chat, &ids).await;
    added.expect("adds");
    let (_, told) = lines(&harness, ann, chat).await.remove(0);
    assert_eq!(told.user_ids.len(), PEOPLE_PER_LINE);
    assert_eq!(told.member_count, Some(ids.len() as u64));
}

#[tokio::test]
async fn where_lines_are_off_none_is_written_and_those_that_are_there_stay() {
    let harness = Harness::with(|settings| settings.writes_lines = false).await;
    let [ann, bob, cem] = three(&harness).await;
    let chat = harness.group(ann, &[bob]).await;
    let added = harness
        .services
        .add_members(ann, chat, &[cem.user_id])
        .await;
    assert_eq!(added.expect("adds").0.chat.last_seq, 0);
    let renaming = harness.services.update_chat(ann, chat, named("Trip"));
    assert_eq!(renaming.await.expect("names").0.chat.last_seq, 0);
    assert_eq!(lines(&harness, bob, chat).await, []);
}

#[tokio::test]
async fn who_was_away_catches_up_with_lines_and_with_whom_they_name() {
    let harness = Harness::new().await;
    let [ann, bob, cem] = three(&harness).await;
    let chat = harness.group(ann, &[bob]).await;
    let token = harness.services.sync(bob, None).await.expect("syncs").token;
    let services = &harness.services;
    services
        .add_members(ann, chat, &[cem.user_id])
        .await
        .expect("adds");
    services
        .remove_member(ann, chat, cem.user_id)
        .await
        .expect("removes");
    let answer = services.sync(bob, Some(&token)).await.expect("syncs");
    let missed = &answer.messages[0].messages;
    let kinds: Vec<_> = missed
        .iter()
        .filter_map(|line| Some(line.event.as_ref()?.kind))
        .collect();
    assert_eq!(
        kinds,
        [ChatEventKind::MembersAdded, ChatEventKind::MemberRemoved]
    );
    assert!(answer.users.iter().any(|user| user.id == cem.user_id));
    assert_eq!(answer.chats[0].unread_count(), 0);
}
