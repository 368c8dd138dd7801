//! People are mentioned: whom a message means is counted apart, offline and after an edit too.

use std::sync::Arc;

use relaychat_sdk::{Draft, Edit, Mentions, Message, TimelineState, protocol::ChatId};

use crate::support::{Person, in_time, two_people, until};

async fn counts(person: &Person, chat_id: ChatId, wanted: (u64, u64)) {
    until(&person.client.chat(chat_id).summary(), |now| {
        let shown = now.found();
        shown.is_some_and(|chat| (chat.unread_count, chat.mention_count) == wanted)
    })
    .await;
}

fn last(now: &TimelineState) -> Option<&Arc<Message>> {
    now.items.iter().rev().find_map(|item| item.message())
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_message_means_counts_it_apart_until_an_edit_means_others() {
    let (engine, ann, bob, _) = two_people().await;
    let chats = ann.client.chats();
    let group = chats.create_group("Friends", vec![bob.id()]).await;
    let group = group.expect("a group");
    let (hers, his) = (ann.client.chat(group), bob.client.chat(group));
    let seen = his.timeline();
    let to_bob = Some(Mentions {
        user_ids: vec![bob.id()],
        is_everyone: false,
    });

    in_time(hers.send("to nobody").delivered())
        .await
        .expect("sent");
    counts(&bob, group, (1, 0)).await;
    let draft = Draft::text("@bob").mention(bob.id()).mention(bob.id());
    let meant = hers.send(draft);
    in_time(meant.delivered()).await.expect("sent");
    counts(&bob, group, (2, 1)).await;
    let shows = |wanted: Option<Mentions>| {
        let seen = seen.state();
        async move {
            until(&seen, |now| {
                last(now).is_some_and(|last| last.mentions == wanted)
            })
            .await
        }
    };
    shows(to_bob.clone()).await;

    // Another text means the same people; named anew, they are the new ones alone.
    hers.edit(meant.id(), "@bob!").expect("a text");
    until(&seen.state(), |now| {
        last(now).is_some_and(|last| last.text == "@bob!" && last.mentions == to_bob)
    })
    .await;
    let edit = Edit::text("@ann").mention(ann.id());
    hers.edit(meant.id(), edit).expect("a text");
    counts(&bob, group, (2, 0)).await;
    let edit = Edit::text("@ann").mention_everyone();
    hers.edit(meant.id(), edit).expect("a text");
    counts(&bob, group, (2, 1)).await;
    let edit = Edit::text("@ann").mention_nobody();
    hers.edit(meant.id(), edit).expect("a text");
    counts(&bob, group, (2, 0)).await;
    shows(None).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_offline_means_whom_its_last_edit_means() {
    let (engine, ann, bob, _) = two_people().await;
    let chats = ann.client.chats();
    let group = chats.create_group("Friends", vec![bob.id()]).await;
    let group = group.expect("a group");
    let hers = ann.client.chat(group);
    let shown = hers.timeline();
    bob.summary(group).await;
    ann.client.set_network_online(false);
    let all = hers.send(Draft::text("@all").mention_everyone());
    let bob_then_nobody = hers.send(Draft::text("@bob").mention(bob.id()));
    let now = shown.state().get();
    assert_eq!(
        last(&now)
            .and_then(|last| last.mentions.clone())
            .map(|one| one.user_ids),
        Some(vec![bob.id()])
    );
    let nobody = Edit::text("nobody").mention_nobody();
    bob_then_nobody.edit(nobody).expect("it has not left");
    let kept = Edit::text("@all!");
    hers.edit(all.id(), kept).expect("a text");
    ann.client.set_network_online(true);
    for sent in [all, bob_then_nobody] {
        in_time(sent.delivered()).await.expect("sent");
    }
    counts(&bob, group, (2, 1)).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_mentions_are_refused_with_a_reason() {
    let (engine, ann, _, chat_id) = two_people().await;
    let ids = (1..=51).map(|id| relaychat_sdk::protocol::UserId(uuid::Uuid::from_u128(id)));
    let mentions = Mentions {
        user_ids: ids.collect(),
        is_everyone: false,
    };
    let draft = Draft {
        mentions,
        ..Draft::text("@all of you")
    };
    let sent = ann.client.chat(chat_id).send(draft);
    let refused = in_time(sent.delivered()).await.expect_err("too many");
    assert_eq!(refused.code, "validation_failed");
    engine.stop().await;
}
