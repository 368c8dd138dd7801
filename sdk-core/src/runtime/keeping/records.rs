//! What is kept as records of a store, and back.
//!
//! Everything is JSON under a key that begins with what it belongs to. The format has a number; a
//! higher one was written by a newer version and is not touched but for the queue, whose records
//! are read one by one.

use std::collections::HashMap;

use relaychat_protocol::{
    ChatId, MessageId,
    rest::{
        chats::{Chat, Member},
        messages::Message,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Content, Store,
    state::{
        history::KeptLoad,
        kept::{Changes, Kept, KeptItem, KeptOutgoing},
    },
    store::{Change, Keys, Record, StoreError, StoreErrorKind, Table, Value},
};

/// How records are written at present.
const FORMAT: u64 = 1;

const HEAD: &str = "head";
const FORMAT_KEY: &str = "format";

const DAMAGED: StoreError = StoreError {
    kind: StoreErrorKind::Damaged,
    operation: "read",
};

/// Reads everything but histories and files that belong to no message.
pub(super) async fn read(store: &dyn Store) -> Result<Kept, StoreError> {
    let mut head = None;
    for (key, json) in texts(store.read(Table::Meta, Keys::all()).await?)? {
        match key.as_str() {
            FORMAT_KEY if parse::<u64>(&json)? > FORMAT => return Err(DAMAGED),
            HEAD => head = Some(parse(&json)?),
            _ => {}
        }
    }
    let mut kept = Kept {
        head,
        ..read_queue(store).await?
    };
    if kept.head.is_none() {
        return Ok(kept);
    }
    let mut members: HashMap<String, Vec<Member>> = HashMap::new();
    for (key, json) in texts(store.read(Table::Members, Keys::all()).await?)? {
        let (chat_id, _) = key.split_once('/').ok_or(DAMAGED)?;
        members
            .entry(chat_id.to_owned())
            .or_default()
            .push(parse(&json)?);
    }
    for (key, json) in texts(store.read(Table::Chats, Keys::all()).await?)? {
        let mut chat: Chat = parse(&json)?;
        chat.members = members.remove(&key).unwrap_or_default();
        // As the server has them: longest standing first.
        chat.members.sort_by_key(|member| member.joined_at_ms);
        kept.chats.push(chat);
    }
    for (_, json) in texts(store.read(Table::Users, Keys::all()).await?)? {
        kept.users.push(parse(&json)?);
    }
    for (key, json) in texts(store.read(Table::Timelines, Keys::all()).await?)? {
        kept.timelines.push((id(&key)?, parse(&json)?));
    }
    Ok(kept)
}

/// What was queued and typed. A record that cannot be read is left where it is: a newer version may
/// know it.
async fn read_queue(store: &dyn Store) -> Result<Kept, StoreError> {
    let mut kept = Kept::default();
    for (_, json) in texts(store.read(Table::Outbox, Keys::all()).await?)? {
        match parse(&json) {
            Ok(outgoing) => kept.outgoing.push(outgoing),
            Err(_) => tracing::warn!("something that was queued cannot be read"),
        }
    }
    for (key, json) in texts(store.read(Table::Drafts, Keys::all()).await?)? {
        if let (Ok(chat_id), Ok(text)) = (id(&key), parse(&json)) {
            kept.drafts.push((chat_id, text));
        }
    }
    for record in store.read(Table::Uploads, Keys::all()).await? {
        let Value::Content(content) = record.value else {
            continue;
        };
        let place = record.key.split_once('/');
        let place = place.and_then(|(id, index)| Some((id.parse().ok()?, index.parse().ok()?)));
        kept.uploads.extend(place.map(|place| (place, content)));
    }
    Ok(kept)
}

/// Clears a store that cannot be read, but for what was queued and typed, where that can be.
pub(super) async fn save(store: &dyn Store) -> (Result<(), StoreError>, Kept) {
    let kept = read_queue(store).await.unwrap_or_default();
    let mut records = Vec::new();
    for table in [Table::Outbox, Table::Drafts, Table::Uploads] {
        let found = store.read(table, Keys::all()).await.unwrap_or_default();
        records.extend(found.into_iter().map(|record| Change::Put(table, record)));
    }
    let mut result = store.clear().await;
    if result.is_ok() {
        result = store.write(records).await;
    }
    (result, kept)
}

/// Reads messages of a chat.
pub(super) async fn messages(
    store: &dyn Store,
    chat_id: ChatId,
    load: KeptLoad,
) -> Result<Vec<Message>, StoreError> {
    let keys = Keys {
        from: message_key(chat_id, load.first_seq),
        until: Some(message_key(chat_id, load.last_seq.saturating_add(1))),
    };
    let found = texts(store.read(Table::Messages, keys).await?)?;
    found.iter().map(|(_, json)| parse(json)).collect()
}

/// The changes as records, in the order in which they are to be made.
pub(super) fn to_records(changes: Changes) -> Vec<Change> {
    let mut records = Records(vec![text(Table::Meta, FORMAT_KEY.to_owned(), &FORMAT)]);
    let Changes {
        head,
        replaces_chats,
        removed_chat_ids,
        regrouped_chat_ids,
        chats,
        members,
        users,
        timelines,
        cut_before,
        messages,
        drafts,
        reads,
        outgoing,
        uploads,
        settled_ids,
    } = changes;
    if replaces_chats {
        for table in [
            Table::Chats,
            Table::Members,
            Table::Timelines,
            Table::Messages,
        ] {
            records.remove(table, Keys::all());
        }
    }
    for id in removed_chat_ids {
        records.remove(Table::Chats, Keys::one(id.to_string()));
        records.remove(Table::Timelines, Keys::one(id.to_string()));
        records.remove(Table::Messages, Keys::under(format!("{id}/")));
        records.remove(Table::Members, Keys::under(format!("{id}/")));
    }
    for id in regrouped_chat_ids {
        records.remove(Table::Members, Keys::under(format!("{id}/")));
    }
    for chat in &chats {
        records.put(Table::Chats, chat.info.id.to_string(), chat);
    }
    for (id, member) in &members {
        records.put(Table::Members, format!("{id}/{}", member.user_id), member);
    }
    for user in &users {
        records.put(Table::Users, user.id.to_string(), user);
    }
    for (id, timeline) in &timelines {
        records.put(Table::Timelines, id.to_string(), timeline);
    }
    for (id, seq) in cut_before {
        let keys = Keys {
            from: message_key(id, 0),
            until: Some(message_key(id, seq)),
        };
        records.remove(Table::Messages, keys);
    }
    for message in messages {
        let key = message_key(message.chat_id, message.seq);
        records.put(Table::Messages, key, &*message);
    }
    for (id, draft) in drafts {
        records.put_or_remove(Table::Drafts, id.to_string(), draft);
    }
    records.queue(reads, settled_ids, &outgoing, uploads);
    if let Some(head) = head {
        records.put(Table::Meta, HEAD.to_owned(), &head);
    }
    records.0
}

fn message_key(chat_id: ChatId, seq: u64) -> String {
    format!("{chat_id}/{seq:016x}")
}

fn outgoing_key(id: MessageId) -> String {
    format!("message/{id}")
}

/// Changes being put together.
struct Records(Vec<Change>);

impl Records {
    fn put(&mut self, table: Table, key: String, value: &impl Serialize) {
        self.0.push(text(table, key, value));
    }

    fn put_or_remove(&mut self, table: Table, key: String, value: Option<impl Serialize>) {
        match value {
            Some(value) => self.put(table, key, &value),
            None => self.remove(table, Keys::one(key)),
        }
    }

    fn queue(
        &mut self,
        reads: Vec<(ChatId, Option<u64>)>,
        settled_ids: Vec<MessageId>,
        outgoing: &[KeptOutgoing],
        uploads: Vec<((MessageId, usize), Content)>,
    ) {
        for (chat_id, seq) in reads {
            let item = seq.map(|seq| KeptItem::Read { seq });
            let read = item.map(|item| KeptOutgoing { chat_id, item });
            self.put_or_remove(Table::Outbox, format!("read/{chat_id}"), read);
        }
        for id in settled_ids {
            self.remove(Table::Outbox, Keys::one(outgoing_key(id)));
            self.remove(Table::Uploads, Keys::under(format!("{id}/")));
        }
        for outgoing in outgoing {
            if let KeptItem::Message(message) = &outgoing.item {
                self.put(Table::Outbox, outgoing_key(message.message_id), outgoing);
            }
        }
        for ((id, index), content) in uploads {
            let key = format!("{id}/{index}");
            let value = Value::Content(content);
            let record = Record { key, value };
            self.0.push(Change::Put(Table::Uploads, record));
        }
    }

    fn remove(&mut self, table: Table, keys: Keys) {
        self.0.push(Change::Remove(table, keys));
    }
}

fn text(table: Table, key: String, value: &impl Serialize) -> Change {
    let json = serde_json::to_string(value).expect("what is kept has string keys");
    let value = Value::Text(json);
    Change::Put(table, Record { key, value })
}

fn texts(records: Vec<Record>) -> Result<Vec<(String, String)>, StoreError> {
    let texts = records.into_iter().map(|record| match record.value {
        Value::Text(text) => Ok((record.key, text)),
        Value::Content(_) => Err(DAMAGED),
    });
    texts.collect()
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| DAMAGED)
}

fn id(key: &str) -> Result<ChatId, StoreError> {
    key.parse().map_err(|_| DAMAGED)
}
