//! What sending costs: the rows that it writes, the same in a group of 10 and of 1,000.

use super::*;
use crate::storage::written_rows::WrittenRows;

/// Members added by one request.
const AT_ONCE: usize = 100;

/// Lets a group grow to a size.
async fn grow(harness: &Harness, owner: Caller, group: ChatId, from: usize, to: usize) {
    let mut people = Vec::new();
    for number in from..to {
        people.push(harness.person(&format!("p{number}")).await.user_id);
    }
    for some in people.chunks(AT_ONCE) {
        let added = harness.services.add_members(owner, group, some).await;
        added.expect("added");
    }
}

#[tokio::test]
async fn what_a_send_writes_does_not_grow_with_the_group() {
    let database = TestDatabase::new();
    let harness = Harness::on(&database, Hooks::default(), |_| {}).await;
    let owner = harness.person("owner").await;
    let group = harness.group(owner, &[]).await;
    let mut written = WrittenRows::of(&database).await;
    let mut costs = Vec::new();
    let mut size = 1;
    for wanted in [10, 100, 1_000] {
        grow(&harness, owner, group, size, wanted).await;
        size = wanted;
        harness
            .say(owner, group, "The first one after people came")
            .await;
        written.take().await;
        harness.say(owner, group, "How much is that?").await;
        let sent = written.take().await;
        let everyone = Draft {
            mentions: Mentions {
                is_everyone: true,
                ..Mentions::default()
            },
            ..harness.draft(owner, group, "And for everyone?")
        };
        let message = harness.services.send_message(owner, everyone).await;
        let mentioned = written.take().await;
        let id = message.expect("sent").message.id;
        let reacted = harness
            .services
            .react(owner, (group, id), "👍".to_owned(), true);
        reacted.await.expect("reacted");
        let reacted = written.take().await;
        let pinned = harness.services.pin_message(owner, (group, id), true);
        pinned.await.expect("pinned");
        costs.push((sent, mentioned, reacted, written.take().await));
    }
    assert_eq!(
        costs,
        [(4, 5, 4, 3); 3],
        "a send, one for everyone, a reaction, a pin"
    );
}
