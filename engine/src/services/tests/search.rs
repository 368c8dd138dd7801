//! Searching: what is found equals a scan, whoever asks and however far the index is behind.
//!
//! The scan knows nothing of folding and words: messages are made of a vocabulary of which it is
//! written down, by hand, where its words begin and how they read when they are folded.

use std::collections::{BTreeMap, HashMap};

use futures_util::future::join_all;
use relaychat_protocol::{ErrorCode, rest::search::Having};

use super::*;
use crate::{
    domain::attachment::{Attachment, Kind, Usage},
    services::Search,
    storage::conformance::samples::Dice,
};

/// Parts of texts, each with every beginning of a word in it, folded and to the end of its run.
const VOCABULARY: &[(&str, &[&str])] = &[
    ("hello", &["hello"]),
    ("Help!", &["help"]),
    ("Café", &["cafe"]),
    ("Cafe\u{301}teria", &["cafeteria"]),
    ("MÜLLER", &["muller"]),
    ("Straße", &["strasse"]),
    ("Łódź", &["lodz"]),
    ("Việt", &["viet"]),
    ("e-mail", &["e", "mail"]),
    ("42", &["42"]),
    ("v2.0", &["v2", "0"]),
    ("Привет", &["привет"]),
    ("ёлка", &["елка"]),
    ("Йод", &["иод"]),
    ("Ελλάδα", &["ελλαδα"]),
    ("λόγος", &["λογοσ"]),
    ("أحمد", &["احمد"]),
    ("مَرْحَبًا", &["مرحبا"]),
    ("שָׁלוֹם", &["שלום"]),
    ("東京都", &["東京都", "京都", "都"]),
    ("京都", &["京都", "都"]),
    ("会議。", &["会議", "議"]),
    ("ラーメン", &["ラーメン", "ーメン", "メン", "ン"]),
    ("ガラス", &["ガラス", "ラス", "ス"]),
    ("カ\u{3099}ム", &["ガム", "ム"]),
    ("iPhone手机", &["iphone", "手机", "机"]),
    ("안녕하세요", &["안녕하세요"]),
    ("친구", &["친구"]),
    ("สวัสดี", &["สวัสดี", "วัสดี", "ัสดี", "สดี", "ดี", "ี"]),
    ("हिन्दी", &["हिन्दी"]),
    ("🎉🎂", &["🎉🎂", "🎂"]),
    ("👍🏽", &["👍"]),
    ("https://example.com/x", &["https", "example", "com", "x"]),
    ("…?!", &[]),
];
/// The part with a link.
const LINK: usize = 32;

const PEOPLE: usize = 5;
const CHATS: usize = 9;

/// What the scan knows of a message.
#[derive(Clone, Debug)]
struct Said {
    /// Which parts of the vocabulary it has, as bits.
    parts: u64,
    chat: usize,
    sender: usize,
    sent_at_ms: i64,
}

struct Scene {
    harness: Harness,
    dice: Dice,
    people: Vec<Caller>,
    chats: Vec<ChatId>,
    /// Who is in a chat.
    members: Vec<Vec<usize>>,
    said: HashMap<MessageId, Said>,
}

impl Scene {
    async fn new(seed: u64) -> Self {
        let harness = Harness::new().await;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(harness.person(&format!("person{number}")).await);
        }
        let (mut chats, mut members) = (Vec::new(), Vec::new());
        for number in 0..CHATS {
            let others: Vec<usize> = (1..PEOPLE).filter(|one| (number + one) % 3 != 0).collect();
            let callers: Vec<_> = others.iter().map(|one| people[*one]).collect();
            chats.push(harness.group(people[0], &callers).await);
            members.push([vec![0], others].concat());
        }
        Self {
            harness,
            dice: Dice(seed),
            people,
            chats,
            members,
            said: HashMap::new(),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.dice.below(u32::try_from(bound).expect("small")) as usize
    }

    /// A text, and which parts it has.
    fn text(&mut self) -> (String, u64) {
        let parts: Vec<usize> = (0..=self.below(6))
            .map(|_| self.below(VOCABULARY.len()))
            .collect();
        let words: Vec<_> = parts.iter().map(|part| VOCABULARY[*part].0).collect();
        let bits = parts.iter().fold(0, |bits, part| bits | 1_u64 << part);
        (words.join(" "), bits)
    }

    /// Several messages at once, so that some are written by one transaction.
    async fn say(&mut self, count: usize) {
        let now_ms = self.harness.clock.now_ms();
        let mut drafts = Vec::new();
        for _ in 0..count {
            let chat = self.below(CHATS);
            let place = self.below(self.members[chat].len());
            let sender = self.members[chat][place];
            let (text, parts) = self.text();
            let caller = self.people[sender];
            let draft = self.harness.draft(caller, self.chats[chat], &text);
            let said = Said {
                parts,
                chat,
                sender,
                sent_at_ms: now_ms,
            };
            self.said.insert(draft.id, said);
            drafts.push((caller, draft));
        }
        let services = &self.harness.services;
        let sends = drafts
            .into_iter()
            .map(|(caller, draft)| services.send_message(caller, draft));
        for sent in join_all(sends).await {
            sent.expect("the message is sent");
        }
        self.harness.clock.advance_ms(SECOND_MS);
    }

    /// Edits or deletes a message.
    async fn amend(&mut self) {
        let mut ids: Vec<_> = self.said.keys().copied().collect();
        ids.sort_unstable();
        let id = ids[self.below(ids.len())];
        let said = self.said[&id].clone();
        let place = (self.chats[said.chat], id);
        let caller = self.people[said.sender];
        let services = Arc::clone(&self.harness.services);
        if !self.members[said.chat].contains(&said.sender) {
            return;
        }
        if self.below(3) == 0 {
            let deleted = services.delete_message(caller, place).await;
            deleted.expect("deletes");
            self.said.remove(&id);
        } else {
            let (text, parts) = self.text();
            let edited = services.edit_message(caller, place, worded(&text)).await;
            edited.expect("edits");
            self.said.insert(id, Said { parts, ..said });
        }
    }

    /// Takes a few messages of a chat into the index.
    async fn index(&mut self, limit: u32) {
        let chat = self.below(CHATS);
        let chat = self.chats[chat];
        let mut transaction = self.harness.services.storage.begin().await.expect("begins");
        let taken = transaction.search().index_next(chat, limit).await;
        taken.expect("takes in");
        transaction.commit(Box::new(|_| {})).await.expect("commits");
    }

    /// All messages, newest first, as the definition has it.
    async fn order(&self) -> Vec<MessageId> {
        let mut transaction = self.harness.services.storage.begin().await.expect("begins");
        let search = transaction.search();
        search.clear().await.expect("clears");
        let everything = (self.people[0].user_id, None);
        let all = search.list_unindexed(everything, None, u32::MAX).await;
        let mut all = all.expect("lists");
        // Dropped: the index stays as it was.
        drop(transaction);
        all.sort_by_key(|row| (row.change, row.value.chat_id, row.value.seq));
        all.iter().rev().map(|row| row.value.id).collect()
    }
}

/// A question, and what the scan makes of it.
struct Question {
    who: usize,
    search: Search,
    /// For each word the parts of the vocabulary that have it.
    words: Vec<u64>,
    limit: u32,
}

impl Question {
    fn new(scene: &mut Scene) -> Self {
        let (mut query, mut words) = (String::new(), Vec::new());
        for _ in 0..=scene.below(3) {
            let starts = VOCABULARY[scene.below(VOCABULARY.len() - 1)].1;
            let start = starts[scene.below(starts.len())];
            let length = 1 + scene.below(start.chars().count());
            let word: String = start.chars().take(length).collect();
            words.push(having(&word));
            query.push_str(match scene.below(3) {
                0 => ", ",
                _ => " ",
            });
            query.push_str(&match scene.below(2) {
                0 => word.to_uppercase(),
                _ => word,
            });
        }
        let chat = scene.below(CHATS);
        let now_ms = scene.harness.clock.now_ms();
        let mut time = |one_in| {
            let ago_ms = SECOND_MS * i64::try_from(scene.below(200)).expect("small");
            (scene.below(one_in) == 0).then_some(now_ms - ago_ms)
        };
        let (before_ms, after_ms) = (time(5), time(5));
        let who = scene.below(PEOPLE);
        let is_in = scene.members[chat].contains(&who);
        let sender = scene.below(PEOPLE);
        let sender = scene.people[sender].user_id;
        Self {
            who,
            words,
            limit: u32::try_from(1 + scene.below(100)).expect("small"),
            search: Search {
                query,
                chat_id: (is_in && scene.below(3) == 0).then_some(scene.chats[chat]),
                sender_id: (scene.below(4) == 0).then_some(sender),
                before_ms,
                after_ms,
                has: (scene.below(6) == 0).then_some(Having::Link),
            },
        }
    }

    fn finds(&self, scene: &Scene, said: &Said) -> bool {
        let search = &self.search;
        let chat = scene.chats[said.chat];
        let sender = scene.people[said.sender].user_id;
        scene.members[said.chat].contains(&self.who)
            && search.chat_id.is_none_or(|id| id == chat)
            && search.sender_id.is_none_or(|id| id == sender)
            && search.before_ms.is_none_or(|ms| said.sent_at_ms < ms)
            && search.after_ms.is_none_or(|ms| said.sent_at_ms >= ms)
            && (search.has.is_none() || said.parts & (1 << LINK) != 0)
            && self.words.iter().all(|parts| parts & said.parts != 0)
    }

    /// What the services find, page by page, but no more than `pages`.
    async fn found(&self, scene: &Scene, pages: usize) -> (Vec<MessageId>, bool) {
        let (caller, mut found, mut cursor) = (scene.people[self.who], Vec::new(), None);
        for _ in 0..pages {
            let limit = Some(self.limit);
            let services = &scene.harness.services;
            let page =
                services.search_messages(caller, self.search.clone(), cursor.as_deref(), limit);
            let page = page.await.expect("searches");
            assert!(page.messages.len() <= self.limit as usize);
            found.extend(page.messages.iter().map(|message| message.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return (found, true);
            }
        }
        (found, false)
    }
}

/// The parts of the vocabulary in which a word begins so.
fn having(word: &str) -> u64 {
    let parts = VOCABULARY.iter().enumerate();
    let has = parts.filter(|(_, (_, starts))| starts.iter().any(|start| start.starts_with(word)));
    has.fold(0, |bits, (part, _)| bits | 1 << part)
}

/// Asks random questions; returns how many messages were found in all.
async fn ask(scene: &mut Scene, questions: usize) -> usize {
    let order = scene.order().await;
    let mut all = 0;
    for _ in 0..questions {
        let question = Question::new(scene);
        let wanted = order.iter().filter(|id| {
            let said = scene.said.get(id);
            said.is_some_and(|said| question.finds(scene, said))
        });
        let (found, is_whole) = question.found(scene, 6).await;
        let wanted: Vec<_> = match is_whole {
            true => wanted.copied().collect(),
            false => wanted.copied().take(found.len()).collect(),
        };
        assert_eq!(found, wanted, "{:?}", question.search);
        all += found.len();
    }
    all
}

#[tokio::test]
async fn what_is_found_equals_a_scan_of_what_the_caller_may_see() {
    let is_long = std::env::var_os("RELAYCHAT_CASES").is_some();
    let (rounds, burst, questions) = if is_long {
        (100, 500, 100)
    } else {
        (12, 100, 40)
    };
    let mut scene = Scene::new(7).await;
    let mut found = 0;
    for round in 0..rounds {
        scene.say(burst).await;
        for _ in 0..burst / 10 {
            scene.amend().await;
        }
        for _ in 0..CHATS {
            let limit = scene.dice.below(u32::try_from(burst).expect("small"));
            scene.index(limit + 1).await;
        }
        if round == rounds / 2 {
            // Somebody leaves everything and finds nothing any more; what they said stays.
            for chat in 0..CHATS {
                if scene.members[chat].contains(&4) {
                    let (services, leaver) = (&scene.harness.services, scene.people[4]);
                    let left = services.remove_member(leaver, scene.chats[chat], leaver.user_id);
                    left.await.expect("leaves");
                    scene.members[chat].retain(|one| *one != 4);
                }
            }
        }
        found += ask(&mut scene, questions).await;
    }
    assert!(found > rounds * questions, "the questions find something");
}

#[tokio::test]
async fn files_pictures_and_links_are_told_apart() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let chat = harness.direct_chat(ann, bob).await;
    let texts = ["word", "word www.example.com", "word", "word"];
    let mut messages = Vec::new();
    for text in texts {
        messages.push(harness.say(ann, chat, text).await);
    }
    let upload = |kind: Kind| Attachment {
        id: relaychat_protocol::AttachmentId(harness.services.new_id()),
        owner_id: ann.user_id,
        kind,
        usage: Usage::Unused,
        // What somebody calls a picture and was not looked into is a file.
        content_type: "image/png".to_owned(),
        size_bytes: 1,
        width: 1,
        height: 1,
        thumb_hash: None,
        file_name: None,
        created_at_ms: START_MS,
    };
    let mut transaction = harness.services.storage.begin().await.expect("begins");
    for (seq, kind) in [(5, Kind::Image), (6, Kind::File)] {
        let file = upload(kind);
        let inserted = transaction.attachments().insert(&file).await;
        inserted.expect("inserts");
        let with_file = Message {
            id: MessageId(harness.services.new_id()),
            seq,
            attachments: vec![file],
            ..messages[0].clone()
        };
        let inserted = transaction.messages().insert_many(&[with_file]).await;
        inserted.expect("inserts");
    }
    transaction.commit(Box::new(|_| {})).await.expect("commits");
    let found = async |has| {
        let search = Search {
            query: "word".to_owned(),
            has,
            ..Search::default()
        };
        let page = harness.services.search_messages(bob, search, None, None);
        let page = page.await.expect("searches");
        page.messages.iter().map(|one| one.seq).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(found(None).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(found(Some(Having::Image)).await, [5]);
        assert_eq!(found(Some(Having::File)).await, [6]);
        assert_eq!(found(Some(Having::Link)).await, [2]);
        let mut transaction = harness.services.storage.begin().await.expect("begins");
        let taken = transaction.search().index_next(chat, 100).await;
        taken.expect("takes in");
        transaction.commit(Box::new(|_| {})).await.expect("commits");
    }
}

#[tokio::test]
async fn who_is_not_in_a_chat_finds_nothing_of_it() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let eve = harness.person("eve").await;
    let chat = harness.group(ann, &[bob]).await;
    harness.say(ann, chat, "canary").await;
    let search = |chat_id| Search {
        query: "canary".to_owned(),
        chat_id,
        ..Search::default()
    };
    let services = &harness.services;
    for is_indexed in [false, true] {
        if is_indexed {
            crate::jobs::index_words(services).await.expect("indexes");
        }
        let found = services.search_messages(bob, search(None), None, None);
        assert_eq!(found.await.expect("searches").messages.len(), 1);
        let found = services.search_messages(eve, search(None), None, None);
        assert!(found.await.expect("searches").messages.is_empty());
        let refused = services.search_messages(eve, search(Some(chat)), None, None);
        assert_eq!(
            refused.await.expect_err("refused").code,
            ErrorCode::NotFound
        );
    }
    let removed = services.remove_member(ann, chat, bob.user_id).await;
    removed.expect("removes");
    let found = services.search_messages(bob, search(None), None, None);
    assert!(found.await.expect("searches").messages.is_empty());
    let refused = services.search_messages(bob, search(Some(chat)), None, None);
    assert_eq!(
        refused.await.expect_err("refused").code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn a_query_needs_a_word() {
    let harness = Harness::new().await;
    let ann = harness.person("ann").await;
    let long = "x".repeat(300);
    for query in ["", "  ", "?!", &long] {
        let search = Search {
            query: query.to_owned(),
            ..Search::default()
        };
        let refused = harness.services.search_messages(ann, search, None, None);
        let refused = refused.await.expect_err("refused");
        assert_eq!(refused.code, ErrorCode::ValidationFailed);
        assert_eq!(refused.field, Some("query"));
    }
}

#[tokio::test]
async fn two_nodes_that_index_at_once_take_each_message_once() {
    let harness = Harness::new().await;
    let (ann, bob) = (harness.person("ann").await, harness.person("bob").await);
    let mut sent = BTreeMap::new();
    for name in ["one", "two"] {
        let chat = harness.group(ann, &[bob]).await;
        for number in 0..150 {
            let text = format!("{name} {number}");
            sent.insert(harness.say(ann, chat, &text).await.id, text);
        }
    }
    let other = harness.another_node().await;
    let both = [&*harness.services, &other].map(crate::jobs::index_words);
    let taken = join_all(both)
        .await
        .into_iter()
        .map(|taken| taken.expect("indexes"));
    assert_eq!(taken.sum::<u64>(), 300);
    let again = crate::jobs::index_words(&other).await.expect("indexes");
    assert_eq!(again, 0);
    for (query, count) in [("one", 100), ("two 7", 11)] {
        let search = Search {
            query: query.to_owned(),
            ..Search::default()
        };
        let page = other.search_messages(bob, search, None, Some(100)).await;
        assert_eq!(page.expect("searches").messages.len(), count, "{query}");
    }
}
