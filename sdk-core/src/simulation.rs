//! Stories of the whole client against the simulated server, with faults. Time is tokio's, paused:
//! waiting takes none, and every run is the same.

use std::time::Duration;

use relaychat_protocol::{ChatId, ErrorCode, UserId, frames::ClientFrame};

use crate::{
    Client, ConnectionState, DeliveryState, Draft, Lookup, RelayError, TimelineItem, TimelineState,
    Upload,
    transport::fake::{FakeServer, Faults},
};

mod bounds;
mod changing;
mod keeping;
mod model;
mod queueing;

/// Alice and Bob have a chat.
struct Story {
    server: FakeServer,
    alice: Client,
    bob: Client,
    bob_id: UserId,
    chat_id: ChatId,
}

fn client(server: &FakeServer, user_id: UserId) -> Client {
    Client::builder("https://chat.test")
        .transport(server.transport())
        .token_provider(move |_| async move { Ok(user_id.to_string()) })
        .build()
        .expect("the address is fine")
}

impl Story {
    async fn begin() -> Self {
        let server = FakeServer::default();
        let (alice_id, bob_id, chat_id) = server.world(|world| {
            let [alice, bob] = [world.add_user(10, "Alice"), world.add_user(20, "Bob")];
            (alice, bob, world.add_chat(100, &[alice, bob]))
        });
        let (alice, bob) = (client(&server, alice_id), client(&server, bob_id));
        alice.connect().await;
        bob.connect().await;
        Self {
            server,
            alice,
            bob,
            bob_id,
            chat_id,
        }
    }

    async fn both_see(&self, texts: &[String]) {
        for client in [&self.alice, &self.bob] {
            let timeline = client.chat(self.chat_id).timeline();
            until(&timeline.state(), |now| texts_of(now) == texts).await;
        }
        assert_eq!(self.server.world(|world| world.texts(self.chat_id)), texts);
    }
}

async fn until<T: std::fmt::Debug>(
    observable: &crate::Observable<T>,
    is_met: impl FnMut(&T) -> bool,
) -> std::sync::Arc<T> {
    let mut subscription = observable.subscribe();
    let found = tokio::time::timeout(Duration::from_secs(600), subscription.until(is_met)).await;
    match found {
        Ok(found) => found.expect("the client lives"),
        Err(_) => panic!("it never came to that: {:#?}", observable.get()),
    }
}

fn texts_of(timeline: &TimelineState) -> Vec<String> {
    let messages = timeline.items.iter().filter_map(|item| item.message());
    messages.map(|message| message.text.clone()).collect()
}

fn numbered(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("message {number}"))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_is_an_echo_first_and_keeps_its_key_when_the_server_has_it() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let timeline = chat.timeline();
    let sent = chat.send("hello");
    let echo = timeline.state().get();
    let echoed = echo.items.last().expect("the echo is there at once");
    assert_eq!(echoed.key(), sent.id().to_string());
    assert_eq!(echoed.message().and_then(|message| message.seq), None);
    let message = sent.delivered().await.expect("it is delivered");
    assert_eq!(message.seq, Some(1));
    let now = timeline.state().get();
    assert_eq!(texts_of(&now), ["hello"]);
    assert_eq!(now.items.last().expect("a message").key(), echoed.key());
    story.both_see(&["hello".to_owned()]).await;
}

#[tokio::test(start_paused = true)]
async fn ticks_go_from_sent_to_delivered_to_read() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let timeline = chat.timeline();
    story.bob.close();
    chat.send("hello")
        .delivered()
        .await
        .expect("it is delivered");
    let state_is = |wanted| {
        move |now: &TimelineState| {
            let last = now.items.iter().rev().find_map(|item| item.message());
            last.and_then(|message| message.state) == Some(wanted)
        }
    };
    until(&timeline.state(), state_is(DeliveryState::Sent)).await;
    let bob = client(&story.server, story.bob_id);
    bob.connect().await;
    until(&timeline.state(), state_is(DeliveryState::Delivered)).await;
    assert_eq!(bob.chats().state().get().unread_count, 1);
    bob.chat(story.chat_id).mark_read(1);
    assert_eq!(bob.chats().state().get().unread_count, 0, "at once");
    until(&timeline.state(), state_is(DeliveryState::Read)).await;
}

#[tokio::test(start_paused = true)]
async fn messages_sent_offline_arrive_once_and_in_order_after_the_reconnect() {
    let story = Story::begin().await;
    story.server.cut(true);
    let texts = numbered(20);
    let chat = story.alice.chat(story.chat_id);
    let sent: Vec<_> = texts.iter().map(|text| chat.send(text.as_str())).collect();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(sent[0].state().get().state, DeliveryState::Queued);
    story.server.cut(false);
    for outgoing in &sent {
        outgoing.delivered().await.expect("it is delivered");
    }
    story.both_see(&texts).await;
}

#[tokio::test(start_paused = true)]
async fn lost_acks_and_doubled_events_make_no_message_come_twice() {
    let story = Story::begin().await;
    let texts = numbered(8);
    let chat = story.alice.chat(story.chat_id);
    let faults = Faults {
        cuts_acks: true,
        doubles_events: true,
        ..Faults::default()
    };
    story.server.set_faults(faults);
    let sent: Vec<_> = texts.iter().map(|text| chat.send(text.as_str())).collect();
    for outgoing in &sent {
        outgoing
            .delivered()
            .await
            .expect("the sync tells that it is there");
    }
    story.both_see(&texts).await;
}

#[tokio::test(start_paused = true)]
async fn events_that_were_lost_while_connected_are_noticed_and_fetched() {
    let story = Story::begin().await;
    let lossy = Faults {
        loses_messages: true,
        ..Faults::default()
    };
    story.server.set_faults(lossy);
    let chat = story.alice.chat(story.chat_id);
    let mut texts = numbered(3);
    for text in &texts {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    story.server.set_faults(Faults::default());
    chat.send("the last").delivered().await.expect("acked");
    texts.push("the last".to_owned());
    story.both_see(&texts).await;
}

#[tokio::test(start_paused = true)]
async fn a_hole_in_an_open_timeline_is_filled_by_paging() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let timeline = story.bob.chat(story.chat_id).timeline();
    let texts = numbered(200);
    for text in &texts[..10] {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    until(&timeline.state(), |now| texts_of(now).len() == 10).await;
    story.bob.set_network_online(false);
    for text in &texts[10..] {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    assert_eq!(*story.bob.connection().get(), ConnectionState::Offline);
    story.bob.set_network_online(true);
    until(&timeline.state(), |now| texts_of(now) == texts).await;
}

#[tokio::test(start_paused = true)]
async fn history_is_paged_back_to_the_start_and_jumped_into() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let texts = numbered(180);
    for text in &texts {
        chat.send(text.as_str()).delivered().await.expect("acked");
    }
    let bob = client(&story.server, story.bob_id);
    bob.connect().await;
    let timeline = bob.chat(story.chat_id).timeline();
    until(&timeline.state(), |now| texts_of(now) == texts[129..]).await;
    timeline.load_before().await.expect("it loads");
    assert_eq!(texts_of(&timeline.state().get()), texts[79..]);
    timeline.jump_to(20).await.expect("it jumps");
    let jumped = timeline.state().get();
    assert!(texts_of(&jumped).contains(&texts[19]) && jumped.has_after);
    assert!(!texts_of(&jumped).contains(&texts[179]));
    timeline.jump_to_latest().await.expect("it jumps back");
    let latest = timeline.state().get();
    assert_eq!(texts_of(&latest).last(), texts.last());
    assert!(!latest.has_after);
    while timeline.state().get().has_before {
        timeline.load_before().await.expect("it loads");
    }
    let whole = timeline.state().get();
    assert_eq!(texts_of(&whole), texts);
    assert!(matches!(*whole.items[0], TimelineItem::Start { .. }));
}

#[tokio::test(start_paused = true)]
async fn unchanged_items_keep_their_identity() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let timeline = chat.timeline();
    for text in numbered(3) {
        chat.send(text).delivered().await.expect("acked");
    }
    until(&timeline.state(), |now| {
        let messages = now.items.iter().filter_map(|item| item.message());
        messages
            .filter(|message| message.state == Some(DeliveryState::Delivered))
            .count()
            == 3
    })
    .await;
    let before = timeline.state().get();
    story.bob.chat(story.chat_id).send("another");
    let after = until(&timeline.state(), |now| texts_of(now).len() == 4).await;
    let same = before.items.iter().zip(&after.items);
    // Bob has read what he answers to, which changes the ticks, and nothing else.
    let same = same.filter(|(one, other)| std::sync::Arc::ptr_eq(one, other));
    assert_eq!(same.count(), before.items.len() - 3);
    let list = story.alice.chats().state().get();
    assert_eq!(
        list.items[0].last_message.as_ref().expect("one").text,
        "another"
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_sent_stays_until_it_is_retried_or_cancelled() {
    let story = Story::begin().await;
    let refuse = |code| {
        story.server.world(|world| {
            world.refused_texts.clear();
            world.refused_texts.extend(code);
        });
    };
    refuse(Some(("bad".to_owned(), ErrorCode::ValidationFailed)));
    let chat = story.alice.chat(story.chat_id);
    let (bad, good) = (chat.send("bad"), chat.send("good"));
    let error = bad.delivered().await.expect_err("it is refused");
    assert_eq!(error.code, "validation_failed");
    good.delivered()
        .await
        .expect("it does not wait for the failed one");
    let timeline = chat.timeline();
    until(&timeline.state(), |now| texts_of(now) == ["good", "bad"]).await;
    refuse(None);
    bad.retry();
    bad.delivered().await.expect("now it is accepted");
    story.both_see(&["good".to_owned(), "bad".to_owned()]).await;
    refuse(Some(("worse".to_owned(), ErrorCode::Forbidden)));
    let worse = chat.send("worse");
    worse.delivered().await.expect_err("it is refused");
    worse.cancel();
    assert_eq!(texts_of(&timeline.state().get()), ["good", "bad"]);
    let cancelled = worse.delivered().await.expect_err("it is gone");
    assert_eq!(cancelled, RelayError::cancelled());
}

#[tokio::test(start_paused = true)]
async fn an_image_is_uploaded_with_progress_and_then_sent_in_its_turn() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    let upload = Upload::bytes(vec![0; 1000], "image/png").sized(4, 3);
    let sent = chat.send(Draft::text("caption").attach(upload.clone()));
    let after = chat.send("after");
    let timeline = chat.timeline();
    let echo = timeline.state().get();
    let echo = echo
        .items
        .iter()
        .find_map(|item| item.message())
        .expect("an echo");
    assert_eq!(
        (
            echo.attachments[0].info.width,
            echo.attachments[0].info.height
        ),
        (4, 3)
    );
    let message = sent.delivered().await.expect("it is delivered");
    assert_eq!(message.attachments[0].local, Some(upload));
    let last = sent.state().get();
    assert_eq!((last.loaded_bytes, last.total_bytes), (1000, 1000));
    after.delivered().await.expect("it is delivered");
    story
        .both_see(&["caption".to_owned(), "after".to_owned()])
        .await;
}

#[tokio::test(start_paused = true)]
async fn typing_is_seen_and_ends_by_itself() {
    let story = Story::begin().await;
    let summary = story.bob.chat(story.chat_id).summary();
    let typists =
        |now: &Lookup<crate::ChatSummary>| now.found().map_or(0, |chat| chat.typing.len());
    story.alice.chat(story.chat_id).set_typing(true);
    until(&summary, |now| typists(now) == 1).await;
    until(&summary, |now| typists(now) == 0).await;
    let frames = story.server.received();
    let frames = frames
        .iter()
        .filter(|(_, frame)| matches!(frame, ClientFrame::Typing { .. }));
    assert_eq!(frames.count(), 2, "a start and an end");
}

#[tokio::test(start_paused = true)]
async fn presence_is_watched_while_somebody_looks_and_profiles_change_live() {
    let story = Story::begin().await;
    let watch = story.alice.people().presence(story.bob_id);
    until(&watch.observable(), |now| {
        now.is_some_and(|now| now.is_online)
    })
    .await;
    story.server.cut(false);
    until(&watch.observable(), Option::is_none).await;
    until(&watch.observable(), Option::is_some).await;
    story
        .server
        .world(|world| world.rename(story.bob_id, "Robert"));
    until(&story.alice.chats().state(), |now| {
        now.items[0].title == "Robert"
    })
    .await;
    until(&story.bob.me(), |me| {
        me.as_ref().is_some_and(|me| me.user.name == "Robert")
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn marks_are_few_and_reach_the_server_after_a_reconnect_too() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    for text in numbered(60) {
        chat.send(text).delivered().await.expect("acked");
    }
    let marks = |server: &FakeServer| {
        let frames = server.received().into_iter();
        frames
            .filter(|(_, frame)| matches!(frame, ClientFrame::Mark { .. }))
            .count()
    };
    let seen = story.bob.chat(story.chat_id).summary();
    until(&seen, |now| {
        now.found().is_some_and(|chat| chat.last_seq == 60)
    })
    .await;
    assert!(marks(&story.server) < 10, "{} marks", marks(&story.server));
    story.server.cut(true);
    tokio::time::sleep(Duration::from_secs(1)).await;
    story.bob.chat(story.chat_id).mark_read(60);
    story.server.cut(false);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let (delivered, read) = story
        .server
        .world(|world| world.read_seq(story.chat_id, story.bob_id));
    assert_eq!((delivered, read), (60, 60));
}

#[tokio::test(start_paused = true)]
async fn close_codes_decide_whether_to_come_back() {
    for (code, comes_back) in [(4503, true), (4508, true), (4400, false), (4409, false)] {
        let story = Story::begin().await;
        story.server.close(code);
        let connection = story.alice.connection();
        until(&connection, |now| *now != ConnectionState::Connected).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let is_back = *connection.get() == ConnectionState::Connected;
        assert_eq!(is_back, comes_back, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_of_another_is_missing_and_a_new_one_appears_by_itself() {
    let story = Story::begin().await;
    let unknown = story
        .alice
        .chat(ChatId(uuid::Uuid::from_u128(999)))
        .summary();
    assert_eq!(*unknown.get(), Lookup::Pending);
    until(&unknown, |now| *now == Lookup::Missing).await;
    let nowhere = story
        .alice
        .chat(ChatId(uuid::Uuid::from_u128(999)))
        .timeline();
    let refused = nowhere
        .load_before()
        .await
        .expect_err("it never ends otherwise");
    assert_eq!(refused.code, "not_found");
    let made = story.server.world(|world| {
        let carol = world.add_user(30, "Carol");
        world.add_chat(200, &[story.bob_id, carol])
    });
    until(&story.bob.chats().state(), |now| {
        now.items.iter().any(|chat| chat.id == made)
    })
    .await;
    assert_eq!(story.alice.chats().state().get().items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_noticed() {
    let story = Story::begin().await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    let pings = story.server.received().into_iter();
    let pings = pings
        .filter(|(_, frame)| matches!(frame, ClientFrame::Ping { .. }))
        .count();
    assert!(pings >= 10, "{pings} pings");
    assert_eq!(*story.alice.connection().get(), ConnectionState::Connected);
}
