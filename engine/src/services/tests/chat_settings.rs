//! What a group is called, and who may do what in it.

use relaychat_protocol::{ErrorCode, rest::chats::Role};

use super::*;
use crate::domain::chat::GroupChange;

fn described(name: Option<&str>, description: Option<&str>) -> GroupChange {
    GroupChange {
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        ..GroupChange::default()
    }
}

#[tokio::test]
async fn owners_and_admins_describe_a_group_and_everybody_is_told_once() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[b]).await;
    let services = &harness.services;
    harness.events.take();
    let change = described(Some(" Sailors "), Some(" On\nSunday "));
    let changed = services.update_chat(a, group, change);
    let view = changed.await.expect("the owner may").0;
    assert_eq!(view.chat.name.as_deref(), Some("Sailors"));
    assert_eq!(view.chat.description.as_deref(), Some("On\nSunday"));
    assert_eq!(view.chat.version, 4, "one step, and two lines");
    let events = harness.events.take();
    assert!(
        matches!(
            &events[..],
            [Event::ChatUpdated { chat }, Event::LineWritten { .. }, Event::LineWritten { .. }]
                if chat.name == view.chat.name && chat.version == 2
        ),
        "{events:?}"
    );
    let again = services.update_chat(a, group, described(Some("Sailors"), None));
    assert_eq!(again.await.expect("as it is").0.chat.version, 4);
    assert!(harness.events.take().is_empty(), "nothing changed");
    let fresh = services.get_chat(b, group).await.expect("sees it").0;
    assert_eq!(fresh.chat, view.chat);
    let cleared = services.update_chat(a, group, described(None, Some("  ")));
    assert_eq!(cleared.await.expect("removed").0.chat.description, None);
}

#[tokio::test]
async fn settings_that_are_not_acceptable_change_nothing() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let group = harness.group(a, &[]).await;
    let long = "x".repeat(501);
    for (name, description, field) in [
        (Some(""), None, "name"),
        (Some("a\nb"), None, "name"),
        (None, Some(long.as_str()), "description"),
        (Some("Fine"), Some("a\u{0}b"), "description"),
    ] {
        let change = described(name, description);
        let changed = harness.services.update_chat(a, group, change);
        let error = changed.await.expect_err("refused");
        assert_eq!(error.field, Some(field));
    }
    let view = harness.services.get_chat(a, group).await.expect("there").0;
    assert_eq!((view.chat.version, view.chat.description), (1, None));
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    let harness = Harness::new().await;
    let mut people = Vec::new();
    for name in ["owner", "admin", "member", "removed", "stranger"] {
        people.push(harness.person(name).await);
    }
    let [owner, admin, member, removed, stranger] = people[..] else {
        unreachable!("five people");
    };
    let group = harness.group(owner, &[admin, member, removed]).await;
    let services = &harness.services;
    let made = services.set_role(owner, group, admin.user_id, Role::Admin);
    assert_eq!(made.await.expect("the owner may").0.chat.version, 3);
    let gone = services.remove_member(owner, group, removed.user_id).await;
    gone.expect("removed");
    let forbidden = Some(ErrorCode::Forbidden);
    let hidden = Some(ErrorCode::NotFound);
    let table = [
        (owner, None, None),
        (admin, None, forbidden),
        (member, forbidden, forbidden),
        (removed, hidden, hidden),
        (stranger, hidden, hidden),
    ];
    for (number, (caller, settings, role)) in table.into_iter().enumerate() {
        let name = format!("Name {number}");
        let changed = services.update_chat(caller, group, described(Some(&name), None));
        assert_eq!(changed.await.err().map(|error| error.code), settings);
        let removed = services.remove_chat_avatar(caller, group).await;
        assert_eq!(removed.err().map(|error| error.code), settings);
        let given = services.set_role(caller, group, member.user_id, Role::Member);
        assert_eq!(given.await.err().map(|error| error.code), role);
    }
    let direct = harness.direct_chat(owner, member).await;
    let changed = services.update_chat(owner, direct, described(Some("Us"), None));
    let error = changed.await.expect_err("two people");
    assert_eq!(error.code, ErrorCode::Forbidden);
    let given = services.set_role(owner, direct, member.user_id, Role::Admin);
    assert_eq!(
        given.await.expect_err("no roles").code,
        ErrorCode::Forbidden
    );
}

#[tokio::test]
async fn a_group_handed_over_has_one_owner_and_two_races_have_one_winner() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[b, c]).await;
    let services = &harness.services;
    let stays = services.set_role(a, group, a.user_id, Role::Member).await;
    assert_eq!(stays.expect_err("no owner left").field, Some("role"));
    let (one, other) = tokio::join!(
        services.set_role(a, group, b.user_id, Role::Owner),
        services.set_role(a, group, c.user_id, Role::Owner),
    );
    let winners = [one.is_ok(), other.is_ok()];
    assert_eq!(winners.iter().filter(|won| **won).count(), 1);
    let lost = one.err().or(other.err()).expect("one lost");
    assert_eq!(lost.code, ErrorCode::Forbidden);
    let (view, _) = services.get_chat(a, group).await.expect("still in it");
    assert_eq!(view.me.role, Role::Admin);
    let roles: Vec<Role> = view.others.iter().map(|member| member.role).collect();
    assert_eq!(roles.iter().filter(|role| **role == Role::Owner).count(), 1);
    assert_eq!(view.chat.version, 4, "one step for each role, and a line");
}

#[tokio::test]
async fn a_role_for_somebody_who_is_not_there_is_not_found() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[]).await;
    for user_id in [b.user_id, unknown().into()] {
        let given = harness.services.set_role(a, group, user_id, Role::Admin);
        assert_eq!(
            given.await.expect_err("not in it").code,
            ErrorCode::NotFound
        );
    }
}
