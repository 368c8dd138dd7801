//! How many a group may have.

use relaychat_protocol::ErrorCode;

use super::*;
use crate::{
    domain::host_login::UserRef,
    services::{InviteTerms, ServiceError},
};

/// A harness in which a group has at most so many members.
async fn with_places(most: u64) -> Harness {
    Harness::with(|settings| settings.group_members = most).await
}

fn code<T>(result: Result<T, ServiceError>) -> Option<ErrorCode> {
    result.err().map(|error| error.code)
}

async fn member_count(harness: &Harness, who: Caller, group: ChatId) -> u64 {
    let seen = harness.services.get_chat(who, group).await;
    seen.expect("sees it").0.chat.member_count
}

#[tokio::test]
async fn a_full_group_takes_nobody_in_on_any_way_until_somebody_leaves() {
    let harness = with_places(2).await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let services = &harness.services;
    let id = ChatId(services.new_id());
    let both = [b.user_id, c.user_id];
    let made = services.create_group_chat(a, id, "Group", &both);
    assert_eq!(code(made.await), Some(ErrorCode::GroupFull));
    let group = harness.group(a, &[b]).await;
    let terms = InviteTerms {
        max_uses: Some(1),
        ..InviteTerms::default()
    };
    let made = services.create_invite(a, group, terms).await;
    let token = services.invite_token(made.expect("a link").id);
    harness.events.take();
    let joined = services.accept_invite(c, &token).await;
    let added = services.add_members(a, group, &[c.user_id]).await;
    let host = services
        .add_to_group(group, &[UserRef::Id(c.user_id)])
        .await;
    assert_eq!(
        [code(joined), code(added), code(host)],
        [Some(ErrorCode::GroupFull); 3]
    );
    let again = services.add_members(a, group, &[b.user_id]).await;
    assert_eq!(code(again), None, "who is in it stays as they are");
    assert!(harness.events.take().is_empty());
    let left = services.remove_member(b, group, b.user_id).await;
    left.expect("leaves");
    let joined = services.accept_invite(c, &token).await;
    joined.expect("the refusal did not use the link up");
    assert_eq!(member_count(&harness, a, group).await, 2);
}

#[tokio::test]
async fn people_who_do_not_all_fit_are_none_of_them_added() {
    let harness = with_places(2).await;
    let (a, b, c) = (
        harness.person("a").await,
        harness.person("b").await,
        harness.person("c").await,
    );
    let group = harness.group(a, &[]).await;
    let both = [b.user_id, c.user_id];
    let added = harness.services.add_members(a, group, &both).await;
    assert_eq!(code(added), Some(ErrorCode::GroupFull));
    assert_eq!(member_count(&harness, a, group).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_the_last_place_one_gets_it() {
    let harness = with_places(3).await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let group = harness.group(a, &[b]).await;
    let made = harness
        .services
        .create_invite(a, group, InviteTerms::default());
    let token = harness
        .services
        .invite_token(made.await.expect("a link").id);
    let other_node = Arc::new(harness.another_node().await);
    let mut racing = Vec::new();
    for n in 0..8 {
        let person = harness.person(&format!("racer{n}")).await;
        let services = if n % 2 == 0 {
            Arc::clone(&harness.services)
        } else {
            Arc::clone(&other_node)
        };
        let token = token.clone();
        racing.push((n, person, services, token));
    }
    let racing: Vec<_> = racing
        .into_iter()
        .map(|(n, person, services, token)| {
            tokio::spawn(async move {
                if n < 4 {
                    code(services.accept_invite(person, &token).await)
                } else {
                    code(services.add_members(a, group, &[person.user_id]).await)
                }
            })
        })
        .collect();
    let mut codes = Vec::new();
    for one in racing {
        codes.push(one.await.expect("runs"));
    }
    let winners = codes.iter().filter(|code| code.is_none()).count();
    let full = codes
        .iter()
        .filter(|code| **code == Some(ErrorCode::GroupFull));
    assert_eq!((winners, full.count()), (1, 7), "{codes:?}");
    assert_eq!(member_count(&harness, a, group).await, 3);
}
