//! Messages are found: by the server while there is a connection, else in what is here.

use relaychat_sdk::{Search, SearchPage};

use crate::support::{in_time, texts, two_people, until};

/// What was found, with what is highlighted in it.
fn shown(page: &SearchPage) -> Vec<(&str, Vec<&str>)> {
    let hits = page.items.iter();
    hits.map(|hit| {
        let text = hit.message.text.as_str();
        let lit = hit.highlights.iter().map(|range| &text[range.clone()]);
        (text, lit.collect())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_found_with_a_connection_and_without() {
    let (engine, alice, bob, chat_id) = two_people().await;
    for text in ["Café um neun?", "東京都の会議", "cafeteria"] {
        let sent = alice.client.chat(chat_id).send(text);
        in_time(sent.delivered()).await.expect("it is delivered");
    }
    let timeline = bob.client.chat(chat_id).timeline();
    until(&timeline.state(), |now| texts(now).len() == 3).await;
    let wanted = [
        (
            "cafe",
            vec![("cafeteria", vec!["cafe"]), ("Café um neun?", vec!["Café"])],
        ),
        ("京都", vec![("東京都の会議", vec!["京都"])]),
        ("nowhere", vec![]),
    ];
    let search = |query| {
        let (client, search) = (bob.client.clone(), Search::of(query));
        async move { client.search(&search).await.expect("is found") }
    };
    for (query, wanted) in &wanted {
        let page = search(*query).await;
        assert_eq!((shown(&page), page.is_local), (wanted.clone(), false));
        let in_chat = |hit: &relaychat_sdk::SearchHit| {
            hit.chat.as_ref().is_some_and(|chat| chat.id == chat_id)
        };
        assert!(page.items.iter().all(in_chat));
    }
    let error = bob.client.search(&Search::of("?!")).await;
    assert_eq!(error.expect_err("no word").code, "validation_failed");
    bob.client.set_network_online(false);
    until(&bob.client.connection(), |now| {
        *now == relaychat_sdk::ConnectionState::Offline
    })
    .await;
    for (query, wanted) in &wanted {
        let page = search(*query).await;
        assert_eq!((shown(&page), page.is_local), (wanted.clone(), true));
    }
    engine.stop().await;
}
