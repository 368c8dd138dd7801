//! Who writes, adds people and pins in a group, as its admins and its owner say.

use relaychat_protocol::{ErrorCode, rest::chats::Role};

use super::*;
use crate::{
    domain::{
        chat::{GroupChange, Rules},
        host_login::UserRef,
        invite::Invite,
    },
    hooks::{BeforeSend, Verdict},
    services::{HostDraft, InviteTerms, ServiceError},
};

/// An owner, an admin and a member of one group.
struct Group {
    harness: Harness,
    owner: Caller,
    admin: Caller,
    member: Caller,
    id: ChatId,
}

impl Group {
    async fn new(hooks: Hooks) -> Self {
        let harness = Harness::with_hooks(hooks, |_| {}).await;
        let owner = harness.person("owner").await;
        let admin = harness.person("admin").await;
        let member = harness.person("member").await;
        let id = harness.group(owner, &[admin, member]).await;
        let services = &harness.services;
        let made = services.set_role(owner, id, admin.user_id, Role::Admin);
        made.await.expect("an admin");
        harness.events.take();
        Self {
            harness,
            owner,
            admin,
            member,
            id,
        }
    }

    /// The version after a change.
    async fn change(&self, who: Caller, change: GroupChange) -> Result<u64, ErrorCode> {
        let changed = self.harness.services.update_chat(who, self.id, change);
        code_of(changed.await).map(|(view, _)| view.chat.version)
    }

    async fn send(&self, who: Caller, text: &str) -> Result<bool, ErrorCode> {
        let draft = self.harness.draft(who, self.id, text);
        let sent = self.harness.services.send_message(who, draft);
        code_of(sent.await).map(|sent| sent.is_repeat)
    }

    async fn add(&self, who: Caller, whom: Caller) -> Result<(), ErrorCode> {
        let user_ids = [whom.user_id];
        let added = self.harness.services.add_members(who, self.id, &user_ids);
        code_of(added.await).map(|_| ())
    }

    async fn invite(&self, who: Caller) -> Result<Invite, ErrorCode> {
        let terms = InviteTerms::default();
        code_of(
            self.harness
                .services
                .create_invite(who, self.id, terms)
                .await,
        )
    }
}

fn code_of<T>(result: Result<T, ServiceError>) -> Result<T, ErrorCode> {
    result.map_err(|error| error.code)
}

fn send(role: Role) -> GroupChange {
    GroupChange {
        send_role: Some(role),
        ..GroupChange::default()
    }
}

fn add(role: Role) -> GroupChange {
    GroupChange {
        add_role: Some(role),
        ..GroupChange::default()
    }
}

const FORBIDDEN: ErrorCode = ErrorCode::Forbidden;

#[tokio::test]
async fn rules_are_one_step_that_everybody_is_told_of_once() {
    let group = Group::new(Hooks::default()).await;
    let all = GroupChange {
        name: Some("News".to_owned()),
        send_role: Some(Role::Admin),
        add_role: Some(Role::Member),
        pin_role: Some(Role::Owner),
        ..GroupChange::default()
    };
    assert_eq!(group.change(group.owner, all.clone()).await, Ok(5));
    let rules = Rules {
        send: Role::Admin,
        add: Role::Member,
        pin: Role::Owner,
    };
    let events = group.harness.events.take();
    let [Event::ChatUpdated { chat }, Event::LineWritten { .. }] = &events[..] else {
        panic!("one event: {events:?}");
    };
    assert_eq!((chat.rules, chat.name.as_deref()), (rules, Some("News")));
    assert_eq!(group.change(group.owner, all).await, Ok(5), "as it is");
    assert!(group.harness.events.take().is_empty());
    let named = GroupChange {
        name: Some("Names".to_owned()),
        ..GroupChange::default()
    };
    assert_eq!(group.change(group.admin, named).await, Ok(7));
    let seen = group.harness.services.get_chat(group.member, group.id);
    assert_eq!(seen.await.expect("sees it").0.chat.rules, rules);
}

#[tokio::test]
async fn nobody_rules_above_their_own_role() {
    let group = Group::new(Hooks::default()).await;
    let Group {
        owner,
        admin,
        member,
        ..
    } = group;
    let steps = [
        (member, send(Role::Member), Err(FORBIDDEN)),
        (member, send(Role::Admin), Err(FORBIDDEN)),
        (admin, send(Role::Owner), Err(FORBIDDEN)),
        (admin, send(Role::Admin), Ok(4)),
        (owner, send(Role::Owner), Ok(5)),
        // What the owner closed no admin opens, or has another say of.
        (admin, send(Role::Member), Err(FORBIDDEN)),
        (admin, send(Role::Owner), Ok(5)),
        (admin, add(Role::Member), Ok(6)),
        (owner, send(Role::Member), Ok(7)),
    ];
    for (who, change, expected) in steps {
        assert_eq!(
            group.change(who, change.clone()).await,
            expected,
            "{change:?}"
        );
    }
    let direct = group.harness.direct_chat(owner, member).await;
    let changed = group
        .harness
        .services
        .update_chat(owner, direct, send(Role::Owner));
    assert_eq!(code_of(changed.await).err(), Some(FORBIDDEN));
}

#[tokio::test]
async fn who_may_not_write_still_edits_deletes_reacts_and_repeats() {
    let group = Group::new(Hooks::default()).await;
    let Group {
        owner,
        admin,
        member,
        id,
        ..
    } = group;
    let services = &group.harness.services;
    let draft = group.harness.draft(member, id, "before");
    let said = services.send_message(member, draft.clone()).await;
    let at = (id, said.expect("sent").message.id);
    group.change(owner, send(Role::Admin)).await.expect("ruled");
    for (who, expected) in [
        (member, Err(FORBIDDEN)),
        (admin, Ok(false)),
        (owner, Ok(false)),
    ] {
        assert_eq!(group.send(who, "news").await, expected);
    }
    let again = services.send_message(member, draft.clone()).await;
    assert!(again.expect("is stored").is_repeat);
    let other = Draft {
        text: "other".to_owned(),
        ..draft
    };
    let other = services.send_message(member, other).await;
    assert_eq!(code_of(other).err(), Some(FORBIDDEN));
    let edited = services.edit_message(member, at, worded("after")).await;
    edited.expect("one's own");
    let reacted = services.react(member, at, "👍".to_owned(), true).await;
    reacted.expect("reacts");
    services
        .delete_message(member, at)
        .await
        .expect("one's own");
    group.change(owner, send(Role::Owner)).await.expect("ruled");
    assert_eq!(group.send(admin, "news").await, Err(FORBIDDEN));
    assert_eq!(group.send(owner, "news").await, Ok(false));
    group
        .change(owner, send(Role::Member))
        .await
        .expect("ruled");
    assert_eq!(group.send(member, "thanks").await, Ok(false));
}

#[tokio::test]
async fn what_the_host_says_for_somebody_is_bound_by_no_role() {
    let mut hooks = Hooks::default();
    hooks
        .before_send
        .insert("heard".to_owned(), |question: BeforeSend| async move {
            assert_ne!(question.draft.text, "mine", "the host is not asked in vain");
            Verdict::allow(question.draft)
        });
    for hooks in [Hooks::default(), hooks] {
        let group = Group::new(hooks).await;
        group
            .change(group.owner, send(Role::Owner))
            .await
            .expect("ruled");
        assert_eq!(group.send(group.member, "mine").await, Err(FORBIDDEN));
        let services = &group.harness.services;
        let draft = HostDraft {
            id: MessageId(services.new_id()),
            text: "of the host".to_owned(),
            attachment_ids: Vec::new(),
        };
        let sender = UserRef::from(group.member.user_id);
        let sent = services.send_as(&sender, group.id, draft).await;
        assert_eq!(
            sent.expect("is sent").message.sender_id,
            group.member.user_id
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_before_a_rule_or_refused_by_it() {
    let group = Group::new(Hooks::default()).await;
    let Group { owner, member, .. } = group;
    let services = &group.harness.services;
    for turn in 0..20_u32 {
        group
            .change(owner, send(Role::Member))
            .await
            .expect("ruled");
        let draft = group.harness.draft(member, group.id, &format!("{turn}"));
        let (sent, ruled) = tokio::join!(
            services.send_message(member, draft),
            group.change(owner, send(Role::Admin)),
        );
        let ruled = ruled.expect("ruled");
        match code_of(sent) {
            Ok(sent) => assert!(sent.message.version < ruled, "it came before"),
            Err(code) => assert_eq!(code, FORBIDDEN),
        }
        assert_eq!(group.send(member, "late").await, Err(FORBIDDEN));
    }
}

#[tokio::test]
async fn who_adds_people_also_makes_links_and_takes_back_their_own() {
    let group = Group::new(Hooks::default()).await;
    let Group {
        owner,
        admin,
        member,
        id,
        ..
    } = group;
    let services = &group.harness.services;
    let mut newcomers = Vec::new();
    for name in ["x", "y", "z"] {
        newcomers.push(group.harness.person(name).await);
    }
    let [x, y, z] = newcomers[..] else {
        unreachable!("three people");
    };
    assert_eq!(group.add(member, x).await, Err(FORBIDDEN));
    assert_eq!(group.invite(member).await.err(), Some(FORBIDDEN));
    group.change(owner, add(Role::Member)).await.expect("ruled");
    assert_eq!(group.add(member, x).await, Ok(()));
    let mine = group.invite(member).await.expect("a link");
    let foreign = group.invite(admin).await.expect("a link");
    let listed = services.list_invites(member, id).await;
    assert_eq!(listed.expect("lists").len(), 2);
    let revoke = async |who, invite: &Invite| {
        let revoked = services.revoke_invite(who, id, invite.id);
        code_of(revoked.await)
    };
    assert_eq!(revoke(member, &foreign).await, Err(FORBIDDEN));
    assert_eq!(revoke(member, &mine).await, Ok(()));
    let mine = group.invite(member).await.expect("another");
    group.change(owner, add(Role::Owner)).await.expect("ruled");
    for who in [member, admin] {
        assert_eq!(group.add(who, y).await, Err(FORBIDDEN));
        assert_eq!(group.invite(who).await.err(), Some(FORBIDDEN));
        assert_eq!(revoke(who, &mine).await, Err(FORBIDDEN));
    }
    // Links that were made before stay.
    let token = services.invite_token(mine.id);
    services.accept_invite(z, &token).await.expect("joins");
    assert_eq!(revoke(owner, &mine).await, Ok(()));
    assert_eq!(group.add(owner, y).await, Ok(()));
    let gone = services.remove_member(member, id, x.user_id).await;
    assert_eq!(
        code_of(gone).err(),
        Some(FORBIDDEN),
        "removing stays the admins'"
    );
}
