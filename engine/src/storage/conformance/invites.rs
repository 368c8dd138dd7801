//! Checks of the repository of links to groups.

use std::sync::Arc;

use super::{begin, commit, ok, samples::id, snapshot};
use crate::{domain::invite::Invite, storage::Storage};

fn invite(number: u32, chat: u32) -> Invite {
    Invite {
        id: id(number),
        chat_id: id(chat),
        created_by: id(1),
        created_at_ms: 1_000,
        expires_at_ms: Some(2_000),
        max_uses: Some(3),
        uses: 0,
    }
}

pub(super) async fn invites_are_found_listed_used_and_removed(storage: Arc<dyn Storage>) {
    let endless = Invite {
        expires_at_ms: None,
        max_uses: None,
        ..invite(2, 1)
    };
    let mut transaction = begin(&storage).await;
    for one in [&invite(1, 1), &endless, &invite(3, 2)] {
        ok(transaction.invites().insert(one).await);
    }
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(
        ok(reading.invites().find(id(2)).await),
        Some(endless.clone())
    );
    assert_eq!(ok(reading.invites().find(id(9)).await), None);
    let largest_first = [invite(1, 1), endless];
    assert_eq!(ok(reading.invites().list(id(1)).await), largest_first);
    drop(reading);
    let mut transaction = begin(&storage).await;
    ok(transaction.invites().update_uses(id(1), 2).await);
    ok(transaction.invites().remove(&[id(2), id(9)]).await);
    ok(transaction.invites().remove(&[]).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let used = Invite {
        uses: 2,
        ..invite(1, 1)
    };
    assert_eq!(ok(reading.invites().list(id(1)).await), [used]);
    assert_eq!(ok(reading.invites().list(id(2)).await), [invite(3, 2)]);
}
