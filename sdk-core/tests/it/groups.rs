//! What people do with a group: describe it, hand it over, put somebody out, leave.

use relaychat_sdk::{
    ChatChange, ChatSummary, Draft, InviteTerms, Lookup, Member, Upload,
    protocol::{ChatId, rest::chats::Role},
};

use crate::support::{Person, picture, two_people, until};

async fn change(person: &Person, group: ChatId, change: ChatChange) -> Result<(), &'static str> {
    let changed = person.client.chat(group).change(change).await;
    changed.map_err(|error| error.code)
}

fn shows(wanted: impl Fn(&ChatSummary) -> bool) -> impl FnMut(&Lookup<ChatSummary>) -> bool {
    move |now| now.found().is_some_and(|summary| wanted(summary))
}

fn role_of(members: &[std::sync::Arc<Member>], person: &Person) -> Option<Role> {
    let mut members = members.iter();
    Some(members.find(|member| member.user.id == person.id())?.role)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_described_and_everybody_sees_it() {
    let (engine, alice, bob, _) = two_people().await;
    let chats = alice.client.chats();
    let made = chats.create_group("Friends", vec![bob.id()]).await;
    let group = made.expect("it is made");
    let seen = bob.client.chat(group).summary();
    let make = [
        ChatChange::Name("Sailors".to_owned()),
        ChatChange::Description("On Sunday".to_owned()),
        ChatChange::Avatar(Upload::bytes(picture(), "image/png")),
    ];
    for made in make {
        change(&alice, group, made).await.expect("the owner may");
    }
    let mine = alice.summary(group).await;
    assert_eq!(mine.title, "Sailors", "the caller sees it on return");
    let is_whole = |now: &ChatSummary| {
        let description = now.description.as_deref() == Some("On Sunday");
        now.title == "Sailors" && description && now.avatar_url == mine.avatar_url
    };
    assert!(
        mine.avatar_url
            .as_ref()
            .is_some_and(|url| url.starts_with("http"))
    );
    until(&seen, shows(is_whole)).await;
    change(&alice, group, ChatChange::NoAvatar)
        .await
        .expect("removed");
    until(&seen, shows(|now| now.avatar_url.is_none())).await;
    let refused = change(&bob, group, ChatChange::Name("Mine".to_owned())).await;
    assert_eq!(refused.expect_err("a member"), "forbidden");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_handed_over_and_left() {
    let (engine, alice, bob, _) = two_people().await;
    let chats = alice.client.chats();
    let group = chats.create_group("Friends", vec![]).await.expect("made");
    let added = change(&alice, group, ChatChange::AddMembers(vec![bob.id()])).await;
    added.expect("added");
    let his = bob.client.chat(group).members();
    until(&his, |now| role_of(now, &bob) == Some(Role::Member)).await;
    let handed = change(&alice, group, ChatChange::Role(bob.id(), Role::Owner)).await;
    handed.expect("handed over");
    until(&his, |now| role_of(now, &alice) == Some(Role::Admin)).await;
    until(&his, |now| role_of(now, &bob) == Some(Role::Owner)).await;
    let gone = change(&bob, group, ChatChange::RemoveMember(alice.id())).await;
    gone.expect("the owner may");
    until(&alice.client.chat(group).summary(), |now| {
        *now == Lookup::Missing
    })
    .await;
    assert_eq!(bob.client.chat(group).members().get().len(), 1);
    change(&bob, group, ChatChange::Leave)
        .await
        .expect("leaves");
    assert_eq!(*bob.client.chat(group).summary().get(), Lookup::Missing);
    let items = bob.client.chats().state().get().items.len();
    assert_eq!(items, 1, "only the chat of two is left");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_write_is_seen_by_everybody_and_holds_for_what_is_sent() {
    let (engine, alice, bob, _) = two_people().await;
    let chats = alice.client.chats();
    let made = chats.create_group("News", vec![bob.id()]).await;
    let group = made.expect("it is made");
    let (seen, theirs) = (bob.client.chat(group).summary(), bob.client.chat(group));
    let roles = |now: &ChatSummary| [now.send_role, now.add_role, now.pin_role];
    let first = [Role::Member, Role::Admin, Role::Admin];
    until(&seen, shows(|now| roles(now) == first)).await;
    for made in [
        ChatChange::SendRole(Role::Admin),
        ChatChange::AddRole(Role::Member),
        ChatChange::PinRole(Role::Owner),
    ] {
        change(&alice, group, made).await.expect("the owner may");
    }
    let ruled = [Role::Admin, Role::Member, Role::Owner];
    let mine = alice.summary(group).await;
    assert_eq!(roles(&mine), ruled, "the caller sees it on return");
    until(&seen, shows(|now| roles(now) == ruled)).await;
    let refused = theirs.send(Draft::text("hi")).delivered().await;
    assert_eq!(refused.expect_err("a member").code, "forbidden");
    let refused = change(&bob, group, ChatChange::SendRole(Role::Member)).await;
    assert_eq!(refused.expect_err("a member"), "forbidden");
    theirs
        .create_invite(InviteTerms::default())
        .await
        .expect("members add people");
    change(&alice, group, ChatChange::SendRole(Role::Member))
        .await
        .expect("the owner may");
    until(&seen, shows(|now| now.send_role == Role::Member)).await;
    let sent = theirs.send(Draft::text("thanks")).delivered().await;
    assert_eq!(sent.expect("is sent").text, "thanks");
    engine.stop().await;
}
