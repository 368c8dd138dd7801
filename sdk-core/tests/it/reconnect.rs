//! The engine goes and comes back: nothing is lost, nothing comes twice.

use relaychat_sdk::{ConnectionState, DeliveryState};

use crate::support::{in_time, texts, two_people, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_engine_is_survived_and_what_was_sent_meanwhile_arrives() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let his = bob.client.chat(chat_id).timeline();
    let chat = alice.client.chat(chat_id);
    in_time(chat.send("before").delivered())
        .await
        .expect("it is delivered");
    let away = alice.client.connection();
    let restarting = tokio::spawn(engine.restart());
    until(&away, |now| *now != ConnectionState::Connected).await;
    let meanwhile: Vec<_> = (0..5)
        .map(|number| chat.send(format!("away {number}")))
        .collect();
    let engine = in_time(restarting).await.expect("it starts again");
    for sent in &meanwhile {
        in_time(sent.delivered()).await.expect("it is delivered");
    }
    let expected = ["before", "away 0", "away 1", "away 2", "away 3", "away 4"];
    until(&his.state(), |now| texts(now) == expected).await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_a_network_queues_and_resumes_where_it_was() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let his = bob.client.chat(chat_id).timeline();
    in_time(alice.client.chat(chat_id).send("1").delivered())
        .await
        .expect("sent");
    until(&his.state(), |now| texts(now) == ["1"]).await;
    bob.client.set_network_online(false);
    assert_eq!(*bob.client.connection().get(), ConnectionState::Offline);
    let queued = bob.client.chat(chat_id).send("from the tunnel");
    assert_eq!(queued.state().get().state, DeliveryState::Queued);
    for text in ["2", "3"] {
        in_time(alice.client.chat(chat_id).send(text).delivered())
            .await
            .expect("sent");
    }
    bob.client.set_network_online(true);
    in_time(queued.delivered()).await.expect("it is delivered");
    until(&his.state(), |now| {
        texts(now) == ["1", "2", "3", "from the tunnel"]
    })
    .await;
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_absence_leaves_no_hole() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let his = bob.client.chat(chat_id).timeline();
    let expected: Vec<_> = (0..150).map(|number| number.to_string()).collect();
    let chat = alice.client.chat(chat_id);
    in_time(chat.send(expected[0].as_str()).delivered())
        .await
        .expect("sent");
    until(&his.state(), |now| texts(now) == expected[..1]).await;
    bob.client.set_network_online(false);
    let sent: Vec<_> = expected[1..]
        .iter()
        .map(|text| chat.send(text.as_str()))
        .collect();
    for sent in &sent {
        in_time(sent.delivered()).await.expect("sent");
    }
    bob.client.set_network_online(true);
    until(&his.state(), |now| texts(now) == expected).await;
    assert_eq!(bob.summary(chat_id).await.unread_count, 150);
    engine.stop().await;
}
