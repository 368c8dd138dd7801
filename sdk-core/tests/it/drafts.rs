//! What somebody types on one device is there on the other, and nobody else hears of it.

use relaychat_sdk::{Client, protocol::ChatId};

use crate::support::{in_time, two_people, until};

async fn shows(client: &Client, chat_id: ChatId, text: &str) {
    until(&client.chat(chat_id).watch_draft(), |now| now == text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_here_is_there_too_until_it_is_sent() {
    let (engine, phone, bob, chat_id) = two_people().await;
    let tablet = phone.on_another_device(&engine).await;
    let [mine, hers] = [&phone, &tablet].map(|person| person.client.chat(chat_id));
    mine.set_draft("Shall we");
    shows(&tablet.client, chat_id, "Shall we").await;
    hers.set_draft("Shall we meet?");
    shows(&phone.client, chat_id, "Shall we meet?").await;
    let late = phone.on_another_device(&engine).await;
    shows(&late.client, chat_id, "Shall we meet?").await;

    in_time(hers.send("Shall we meet?").delivered())
        .await
        .expect("it is sent");
    hers.set_draft("");
    shows(&phone.client, chat_id, "").await;
    shows(&late.client, chat_id, "").await;
    assert_eq!(bob.client.chat(chat_id).draft(), "");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_drafts_made_offline_the_one_told_last_holds_on_both() {
    let (engine, phone, _bob, chat_id) = two_people().await;
    let tablet = phone.on_another_device(&engine).await;
    for device in [&phone, &tablet] {
        device.client.set_network_online(false);
    }
    phone.client.chat(chat_id).set_draft("from the phone");
    tablet.client.chat(chat_id).set_draft("from the tablet");
    phone.client.set_network_online(true);
    let other = phone.on_another_device(&engine).await;
    shows(&other.client, chat_id, "from the phone").await;
    assert_eq!(tablet.client.chat(chat_id).draft(), "from the tablet");
    tablet.client.set_network_online(true);
    for device in [&other, &phone, &tablet] {
        shows(&device.client, chat_id, "from the tablet").await;
    }
    engine.stop().await;
}
