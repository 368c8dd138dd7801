//! People join a group by a link until it is used up or taken back; who reacted is read page by page.

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    ChatChange, Invite, InviteTerms,
    protocol::{
        ChatId,
        rest::{chats::ChatWithUsers, invites::InviteToken, messages::Message},
    },
};
use reqwest::Method;

use crate::support::{Person, in_time, texts, two_people, until};

/// More than a page of people.
const MANY: usize = 54;
/// A thumb up, as an address has it.
const THUMB: &str = "%F0%9F%91%8D";

async fn link(person: &Person, group: ChatId, max_uses: Option<u64>) -> Invite {
    let terms = InviteTerms {
        expires_at_ms: None,
        max_uses,
    };
    let made = person.client.chat(group).create_invite(terms).await;
    made.expect("the owner may")
}

/// What somebody hears who sees where a link leads, and who follows it.
async fn refused(person: &Person, token: &str) -> [&'static str; 2] {
    let seen = person.client.preview_invite(token).await;
    let joined = person.client.accept_invite(token).await;
    [
        seen.expect_err("it leads nowhere").code,
        joined.expect_err("it leads nowhere").code,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_two_takes_in_two_and_leads_nowhere_then() {
    let (engine, ann, bob, _) = two_people().await;
    let cem = Person::log_in(&engine, "cem@example.com").await;
    let dan = Person::log_in(&engine, "dan@example.com").await;
    let made = ann.client.chats().create_group("Friends", vec![]).await;
    let group = made.expect("it is made");
    let sent = ann.client.chat(group).send("Come in!");
    in_time(sent.delivered()).await.expect("it is delivered");
    let invite = link(&ann, group, Some(2)).await;
    assert_eq!((invite.created_by, invite.uses), (ann.id(), 0));

    let seen = bob.client.preview_invite(&invite.token).await;
    let seen = seen.expect("it leads there");
    assert_eq!((seen.chat_id, seen.name.as_str()), (group, "Friends"));
    assert_eq!((seen.member_count, seen.is_member), (1, false));
    let joined = bob.client.accept_invite(&invite.token).await;
    assert_eq!(joined.expect("he joins"), group);
    let list = bob.client.chats().state().get();
    assert!(
        list.items.iter().any(|chat| chat.id == group),
        "the group is in the list on return"
    );
    let timeline = bob.client.chat(group).timeline();
    until(&timeline.state(), |now| texts(now) == ["Come in!"]).await;
    let sent = ann.client.chat(group).send("You are here");
    in_time(sent.delivered()).await.expect("it is delivered");
    until(&timeline.state(), |now| texts(now).len() == 2).await;

    let again = bob.client.accept_invite(&invite.token).await;
    assert_eq!(again.expect("who is in stays"), group);
    let joined = cem.client.accept_invite(&invite.token).await;
    joined.expect("the second joins");
    assert_eq!(refused(&dan, &invite.token).await, ["not_found"; 2]);
    until(&ann.client.chat(group).members(), |now| now.len() == 3).await;
    let left = ann.client.chat(group).invites().await;
    assert_eq!(left.expect("hers"), [], "one that is used up is no link");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_taken_back_by_those_who_may() {
    let (engine, ann, bob, _) = two_people().await;
    let made = ann.client.chats().create_group("Friends", vec![]).await;
    let group = made.expect("it is made");
    let first = link(&ann, group, None).await;
    engine.clock().advance_ms(1);
    let second = link(&ann, group, None).await;
    let joined = bob.client.accept_invite(&first.token).await;
    joined.expect("he joins");
    let his = bob.client.chat(group);
    let codes = [
        his.create_invite(InviteTerms::default())
            .await
            .expect_err("a member")
            .code,
        his.invites().await.expect_err("a member").code,
        his.revoke_invite(first.id)
            .await
            .expect_err("a member")
            .code,
    ];
    assert_eq!(codes, ["forbidden"; 3]);
    let hers = ann.client.chat(group);
    let ids = |invites: Vec<Invite>| -> Vec<_> {
        let invites = invites.iter();
        invites.map(|one| (one.id, one.uses)).collect()
    };
    let listed = hers.invites().await.expect("hers");
    assert_eq!(ids(listed), [(second.id, 0), (first.id, 1)]);
    hers.revoke_invite(first.id).await.expect("hers to take");
    let twice = hers.revoke_invite(first.id).await;
    assert_eq!(twice.expect_err("it is gone").code, "not_found");
    let listed = hers.invites().await.expect("hers");
    assert_eq!(ids(listed), [(second.id, 0)]);
    his.change(ChatChange::Leave).await.expect("he leaves");
    assert_eq!(refused(&bob, &first.token).await, ["not_found"; 2]);
    assert_eq!(refused(&bob, "made-up").await, ["not_found"; 2]);
    for (expires_at_ms, max_uses) in [(Some(engine.clock_now_ms()), None), (None, Some(0))] {
        let terms = InviteTerms {
            expires_at_ms,
            max_uses,
        };
        let refused = hers.create_invite(terms).await;
        assert_eq!(refused.expect_err("no terms").code, "validation_failed");
    }
    engine.stop().await;
}

/// Somebody joins by the link and reacts, without a client.
async fn join_and_react(engine: &TestEngine, name: &str, token: &str, message: &str) {
    let user = engine.log_in(&format!("{name}@example.com")).await;
    let token = InviteToken {
        token: token.to_owned(),
    };
    let mine = Some(user.access_token.as_str());
    let joined = engine.call(Method::POST, "/v1/invites/accept", mine, Some(&token));
    let _: ChatWithUsers = joined.await.expect("joins");
    let path = format!("{message}/reactions/{THUMB}");
    let reacted = engine.call(Method::PUT, &path, mine, None::<&()>);
    let _: Message = reacted.await.expect("reacts");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reacted_is_read_page_by_page() {
    let (engine, ann, _, _) = two_people().await;
    let made = ann.client.chats().create_group("Friends", vec![]).await;
    let group = made.expect("it is made");
    let chat = ann.client.chat(group);
    let sent = chat.send("Who comes?");
    let message = in_time(sent.delivered()).await.expect("it is delivered");
    let token = link(&ann, group, None).await.token;
    let path = format!("/v1/chats/{group}/messages/{}", message.id);
    for number in 0..MANY {
        join_and_react(&engine, &format!("p{number:02}"), &token, &path).await;
    }
    let first = chat.reactions(message.id, "👍", None).await;
    let first = first.expect("a page");
    assert_eq!(first.items.len(), 50);
    let cursor = first.next_cursor.as_deref();
    assert!(cursor.is_some());
    let last = chat.reactions(message.id, "👍", cursor).await;
    let last = last.expect("the last page");
    assert_eq!(last.next_cursor, None);
    let all = first.items.iter().chain(&last.items);
    let names: Vec<_> = all.clone().map(|one| one.user.name.clone()).collect();
    let wanted: Vec<_> = (0..MANY).map(|number| format!("P{number:02}")).collect();
    assert_eq!(names, wanted, "in the order in which they did");
    assert!(all.clone().all(|one| one.reacted_at_ms > 0));
    let none = chat.reactions(message.id, "🎉", None).await;
    assert_eq!(none.expect("nobody").items, []);
    let odd = chat.reactions(message.id, "two words", None).await;
    assert_eq!(odd.expect_err("no emoji").code, "validation_failed");
    engine.stop().await;
}
