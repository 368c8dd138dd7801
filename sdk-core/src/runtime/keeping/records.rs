//! What is kept as records of a store, and back.
//!
//! Everything is JSON under a key that begins with what it belongs to. The format has a number; a
//! higher one was written by a newer version and is not touched but for the queue, whose records
//! are read one by one.

use relaychat_protocol::{
    ChatId, MessageId,
    rest::{chats::Chat, messages::Message},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Content, Store, decode, encode,
    state::{
        history::KeptLoad,
        kept::{Changes, Kept, KeptItem, KeptOutgoing},
        wanted_settings::WantedSettings,
    },
    store::{Change, Keys, Record, StoreError, StoreErrorKind, Table, Value},
};

/// How records are written at present.
const FORMAT: u64 = 1;

const HEAD: &str = "head";
const FORMAT_KEY: &str = "format";

/// The tables of what the server has told.
const SYNCED: [Table; 4] = [Table::Chats, Table::Members, Table::Users, Table::Timelines];

/// The tables of what is queued and typed.
const QUEUE: [Table; 3] = [Table::Outbox, Table::Drafts, Table::Uploads];

const DAMAGED: StoreError = StoreError {
    kind: StoreErrorKind::Damaged,
    operation: "read",
};

/// Reads everything but histories and files that belong to no message.
pub(super) async fn read(store: &dyn Store) -> Result<Kept, StoreError> {
    let mut head = None;
    for (key, json) in texts(store.read(Table::Meta, Keys::all()).await?)? {
        match key.as_str() {
            FORMAT_KEY
                if parse_plain(&json)?
                    .as_u64()
                    .is_none_or(|format| format > FORMAT) =>
            {
                return Err(DAMAGED);
            }
            HEAD => head = Some(parse(&json)?),
            _ => {}
        }
    }
    let mut kept = Kept {
        head,
        ..Queue::read(store, true).await?.parse()
    };
    if kept.head.is_none() {
        return Ok(kept);
    }
    let mut tables = [const { Vec::new() }; 4];
    for (place, table) in SYNCED.into_iter().enumerate() {
        tables[place] = texts(store.read(table, Keys::all()).await?)?;
    }
    let [chats, members, users, timelines] = tables;
    // Both come in the order of their keys. Members of a chat that is not here are passed by.
    let mut members = members.into_iter().peekable();
    for (key, json) in chats {
        let mut chat: Chat = parse(&json)?;
        let keys = Keys::under(format!("{key}/"));
        while let Some((of, json)) = members.next_if(|(of, _)| Some(of) < keys.until.as_ref()) {
            if keys.contain(&of) {
                chat.members.push(parse(&json)?);
            }
        }
        // As the server has them: longest standing first.
        chat.members.sort_by_key(|member| member.joined_at_ms);
        kept.chats.push(chat);
    }
    for (_, json) in users {
        kept.users.push(parse(&json)?);
    }
    for (key, json) in timelines {
        kept.timelines.push((id(&key)?, parse(&json)?));
    }
    Ok(kept)
}

/// What was queued and typed, as it lies in the store.
struct Queue {
    outbox: Vec<Record>,
    drafts: Vec<Record>,
    uploads: Vec<Record>,
}

impl Queue {
    /// What is not to be read `whole` is read as far as it can be: a table that is broken takes no
    /// other with it.
    async fn read(store: &dyn Store, is_whole: bool) -> Result<Self, StoreError> {
        let mut tables = [const { Vec::new() }; 3];
        for (place, table) in QUEUE.into_iter().enumerate() {
            tables[place] = match store.read(table, Keys::all()).await {
                Err(error) if is_whole => return Err(error),
                found => found.unwrap_or_default(),
            };
        }
        let [outbox, drafts, uploads] = tables;
        Ok(Self {
            outbox,
            drafts,
            uploads,
        })
    }

    /// What can be understood of it. The rest is left where it is: a newer version may know it.
    fn parse(&self) -> Kept {
        let mut kept = Kept::default();
        for (_, json) in self.outbox.iter().filter_map(json_of) {
            match KeptOutgoing::from_json(json.as_bytes()) {
                Ok(outgoing) => kept.outgoing.push(outgoing),
                Err(_) => tracing::warn!("something that was queued cannot be read"),
            }
        }
        for (key, json) in self.drafts.iter().filter_map(json_of) {
            if let (Ok(chat_id), Ok(serde_json::Value::String(text))) = (id(key), parse_plain(json))
            {
                kept.drafts.push((chat_id, text));
            }
        }
        for Record { key, value } in &self.uploads {
            let Value::Content(content) = value else {
                continue;
            };
            let place = key.split_once('/');
            let place = place.and_then(|(id, index)| Some((id.parse().ok()?, index.parse().ok()?)));
            kept.uploads
                .extend(place.map(|place| (place, content.clone())));
        }
        kept
    }

    fn into_changes(self) -> Vec<Change> {
        let tables = [self.outbox, self.drafts, self.uploads];
        let tables = QUEUE.into_iter().zip(tables);
        let put = |(table, records): (Table, Vec<Record>)| {
            let records = records.into_iter();
            records.map(move |record| Change::Put(table, record))
        };
        tables.flat_map(put).collect()
    }
}

/// Clears a store that cannot be read, but for what was queued and typed, where that can be.
pub(super) async fn save(store: &dyn Store) -> (Result<(), StoreError>, Kept) {
    let Ok(queue) = Queue::read(store, false).await else {
        return (store.clear().await, Kept::default());
    };
    let kept = queue.parse();
    let mut result = store.clear().await;
    if result.is_ok() {
        result = store.write(queue.into_changes()).await;
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
        outdated,
        messages,
        drafts,
        reads,
        settings,
        outgoing,
        uploads,
        settled_ids,
        done_ids,
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
        records.remove_chat(id);
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
    let cut = cut_before.into_iter();
    records.forget_messages(cut.map(|(id, seq)| (id, (0, seq.saturating_sub(1)))));
    records.forget_messages(outdated);
    for message in messages {
        let key = message_key(message.chat_id, message.seq);
        records.put(Table::Messages, key, &*message);
    }
    for (id, draft) in drafts {
        records.put_or_remove(Table::Drafts, id.to_string(), draft);
    }
    records.forget_changes(done_ids);
    records.set(settings);
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

fn change_key(id: MessageId) -> String {
    format!("change/{id}")
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
            let key = match &outgoing.item {
                KeptItem::Message(message) => outgoing_key(message.message_id),
                KeptItem::Change(change) => change_key(change.message_id),
                KeptItem::Read { .. } | KeptItem::Settings(_) | KeptItem::Unknown => continue,
            };
            self.put(Table::Outbox, key, outgoing);
        }
        for ((id, index), content) in uploads {
            let key = format!("{id}/{index}");
            let value = Value::Content(content);
            let record = Record { key, value };
            self.0.push(Change::Put(Table::Uploads, record));
        }
    }

    /// Closed ranges of `seq`.
    fn forget_messages(&mut self, ranges: impl IntoIterator<Item = (ChatId, (u64, u64))>) {
        for (id, (first_seq, last_seq)) in ranges {
            let keys = Keys {
                from: message_key(id, first_seq),
                until: Some(message_key(id, last_seq.saturating_add(1))),
            };
            self.remove(Table::Messages, keys);
        }
    }

    fn forget_changes(&mut self, ids: Vec<MessageId>) {
        for id in ids {
            self.remove(Table::Outbox, Keys::one(change_key(id)));
        }
    }

    fn set(&mut self, settings: Vec<(ChatId, Option<WantedSettings>)>) {
        for (chat_id, wanted) in settings {
            let item = wanted.map(KeptItem::Settings);
            let kept = item.map(|item| KeptOutgoing { chat_id, item });
            self.put_or_remove(Table::Outbox, format!("settings/{chat_id}"), kept);
        }
    }

    fn remove_chat(&mut self, id: ChatId) {
        self.remove(Table::Chats, Keys::one(id.to_string()));
        self.remove(Table::Timelines, Keys::one(id.to_string()));
        for table in [Table::Messages, Table::Members] {
            self.remove(table, Keys::under(format!("{id}/")));
        }
    }

    fn remove(&mut self, table: Table, keys: Keys) {
        self.0.push(Change::Remove(table, keys));
    }
}

fn text(table: Table, key: String, value: &impl Serialize) -> Change {
    let value = Value::Text(encode::json(value));
    Change::Put(table, Record { key, value })
}

fn texts(records: Vec<Record>) -> Result<Vec<(String, String)>, StoreError> {
    let texts = records.into_iter().map(|record| match record.value {
        Value::Text(text) => Ok((record.key, text)),
        Value::Content(_) => Err(DAMAGED),
    });
    texts.collect()
}

fn json_of(record: &Record) -> Option<(&str, &str)> {
    match &record.value {
        Value::Text(json) => Some((&record.key, json)),
        Value::Content(_) => None,
    }
}

/// Reads an object: everything but the format and the drafts.
fn parse<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    decode::object(json.as_bytes()).map_err(|_| DAMAGED)
}

fn parse_plain(json: &str) -> Result<serde_json::Value, StoreError> {
    decode::value(json.as_bytes()).map_err(|_| DAMAGED)
}

fn id(key: &str) -> Result<ChatId, StoreError> {
    key.parse().map_err(|_| DAMAGED)
}
