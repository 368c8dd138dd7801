//! What members set for themselves.

use super::{
    convergence::{Screen, check},
    *,
};
use crate::{
    domain::{
        chat_settings::{ChatSettings, SettingsChange},
        host_login::UserRef,
        user::HostProfile,
    },
    limits::TEXT_BYTES,
    services::SyncKind,
    storage::UnreadTotal,
};

fn pinned(is_pinned: bool) -> SettingsChange {
    SettingsChange {
        is_pinned: Some(is_pinned),
        ..SettingsChange::default()
    }
}

fn archived(is_archived: bool) -> SettingsChange {
    SettingsChange {
        is_archived: Some(is_archived),
        ..SettingsChange::default()
    }
}

fn marked_unread(is_marked_unread: bool) -> SettingsChange {
    SettingsChange {
        is_marked_unread: Some(is_marked_unread),
        ..SettingsChange::default()
    }
}

fn muted(until_ms: Option<i64>) -> SettingsChange {
    SettingsChange {
        muted_until_ms: Some(until_ms),
        ..SettingsChange::default()
    }
}

fn drafted(text: Option<&str>) -> SettingsChange {
    SettingsChange {
        draft: Some(text.map(str::to_owned)),
        ..SettingsChange::default()
    }
}

async fn set(
    harness: &Harness,
    who: Caller,
    chat_id: ChatId,
    change: SettingsChange,
) -> ChatSettings {
    let changed = harness.services.change_settings(who, chat_id, change).await;
    changed.expect("one's own settings")
}

async fn total(harness: &Harness, who: Caller) -> (u64, u64) {
    let UnreadTotal {
        message_count,
        chat_count,
    } = harness.services.unread_total(who).await.expect("counts");
    (message_count, chat_count)
}

#[tokio::test]
async fn applying_each_change_of_settings_equals_a_fresh_fetch() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let people = [a, b];
    let mut screens: Vec<Screen> = people.iter().map(|caller| Screen::new(*caller)).collect();
    let chat = harness.direct_chat(a, b).await;
    check(&harness, &people, &mut screens).await;
    for change in [
        pinned(true),
        archived(true),
        marked_unread(true),
        muted(Some(START_MS + HOUR_MS)),
        pinned(true),
        pinned(false),
        muted(None),
        marked_unread(false),
        drafted(Some("See you")),
        drafted(Some("See you")),
        drafted(None),
    ] {
        harness.clock.advance_ms(SECOND_MS);
        set(&harness, a, chat, change).await;
        check(&harness, &people, &mut screens).await;
    }
    let settings = screens[0].chats[&chat].settings.as_ref();
    let settings = settings.expect("was changed");
    assert_eq!(settings.revision, 9, "what changes nothing is no change");
    assert!(settings.is_archived);
    assert_eq!(
        screens[1].chats[&chat].settings, None,
        "nobody else sees it"
    );
}

#[tokio::test]
async fn settings_change_nothing_for_the_chat_and_others_find_none() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let chat = harness.direct_chat(a, b).await;
    set(&harness, a, chat, pinned(true)).await;
    let view = harness.services.get_chat(a, chat).await.expect("there").0;
    assert_eq!(view.chat.version, 1);
    let refused = harness
        .services
        .change_settings(c, chat, pinned(true))
        .await;
    let refused = refused.expect_err("not in the chat");
    assert_eq!(refused.code, relaychat_protocol::ErrorCode::NotFound);
    let refused = harness.services.change_settings(a, chat, muted(Some(-1)));
    let refused = refused.await.expect_err("no time");
    assert_eq!(refused.field, Some("muted_until_ms"));
    for text in ["a\0".to_owned(), "a".repeat(TEXT_BYTES + 1)] {
        let refused = harness
            .services
            .change_settings(a, chat, drafted(Some(&text)));
        let refused = refused.await.expect_err("no message could say it");
        assert_eq!(refused.field, Some("draft"));
    }
}

#[tokio::test]
async fn whoever_was_away_is_told_their_settings_and_leaving_forgets_them() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(b, &[a]).await;
    let services = &harness.services;
    let token = services.sync_page(a, None).await.expect("a snapshot").token;
    let settings = set(&harness, a, group, pinned(true)).await;
    let missed = services.sync_page(a, Some(&token)).await.expect("syncs");
    assert_eq!(missed.kind, SyncKind::Changes);
    assert!(missed.chats.is_empty(), "the chat did not change");
    assert_eq!(missed.settings, [settings]);
    let start = services.sync_token(b.user_id, 0, true);
    let missed = services.sync_page(b, Some(&start)).await;
    assert!(missed.expect("syncs").settings.is_empty());

    services
        .remove_member(b, group, a.user_id)
        .await
        .expect("removed");
    services
        .add_members(b, group, &[a.user_id])
        .await
        .expect("added");
    let view = services.get_chat(a, group).await.expect("a member again").0;
    assert_eq!(view.settings, None);
}

#[tokio::test]
async fn totals_leave_out_what_is_muted_or_archived_and_count_what_is_marked() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let (first, second) = (
        harness.direct_chat(a, b).await,
        harness.direct_chat(a, c).await,
    );
    harness.say(b, first, "1").await;
    harness.say(b, first, "2").await;
    assert_eq!(total(&harness, a).await, (2, 1));
    set(&harness, a, second, marked_unread(true)).await;
    assert_eq!(total(&harness, a).await, (2, 2));
    set(&harness, a, first, archived(true)).await;
    assert_eq!(total(&harness, a).await, (0, 1));
    set(&harness, a, first, archived(false)).await;
    let until_ms = harness.services.clock.now_ms() + MINUTE_MS;
    set(&harness, a, first, muted(Some(until_ms))).await;
    assert_eq!(total(&harness, a).await, (0, 1));
    harness.clock.advance_ms(MINUTE_MS);
    assert_eq!(total(&harness, a).await, (2, 2), "it is over");
    set(&harness, a, second, marked_unread(false)).await;
    assert_eq!(total(&harness, a).await, (2, 1));
    assert_eq!(total(&harness, b).await, (0, 0));
}

#[tokio::test]
async fn fifty_chats_can_be_pinned_and_a_snapshot_has_them_all() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let mut groups = Vec::new();
    for _ in 0..=50 {
        groups.push(harness.group(a, &[]).await);
        harness.clock.advance_ms(SECOND_MS);
    }
    for group in &groups[..50] {
        set(&harness, a, *group, pinned(true)).await;
    }
    let refused = harness
        .services
        .change_settings(a, groups[50], pinned(true));
    assert_eq!(refused.await.expect_err("full").field, Some("is_pinned"));
    set(&harness, a, groups[7], pinned(false)).await;
    set(&harness, a, groups[50], pinned(true)).await;
    let snapshot = harness.services.sync_page(a, None).await.expect("syncs");
    assert!(snapshot.next_chats_cursor.is_some());
    let ids: Vec<ChatId> = snapshot.chats.iter().map(|view| view.chat.id).collect();
    assert!(ids.contains(&groups[0]), "the oldest is pinned");
    assert_eq!(ids.len(), 51);
}

#[tokio::test]
async fn settings_outlive_another_name_from_the_host_and_go_with_the_person() {
    let harness = Harness::new().await;
    let ann = harness.person("ann").await;
    let profile = |name: &str| HostProfile {
        external_id: "u1".to_owned(),
        name: Some(name.to_owned()),
        ..HostProfile::default()
    };
    let services = &harness.services;
    let made = services.ensure_user(profile("Bob")).await.expect("made");
    let bob = Caller {
        user_id: made.user.id,
        ..ann
    };
    let chat_id = harness.direct_chat(ann, bob).await;
    set(&harness, bob, chat_id, pinned(true)).await;
    let pinned_chats = async || {
        let mut snapshot = harness.services.storage.snapshot().await.expect("reads");
        let found = snapshot.chat_settings().list_pinned(bob.user_id).await;
        found.expect("reads")
    };
    let renamed = services.ensure_user(profile("Robert")).await;
    assert_eq!(renamed.expect("renamed").user.name, "Robert");
    assert_eq!(pinned_chats().await, [chat_id]);
    let gone = services.delete_user(&UserRef::Id(bob.user_id)).await;
    gone.expect("deleted");
    assert_eq!(pinned_chats().await, []);
}
