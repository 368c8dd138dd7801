//! Joining groups by links.

use async_trait::async_trait;
use relaychat_protocol::{ErrorCode, InviteId};

use super::*;
use crate::{
    authorizer::{Action, Authorizer, Subject},
    domain::invite::Invite,
    hooks::Who,
    services::InviteTerms,
};

async fn link(
    harness: &Harness,
    who: Caller,
    chat_id: ChatId,
    terms: InviteTerms,
) -> (Invite, String) {
    let made = harness.services.create_invite(who, chat_id, terms).await;
    let made = made.expect("a link");
    let token = harness.services.invite_token(made.id);
    (made, token)
}

async fn refusal(harness: &Harness, who: Caller, token: &str) -> ErrorCode {
    let previewed = harness.services.preview_invite(who, token).await;
    let joined = harness.services.accept_invite(who, token).await;
    let code = joined.expect_err("nobody joins").code;
    assert_eq!(previewed.expect_err("nothing to see").code, code);
    code
}

fn uses(most: u64) -> InviteTerms {
    InviteTerms {
        max_uses: Some(most),
        ..InviteTerms::default()
    }
}

#[tokio::test]
async fn who_joins_by_a_link_is_a_member_like_one_who_was_added() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[]).await;
    harness.say(a, group, "before").await;
    let (made, token) = link(&harness, a, group, uses(1)).await;
    let (chat, is_member) = harness
        .services
        .preview_invite(b, &token)
        .await
        .expect("a group");
    assert_eq!((chat.id, chat.member_count, is_member), (group, 1, false));
    harness.events.take();
    let (view, users) = harness
        .services
        .accept_invite(b, &token)
        .await
        .expect("joins");
    assert_eq!((view.chat.member_count, users.len()), (2, 2));
    assert_eq!(view.unread_count(), 0);
    assert!(matches!(
        &harness.events.take()[..],
        [Event::MembersAdded { .. }, Event::LineWritten { .. }]
    ));
    let again = harness.services.accept_invite(b, &token).await;
    assert_eq!(again.expect("is a member").0.chat, view.chat);
    assert!(harness.events.take().is_empty());
    let mut snapshot = harness.services.storage.snapshot().await.expect("reads");
    let used = snapshot.invites().find(made.id).await.expect("reads");
    assert_eq!(used.map(|invite| invite.uses), Some(1));
}

#[tokio::test]
async fn of_two_who_want_the_last_use_one_gets_it() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[]).await;
    let (_, token) = link(&harness, a, group, uses(1)).await;
    let (one, other) = tokio::join!(
        harness.services.accept_invite(b, &token),
        harness.services.accept_invite(c, &token)
    );
    let codes = [
        one.map_err(|error| error.code),
        other.map_err(|error| error.code),
    ];
    let refused = codes.iter().filter_map(|result| result.as_ref().err());
    assert_eq!(refused.collect::<Vec<_>>(), [&ErrorCode::NotFound]);
    let (view, _) = harness.services.get_chat(a, group).await.expect("sees it");
    assert_eq!(view.chat.member_count, 2);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_not_found_whatever_the_reason() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[]).await;
    let (_, used_up) = link(&harness, a, group, uses(1)).await;
    harness
        .services
        .accept_invite(c, &used_up)
        .await
        .expect("joins");
    let terms = InviteTerms {
        expires_at_ms: Some(START_MS + 1_000),
        ..InviteTerms::default()
    };
    let (_, expired) = link(&harness, a, group, terms).await;
    let (revoked, taken_back) = link(&harness, a, group, InviteTerms::default()).await;
    let revoke = || harness.services.revoke_invite(a, group, revoked.id);
    revoke().await.expect("revokes");
    assert_eq!(revoke().await.expect_err("gone").code, ErrorCode::NotFound);
    harness.clock.advance_ms(1_000);
    let unknown = harness.services.invite_token(InviteId(unknown()));
    let mut forged = link(&harness, a, group, InviteTerms::default()).await.1;
    forged.replace_range(
        40..41,
        if forged.as_bytes()[40] == b'A' {
            "B"
        } else {
            "A"
        },
    );
    for token in [
        &*used_up,
        &*expired,
        &*taken_back,
        &*unknown,
        &*forged,
        "",
        "!",
    ] {
        assert_eq!(refusal(&harness, b, token).await, ErrorCode::NotFound);
    }
    let listed = harness
        .services
        .list_invites(a, group)
        .await
        .expect("lists");
    assert_eq!(listed.len(), 1, "the one that was forged");
}

#[tokio::test]
async fn a_group_that_everybody_has_left_takes_nobody_in() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[]).await;
    let (_, token) = link(&harness, a, group, InviteTerms::default()).await;
    let left = harness.services.remove_member(a, group, a.user_id).await;
    left.expect("leaves");
    assert_eq!(refusal(&harness, b, &token).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn links_are_for_those_who_may_add_people() {
    let harness = Harness::new().await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[b]).await;
    let direct = harness.direct_chat(a, b).await;
    let (made, _) = link(&harness, a, group, InviteTerms::default()).await;
    for (who, chat_id, code) in [
        (b, group, ErrorCode::Forbidden),
        (a, direct, ErrorCode::Forbidden),
        (c, group, ErrorCode::NotFound),
    ] {
        let services = &harness.services;
        let terms = InviteTerms::default();
        let create = services.create_invite(who, chat_id, terms).await;
        let list = services.list_invites(who, chat_id).await;
        let revoke = services.revoke_invite(who, chat_id, made.id).await;
        let codes = [
            create.expect_err("refused").code,
            list.expect_err("refused").code,
            revoke.expect_err("refused").code,
        ];
        assert_eq!(codes, [code; 3]);
    }
}

#[tokio::test]
async fn a_link_of_another_group_is_not_revoked() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let (group, other) = (harness.group(a, &[]).await, harness.group(b, &[]).await);
    let (made, token) = link(&harness, a, group, InviteTerms::default()).await;
    let revoked = harness.services.revoke_invite(b, other, made.id).await;
    assert_eq!(revoked.expect_err("not there").code, ErrorCode::NotFound);
    let joined = harness.services.accept_invite(b, &token).await;
    joined.expect("it still leads there");
}

#[tokio::test]
async fn a_group_has_so_many_links_and_each_has_an_end_to_come() {
    let harness = Harness::new().await;
    let a = harness.person("a").await;
    let group = harness.group(a, &[]).await;
    let create = |terms| harness.services.create_invite(a, group, terms);
    let past = InviteTerms {
        expires_at_ms: Some(START_MS),
        ..InviteTerms::default()
    };
    for terms in [past, uses(0), uses(1 << 53)] {
        let refused = create(terms).await.expect_err("no terms");
        assert_eq!(refused.code, ErrorCode::ValidationFailed);
    }
    let soon = InviteTerms {
        expires_at_ms: Some(START_MS + 1),
        ..InviteTerms::default()
    };
    for _ in 0..crate::limits::INVITES_PER_CHAT {
        create(soon).await.expect("a link");
    }
    let refused = create(soon).await.expect_err("too many");
    assert_eq!(refused.code, ErrorCode::ValidationFailed);
    harness.clock.advance_ms(1);
    create(uses(1))
        .await
        .expect("those that expired do not count");
    let mut snapshot = harness.services.storage.snapshot().await.expect("reads");
    let kept = snapshot.invites().list(group).await.expect("reads");
    assert_eq!(kept.len(), 1, "those that expired are forgotten");
}

/// Lets people be invited, and lets nobody in.
#[derive(Debug)]
struct ClosedDoor;

#[async_trait]
impl Authorizer for ClosedDoor {
    async fn can(&self, _: &Who, action: Action, _: &Subject) -> bool {
        action != Action::JoinByInvite
    }
}

#[tokio::test]
async fn the_host_can_refuse_those_who_join_by_a_link() {
    let hooks = Hooks {
        authorizer: Some(Arc::new(ClosedDoor)),
        ..Hooks::default()
    };
    let harness = Harness::with_hooks(hooks, |_| {}).await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[]).await;
    let (_, token) = link(&harness, a, group, InviteTerms::default()).await;
    let joined = harness.services.accept_invite(b, &token).await;
    assert_eq!(joined.expect_err("refused").code, ErrorCode::Forbidden);
}
