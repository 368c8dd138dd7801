//! Checks of batches: what takes fewer steps must come to the same.

use std::sync::{Arc, Mutex};

use super::{
    ok, refused,
    samples::{chat, id, member, message, populate, watermarks},
    snapshot,
};
use crate::{
    domain::{chat::Chat, member::Member, message::Message},
    storage::{AfterCommit, Batch, Decided, Storage, StorageError, StorageErrorKind},
};

/// Commits a batch; returns the number that was told.
async fn commit(batch: Batch, decided: Decided) -> Result<Option<u64>, StorageError> {
    let seen = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&seen);
    let after: AfterCommit = Box::new(move |change| {
        *noted.lock().expect("nobody panics with it") = change;
    });
    batch.transaction.commit_batch(decided, after).await?;
    let change = seen.lock().expect("nobody panics with it").take();
    Ok(change)
}

async fn current(storage: &Arc<dyn Storage>) -> u64 {
    ok(snapshot(storage).await.changes().current().await)
}

fn head(number: u32, seq: u64) -> Chat {
    Chat {
        version: seq + 1,
        last_seq: seq,
        message_count: seq,
        last_activity_at_ms: 5_000,
        ..chat(number)
    }
}

fn moved(chat: u32, user: u32, seq: u64) -> Member {
    Member {
        watermarks: watermarks(seq, seq),
        ..member(chat, user)
    }
}

/// `messages` messages in each of two chats.
fn decided(messages: u32) -> Decided {
    let seqs = || 1..=messages;
    Decided {
        messages: (seqs().map(|seq| message(1, seq)))
            .chain(seqs().map(|seq| message(2, seq)))
            .collect(),
        chats: vec![head(1, messages.into()), head(2, messages.into())],
        members: vec![moved(1, 1, messages.into()), moved(2, 1, messages.into())],
        touched: None,
    }
}

pub(super) async fn a_batch_reads_and_writes_what_the_repositories_do(storage: Arc<dyn Storage>) {
    let mut written: Vec<Message> = Vec::new();
    // Sizes around powers of two, and one that is more than is written in one go.
    for (round, size) in [1, 2, 3, 4, 37, 300].into_iter().enumerate() {
        let number = u32::try_from(round).expect("small");
        if number == 0 {
            populate(&storage, 2, &[(1, &[1, 2]), (2, &[1])]).await;
        }
        let decided = decided(size);
        let fresh: Vec<Message> = (decided.messages.iter())
            .filter(|message| !written.contains(message))
            .cloned()
            .collect();
        let ids: Vec<_> = decided.messages.iter().map(|message| message.id).collect();
        let newest = current(&storage).await;
        let batch = ok(storage.begin_batch(&ids).await);
        assert_eq!(batch.change, newest);
        assert_eq!(batch.messages.len(), written.len());
        for known in &batch.messages {
            assert!(written.contains(known), "{known:?}");
        }
        let written_now = Decided {
            messages: fresh.clone(),
            ..decided.clone()
        };
        let change = ok(commit(batch, written_now).await);
        assert_eq!(change, Some(newest + 1));
        assert_eq!(current(&storage).await, newest + 1);
        written.extend(fresh);
        check(&storage, &decided, &written, newest).await;
    }
}

/// What was decided is there, and told of as changed.
async fn check(storage: &Arc<dyn Storage>, decided: &Decided, all: &[Message], before: u64) {
    let mut reading = snapshot(storage).await;
    let ids: Vec<_> = all.iter().map(|message| message.id).collect();
    let found = ok(reading.messages().find_many(&ids).await);
    assert_eq!(found.len(), all.len());
    for message in found {
        assert!(all.contains(&message), "{message:?}");
    }
    for chat in &decided.chats {
        let found = ok(reading.chats().find_many(&[chat.id]).await);
        let counted = Chat {
            member_count: found[0].member_count,
            ..chat.clone()
        };
        assert_eq!(found, [counted]);
    }
    for member in &decided.members {
        let pair = (member.chat_id, member.user_id);
        assert_eq!(
            ok(reading.members().find_many(&[pair]).await),
            std::slice::from_ref(member)
        );
    }
    let unmoved = ok(reading.members().find_many(&[(id(1), id(2))]).await);
    assert_eq!(unmoved, [member(1, 2)]);
    let changed = ok(reading.changes().list_members(id(1), before, 10).await);
    assert_eq!(changed.len(), decided.members.len());
    let changed = ok(reading.changes().list_chats(id(1), before, 10).await);
    assert_eq!(changed.len(), decided.chats.len());
}

pub(super) async fn a_batch_of_marks_draws_a_number(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let newest = current(&storage).await;
    let batch = ok(storage.begin_batch(&[]).await);
    assert_eq!((batch.change, batch.messages.len()), (newest, 0));
    let marks = Decided {
        members: vec![moved(1, 2, 3)],
        ..Decided::default()
    };
    assert_eq!(ok(commit(batch, marks).await), Some(newest + 1));
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.members().find_many(&[(id(1), id(2))]).await);
    assert_eq!(found, [moved(1, 2, 3)]);
}

pub(super) async fn a_batch_with_a_taken_id_writes_nothing(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let batch = ok(storage.begin_batch(&[]).await);
    ok(commit(batch, decided(1)).await);
    let newest = current(&storage).await;
    let taken = Message {
        id: message(1, 1).id,
        ..message(1, 3)
    };
    let batch = ok(storage.begin_batch(&[]).await);
    let twice = Decided {
        messages: vec![message(1, 2), taken],
        ..decided(2)
    };
    refused(commit(batch, twice).await, StorageErrorKind::Conflict);
    assert_eq!(current(&storage).await, newest);
    let mut reading = snapshot(&storage).await;
    let absent = ok(reading.messages().find_many(&[message(1, 2).id]).await);
    assert_eq!(absent, []);
}

pub(super) async fn a_batch_that_is_dropped_leaves_no_trace(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1]), (2, &[1])]).await;
    let newest = current(&storage).await;
    drop(ok(storage.begin_batch(&[id(1)]).await));
    let batch = ok(storage.begin_batch(&[]).await);
    assert_eq!(batch.change, newest);
    assert_eq!(ok(commit(batch, decided(1)).await), Some(newest + 1));
}
