//! Two devices of one person change messages offline: both, and everybody else, end up with the same.

use relaychat_sdk::{Client, Message, TimelineState, protocol::ChatId};

use crate::support::{in_time, texts, two_people, until};

/// What a message says, whether it was edited or deleted, and who reacted how often.
type Line = (String, bool, bool, Vec<(String, u64)>);
/// The same, as it is written in a test.
type Wanted<'a> = (&'a str, bool, bool, &'a [(&'a str, u64)]);

fn line(message: &Message) -> Line {
    let reactions = message.reactions.iter();
    let reactions = reactions.map(|one| (one.emoji.clone(), one.count));
    (
        message.text.clone(),
        message.edited_at_ms.is_some(),
        message.is_deleted,
        reactions.collect(),
    )
}

fn lines(now: &TimelineState) -> Vec<Line> {
    let messages = now.items.iter().filter_map(|item| item.message());
    messages.map(|message| line(message)).collect()
}

/// Everything that was done has reached the server.
fn is_told(now: &TimelineState) -> bool {
    let mut messages = now.items.iter().filter_map(|item| item.message());
    messages.all(|message| message.pending.is_none() && message.seq.is_some())
}

fn expected(lines: &[Wanted<'_>]) -> Vec<Line> {
    let lines = lines.iter();
    let line = |(text, is_edited, is_deleted, reactions): &Wanted<'_>| {
        let reactions = reactions.iter();
        let reactions = reactions.map(|(emoji, count)| ((*emoji).to_owned(), *count));
        let text = (*text).to_owned();
        (text, *is_edited, *is_deleted, reactions.collect())
    };
    lines.map(line).collect()
}

async fn shows(client: &Client, chat_id: ChatId, wanted: &[Line]) {
    let timeline = client.chat(chat_id).timeline();
    until(&timeline.state(), |now| {
        is_told(now) && lines(now) == wanted
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_devices_did_offline_is_the_same_on_both_and_for_everybody() {
    let (engine, phone, bob, chat_id) = two_people().await;
    let tablet = phone.on_another_device(&engine).await;
    let [mine, hers, his] = [&phone, &tablet, &bob].map(|person| person.client.chat(chat_id));
    let mut ids = Vec::new();
    for text in ["one", "two", "three", "four"] {
        let sent = mine.send(text);
        in_time(sent.delivered()).await.expect("it is delivered");
        ids.push(sent.id());
    }
    let [on_phone, on_tablet, on_his] = [&mine, &hers, &his].map(|chat| chat.timeline());
    for timeline in [&on_phone, &on_tablet, &on_his] {
        until(&timeline.state(), |now| texts(now).len() == 4).await;
    }
    for device in [&phone, &tablet] {
        device.client.set_network_online(false);
    }
    his.react(ids[2], "👍", true);
    until(&on_his.state(), is_told).await;

    mine.edit(ids[0], "one, says the phone").expect("a text");
    mine.delete(ids[1]);
    mine.react(ids[2], "👍", true);
    mine.react(ids[3], "😂", true);
    mine.react(ids[3], "😂", false);
    mine.send("from the phone");
    hers.edit(ids[0], "one, says the tablet").expect("a text");
    hers.edit(ids[1], "two, which is gone").expect("a text");
    hers.react(ids[2], "👍", true);
    hers.react(ids[2], "🎉", true);
    hers.send("from the tablet");
    let at_once = expected(&[
        ("one, says the phone", true, false, &[]),
        ("", false, true, &[]),
        ("three", false, false, &[("👍", 1)]),
        ("four", false, false, &[]),
        ("from the phone", false, false, &[]),
    ]);
    assert_eq!(lines(&on_phone.state().get()), at_once);

    phone.client.set_network_online(true);
    until(&on_phone.state(), is_told).await;
    tablet.client.set_network_online(true);
    let wanted = expected(&[
        ("one, says the tablet", true, false, &[]),
        ("", false, true, &[]),
        ("three", false, false, &[("👍", 2), ("🎉", 1)]),
        ("four", false, false, &[]),
        ("from the phone", false, false, &[]),
        ("from the tablet", false, false, &[]),
    ]);
    for device in [&phone, &tablet, &bob] {
        shows(&device.client, chat_id, &wanted).await;
    }
    let unread = bob.summary(chat_id).await.unread_count;
    assert_eq!(unread, 5, "six were sent, one is deleted");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_no_history_here_has_is_deleted_all_the_same() {
    let (engine, phone, bob, chat_id) = two_people().await;
    let mine = phone.client.chat(chat_id);
    let [found, last] = ["found by a search", "the newest"].map(|text| mine.send(text));
    for sent in [&found, &last] {
        in_time(sent.delivered()).await.expect("it is delivered");
    }
    let tablet = phone.on_another_device(&engine).await;
    tablet.client.set_network_online(false);
    tablet.client.chat(chat_id).delete(found.id());
    tablet.client.set_network_online(true);
    for client in [&phone.client, &bob.client, &tablet.client] {
        let timeline = client.chat(chat_id).timeline();
        until(&timeline.state(), |now| texts(now) == ["", "the newest"]).await;
    }
    engine.stop().await;
}
