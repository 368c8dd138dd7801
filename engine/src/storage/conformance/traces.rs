//! Words that are said and taken back again. What is left of them each storage has to look for in
//! its own way.

use std::sync::Arc;

use super::{
    begin, commit, ok,
    reports::{decision, of_message},
    samples::{id, message, populate},
};
use crate::{domain::message::Message, storage::Storage};

/// In the text of a message that is deleted. Both begin as their neighbours in an index do, and
/// what is looked for is the rest.
pub(in crate::storage) const DELETED: &str = "canary";
/// In a text that an edit replaces.
pub(in crate::storage) const EDITED_AWAY: &str = "umbrella";

/// The places of the two.
const PLACES: [u32; 2] = [700, 800];

/// Two thousand messages, all in the index.
pub(in crate::storage) async fn say(storage: &Arc<dyn Storage>) {
    populate(storage, 1, &[(1, &[1])]).await;
    let said = |seq: u32| Message {
        text: match seq {
            700 => format!("a zqx{DELETED} sings"),
            800 => format!("an old zqx{EDITED_AWAY}"),
            _ => format!("zqx{} and {seq} words", seq % 90),
        },
        ..message(1, seq)
    };
    for burst in 0..10 {
        let mut transaction = begin(storage).await;
        let messages: Vec<_> = (1..=200).map(|seq| said(burst * 200 + seq)).collect();
        ok(transaction.messages().insert_many(&messages).await);
        let taken = transaction.search().index_next(id(1), 200).await;
        assert_eq!(ok(taken), 200);
        commit(transaction).await;
    }
}

/// One is deleted, the other edited.
pub(in crate::storage) async fn take_back(storage: &Arc<dyn Storage>) {
    let [deleted, edited] = PLACES.map(|seq| message(1, seq));
    let deleted = Message {
        text: String::new(),
        deleted_at_ms: Some(9_000),
        ..deleted
    };
    let edited = Message {
        text: "new".to_owned(),
        ..edited
    };
    let mut transaction = begin(storage).await;
    for message in [deleted, edited] {
        ok(transaction.messages().update(&message).await);
    }
    commit(transaction).await;
}

/// Somebody reports something, with words of their own.
pub(in crate::storage) async fn report(storage: &Arc<dyn Storage>) {
    let mut transaction = begin(storage).await;
    ok(transaction.reports().insert(&of_message(1)).await);
    commit(transaction).await;
}

/// The host decides.
pub(in crate::storage) async fn close_report(storage: &Arc<dyn Storage>) {
    let mut transaction = begin(storage).await;
    let closed = of_message(1).closed(decision());
    ok(transaction.reports().update(&closed).await);
    commit(transaction).await;
}
