//! Stories of messages that change while a device is away.

use super::{Story, numbered, texts_of, until};
use crate::transport::fake::world::amend::Amendment;

#[tokio::test(start_paused = true)]
async fn older_messages_that_changed_beyond_an_answer_are_read_anew() {
    let story = Story::begin().await;
    let chat = story.alice.chat(story.chat_id);
    for text in numbered(90) {
        chat.send(text).delivered().await.expect("acked");
    }
    let timeline = story.bob.chat(story.chat_id).timeline();
    until(&timeline.state(), |now| !now.is_loading).await;
    while timeline.state().get().has_before {
        timeline.load_before().await.expect("it loads");
    }
    timeline.jump_to(20).await.expect("it jumps");
    story.bob.set_network_online(false);
    story.server.world(|world| {
        for message in world.messages(story.chat_id).to_vec() {
            let what = match message.seq % 3 {
                0 => Amendment::Delete,
                _ => Amendment::Edit(format!("{} anew", message.text), None),
            };
            let place = (story.chat_id, message.id);
            world
                .amend(message.sender_id, place, what)
                .expect("it is theirs");
        }
    });
    story.bob.set_network_online(true);
    let expected = story.server.world(|world| world.texts(story.chat_id));
    let is_anew = |now: &crate::TimelineState| {
        let texts = texts_of(now);
        !texts.is_empty() && texts.iter().all(|text| expected.contains(text))
    };
    until(&timeline.state(), is_anew).await;
    timeline.jump_to_latest().await.expect("it jumps");
    while timeline.state().get().has_before {
        timeline.load_before().await.expect("it loads");
    }
    until(&timeline.state(), |now| texts_of(now) == expected).await;
}
