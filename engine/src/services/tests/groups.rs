//! Groups and their roles.

use relaychat_protocol::{ErrorCode, rest::chats::Role};

use super::*;

#[tokio::test]
async fn a_group_made_twice_with_one_id_is_one_group() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let id = ChatId(harness.services.new_id());
    let twice = [b.user_id, b.user_id];
    let make = || harness.services.create_group_chat(a, id, " Team ", &twice);
    let (view, users, is_new) = make().await.expect("made");
    assert!(is_new);
    assert_eq!(view.chat.name.as_deref(), Some("Team"));
    assert_eq!((view.chat.member_count, users.len()), (2, 2));
    assert_eq!(view.me.role, Role::Owner);
    harness.events.take();
    let (again, _, is_new) = make().await.expect("found");
    assert!(!is_new);
    assert_eq!(again.chat.id, view.chat.id);
    assert!(harness.events.take().is_empty());
}

#[tokio::test]
async fn people_are_added_one_version_each_with_nothing_unread() {
    let harness = Harness::new().await;
    let (a, b, c, d) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
        harness.person("d").await,
    );
    let group = harness.group(a, &[b]).await;
    harness.say(a, group, "before").await;
    harness.events.take();
    let everybody = [b.user_id, c.user_id, d.user_id];
    let added = harness.services.add_members(a, group, &everybody).await;
    let (view, _) = added.expect("added");
    assert_eq!((view.chat.version, view.chat.member_count), (5, 4));
    let events = harness.events.take();
    let [
        Event::MembersAdded {
            added,
            last_message,
            ..
        },
        Event::LineWritten { .. },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    let versions: Vec<u64> = added.iter().map(|(.., version)| *version).collect();
    assert_eq!(versions, [3, 4]);
    assert!(last_message.is_some());
    let view = harness
        .services
        .get_chat(c, group)
        .await
        .expect("sees it")
        .0;
    assert_eq!(view.me.watermarks.unread_count(view.chat.message_count), 0);
    harness
        .services
        .add_members(a, group, &everybody)
        .await
        .expect("again");
    assert!(
        harness.events.take().is_empty(),
        "nobody new, nobody is told"
    );
    let error = harness
        .services
        .add_members(a, group, &[unknown().into()])
        .await;
    assert_eq!(error.expect_err("nobody").field, Some("user_ids"));
}

#[tokio::test]
async fn members_neither_add_nor_remove_others_but_may_leave() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[b, c]).await;
    let services = &harness.services;
    let error = services
        .add_members(b, group, &[c.user_id])
        .await
        .expect_err("a member");
    assert_eq!(error.code, ErrorCode::Forbidden);
    for target in [a, c] {
        let error = services.remove_member(b, group, target.user_id).await;
        assert_eq!(error.expect_err("a member").code, ErrorCode::Forbidden);
    }
    harness.events.take();
    services
        .remove_member(b, group, b.user_id)
        .await
        .expect("leaves");
    let events = harness.events.take();
    assert!(matches!(
        &events[..],
        [Event::MemberRemoved { chat, user_id }, Event::LineWritten { .. }]
            if *user_id == b.user_id && chat.member_count == 2 && chat.version == 2
    ));
    let error = services.get_chat(b, group).await.expect_err("left");
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = services
        .remove_member(a, group, b.user_id)
        .await
        .expect_err("gone");
    assert_eq!(error.code, ErrorCode::NotFound);
    let direct = harness.direct_chat(a, b).await;
    for target in [a, b] {
        let error = services.remove_member(a, direct, target.user_id).await;
        assert_eq!(error.expect_err("for ever").code, ErrorCode::Forbidden);
    }
    let error = services.add_members(a, direct, &[c.user_id]).await;
    assert_eq!(error.expect_err("two people").code, ErrorCode::Forbidden);
}

#[tokio::test]
async fn when_the_owner_leaves_the_longest_standing_member_takes_over() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[b]).await;
    harness.clock.advance_ms(SECOND_MS);
    harness
        .services
        .add_members(a, group, &[c.user_id])
        .await
        .expect("added");
    harness.events.take();
    harness
        .services
        .remove_member(a, group, a.user_id)
        .await
        .expect("leaves");
    let events = harness.events.take();
    assert!(
        matches!(
            &events[..],
            [
                Event::MemberRemoved { chat: one, .. },
                Event::RoleChanged { chat: two, member, .. },
                Event::LineWritten { .. },
                Event::LineWritten { .. },
            ]
                if member.user_id == b.user_id && two.version == one.version + 1
        ),
        "{events:?}"
    );
    let view = harness.services.get_chat(b, group).await.expect("there").0;
    assert_eq!((view.me.role, view.chat.member_count), (Role::Owner, 2));
    for last in [b, c] {
        harness
            .services
            .remove_member(last, group, last.user_id)
            .await
            .expect("leaves");
    }
}

#[tokio::test]
async fn members_are_listed_longest_standing_first_page_by_page() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let group = harness.group(a, &[]).await;
    let mut expected = vec![a.user_id];
    for number in 0..5 {
        harness.clock.advance_ms(SECOND_MS);
        let person = harness.person(&format!("p{number}")).await;
        harness
            .services
            .add_members(a, group, &[person.user_id])
            .await
            .expect("added");
        expected.push(person.user_id);
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = harness
            .services
            .list_members(a, group, cursor.as_deref(), Some(2))
            .await;
        let (members, users, next) = page.expect("lists");
        assert_eq!(members.len(), users.len());
        seen.extend(members.iter().map(|member| member.user_id));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}
