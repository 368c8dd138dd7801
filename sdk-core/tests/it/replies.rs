//! An answer quotes what it answers: in its echo, on other devices, and as that is now.

use relaychat_sdk::{Draft, Quote, TimelineItem, TimelineState};

use crate::support::{in_time, texts, two_people, until};

/// What the newest message quotes.
fn quote(timeline: &TimelineState) -> Option<Quote> {
    let newest = timeline.items.iter().rev().find_map(|item| match &**item {
        TimelineItem::Message { message, .. } => Some(message),
        _ => None,
    });
    newest?.reply_to.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_written_offline_quotes_what_it_answers_as_that_is_now() {
    let (engine, alice, bob, chat_id) = two_people().await;
    let asked = alice.client.chat(chat_id).send("At nine?");
    let asked = in_time(asked.delivered()).await.expect("it is delivered");
    let bobs = bob.client.chat(chat_id).timeline();
    until(&bobs.state(), |now| texts(now).len() == 1).await;
    bob.client.set_network_online(false);
    let reply = Draft::text("Yes!").reply_to(asked.id);
    let reply = bob.client.chat(chat_id).send(reply);
    let echoed = quote(&bobs.state().get()).expect("the echo has it");
    assert_eq!(
        (echoed.message_id, echoed.text.as_str()),
        (asked.id, "At nine?")
    );
    bob.client.set_network_online(true);
    let message = in_time(reply.delivered()).await.expect("it is delivered");
    assert_eq!(message.reply_to.as_ref(), Some(&echoed));
    let alices = alice.client.chat(chat_id).timeline();
    until(&alices.state(), |now| quote(now).as_ref() == Some(&echoed)).await;
    let chat = alice.client.chat(chat_id);
    chat.edit(asked.id, "At ten?").expect("a text");
    let is_edited = |now: &TimelineState| quote(now).is_some_and(|quote| quote.text == "At ten?");
    until(&bobs.state(), is_edited).await;
    alice.client.chat(chat_id).delete(asked.id);
    let is_gone = |now: &TimelineState| {
        quote(now).is_some_and(|quote| quote.is_deleted && quote.text.is_empty())
    };
    until(&bobs.state(), is_gone).await;
    engine.stop().await;
}
