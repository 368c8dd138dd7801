//! Checks of what members set for themselves.

use std::sync::Arc;

use super::{
    begin, commit_change, ok,
    samples::{id, populate},
    snapshot,
};
use crate::{
    domain::chat_settings::{ChatSettings, SettingsChange},
    storage::Storage,
};

async fn set(storage: &Arc<dyn Storage>, settings: &ChatSettings) {
    let mut transaction = begin(storage).await;
    ok(transaction.chat_settings().upsert(settings).await);
    commit_change(transaction).await;
}

async fn found(storage: &Arc<dyn Storage>, person: u32) -> Vec<ChatSettings> {
    let mut reading = snapshot(storage).await;
    ok(reading
        .chat_settings()
        .find_many(id(person), &[id(1)])
        .await)
}

pub(super) async fn what_was_set_is_found_as_it_was_left(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    assert_eq!(found(&storage, 1).await, []);
    let change = SettingsChange {
        is_pinned: Some(true),
        draft: Some(Some("Käse \u{1f9c0} 'and' \"wine\"".to_owned())),
        ..SettingsChange::default()
    };
    let typed = ChatSettings::new(id(1), id(1)).changed(change, 7);
    set(&storage, &typed).await;
    assert_eq!(found(&storage, 1).await, std::slice::from_ref(&typed));
    assert_eq!(found(&storage, 2).await, []);
    let sent = SettingsChange {
        draft: Some(None),
        ..SettingsChange::default()
    };
    let sent = typed.changed(sent, 8);
    assert_eq!((sent.revision, sent.pinned_at_ms), (2, Some(7)));
    set(&storage, &sent).await;
    assert_eq!(found(&storage, 1).await, [sent]);
}
