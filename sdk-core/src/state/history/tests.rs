//! Loading, following, jumping; and any order of pages gives the same timeline.

use proptest::prelude::*;
use relaychat_protocol::{ChatId, MessageId, UserId};

use super::*;

fn message(seq: u64) -> Arc<Message> {
    let id = uuid::Uuid::from_u128(u128::from(seq));
    Arc::new(Message {
        id: MessageId(id),
        chat_id: ChatId(uuid::Uuid::nil()),
        seq,
        version: seq,
        count: seq,
        sender_id: UserId(uuid::Uuid::nil()),
        sent_at_ms: 0,
        text: String::new(),
        attachments: Vec::new(),
        edited_at_ms: None,
        deleted_at_ms: None,
        reply_to: None,
        reactions: Vec::new(),
        mentions: None,
        pinned_at_ms: None,
        event: None,
    })
}

fn messages(first: u64, last: u64) -> Vec<Arc<Message>> {
    (first..=last).map(message).collect()
}

fn shown(history: &History) -> Vec<u64> {
    history
        .shown_messages()
        .map(|message| message.seq)
        .collect()
}

/// What a server with messages 1 to `last_seq` answers.
fn answer(query: HistoryQuery, last_seq: u64) -> (Vec<Arc<Message>>, bool) {
    const PAGE: u64 = 20;
    let (first, last) = match query {
        HistoryQuery::Latest => (last_seq.saturating_sub(PAGE - 1).max(1), last_seq),
        HistoryQuery::Before(seq) => (seq.saturating_sub(PAGE).max(1), seq - 1),
        HistoryQuery::After(seq) => (seq + 1, (seq + PAGE).min(last_seq)),
        HistoryQuery::Around(seq) => (
            seq.saturating_sub(PAGE / 2).max(1),
            (seq + PAGE / 2).min(last_seq),
        ),
    };
    (messages(first, last), first > 1)
}

/// Loads until nothing is wanted any more; returns what was asked.
fn load_all(history: &mut History, last_seq: u64) -> Vec<HistoryQuery> {
    let mut asked = Vec::new();
    while let Some(query) = history.next_load(last_seq, 0) {
        asked.push(query);
        let (page, has_before) = answer(query, last_seq);
        history.loaded(query, &page, has_before);
        assert!(asked.len() < 100, "it never ends: {asked:?}");
    }
    history.settle(last_seq);
    asked
}

#[test]
fn a_timeline_loads_a_screenful_and_more_when_asked() {
    let mut history = History::default();
    assert_eq!(history.next_load(100, 0), None, "nobody looks");
    history.open();
    assert!(history.is_loading(100));
    let asked = load_all(&mut history, 100);
    assert_eq!(asked, [HistoryQuery::Latest, HistoryQuery::Before(81)]);
    history.wish(Wish::Before);
    assert!(history.is_loading_before());
    assert_eq!(load_all(&mut history, 100), [HistoryQuery::Before(61)]);
    assert_eq!(shown(&history), (41..=100).collect::<Vec<_>>());
    assert!(history.has_before(100) && !history.has_after(100));
}

#[test]
fn an_empty_chat_has_nothing_to_load() {
    let mut history = History::default();
    history.open();
    assert_eq!(load_all(&mut history, 0), []);
    assert!(!history.is_loading(0) && !history.has_before(0) && !history.has_after(0));
}

/// A followed view of messages 41 to 100, to which `newest` and four before it arrive.
fn after_a_hole(newest: u64) -> History {
    let mut history = History::default();
    history.open();
    load_all(&mut history, 100);
    history.wish(Wish::Before);
    load_all(&mut history, 100);
    history.insert(messages(newest - 4, newest));
    assert_eq!(shown(&history), (41..=100).collect::<Vec<_>>());
    load_all(&mut history, newest);
    history
}

#[test]
fn a_small_hole_is_filled_from_the_old_side() {
    let history = after_a_hole(100 + REPAIR_AT_MOST);
    let newest = 100 + REPAIR_AT_MOST;
    assert_eq!(shown(&history), (41..=newest).collect::<Vec<_>>());
    assert!(history.is_following());
}

#[test]
fn a_large_hole_stays_one_and_the_reader_stays_where_they_are() {
    let newest = 101 + REPAIR_AT_MOST;
    let mut history = after_a_hole(newest);
    assert_eq!(shown(&history), (41..=100).collect::<Vec<_>>());
    assert!(history.has_after(newest) && !history.is_following());
    assert!(history.take_left_behind() && !history.take_left_behind());
    history.wish(Wish::After);
    load_all(&mut history, newest);
    assert_eq!(shown(&history), (41..=120).collect::<Vec<_>>());
    while history.has_after(newest) {
        history.wish(Wish::After);
        load_all(&mut history, newest);
    }
    assert_eq!(shown(&history), (41..=newest).collect::<Vec<_>>());
    let mut history = after_a_hole(newest);
    history.wish(Wish::Latest);
    load_all(&mut history, newest);
    assert!(history.is_following() && !shown(&history).contains(&100));
    assert_eq!(shown(&history).last(), Some(&newest));
}

#[test]
fn a_view_drops_what_is_far_from_where_somebody_reads() {
    let mut history = History::default();
    history.open();
    load_all(&mut history, 400);
    while shown(&history)[0] > 281 {
        history.wish(Wish::Before);
        load_all(&mut history, 400);
    }
    history.trim_view(120);
    assert_eq!(shown(&history).len(), 120, "an eighth beyond is left");
    history.wish(Wish::Before);
    load_all(&mut history, 400);
    history.trim_view(120);
    assert_eq!(shown(&history), (261..=380).collect::<Vec<_>>());
    assert!(history.has_after(400) && history.get(381).is_none());
    history.wish(Wish::After);
    load_all(&mut history, 400);
    history.trim_view(120);
    assert_eq!(shown(&history), (281..=400).collect::<Vec<_>>());
    assert!(history.is_following() && history.has_before(400));
}

#[test]
fn only_the_newest_are_kept_and_nothing_is_noted_that_the_store_has_not() {
    let mut history = History::default();
    history.insert(messages(1, 100));
    let first = history.keep(40);
    assert_eq!(first.timeline.ranges, [(61, 100)]);
    assert_eq!(first.seqs, (61..=100).collect::<Vec<_>>());
    assert_eq!(first.cut_before, Some(61));
    history.insert(messages(101, 104));
    history.insert(messages(50, 60));
    let second = history.keep(40);
    assert_eq!(
        second.timeline.ranges,
        [(61, 104)],
        "an eighth beyond is left"
    );
    assert_eq!(second.seqs, (101..=104).collect::<Vec<_>>());
    second
        .seqs
        .into_iter()
        .for_each(|seq| history.put_back(seq));
    assert_eq!(history.kept.all(), [(61, 100)], "the write has failed");
    assert_eq!(history.keep(40).seqs, (101..=104).collect::<Vec<_>>());
}

#[test]
fn a_jump_shows_the_surroundings_and_reading_on_leads_to_the_end() {
    let mut history = History::default();
    history.open();
    load_all(&mut history, 100);
    history.wish(Wish::Around(10));
    assert_eq!(load_all(&mut history, 100)[0], HistoryQuery::Around(10));
    assert_eq!(shown(&history)[0], 1);
    assert!(!history.is_jumping() && history.has_after(100) && !history.is_following());
    while history.has_after(100) {
        history.wish(Wish::After);
        load_all(&mut history, 100);
    }
    assert!(history.is_following());
    assert_eq!(shown(&history), (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_failed_load_tells_who_asked_and_is_tried_again_later() {
    let mut history = History::default();
    history.open();
    history.next_load(100, 0).expect("it loads");
    history.failed(RelayError::network("no route"), 0, 1.0);
    assert!(history.error.is_some());
    assert_eq!(history.next_load(100, 0), None);
    let due_ms = history.deadline_ms(0).expect("it waits");
    assert_eq!(history.next_load(100, due_ms), Some(HistoryQuery::Latest));
}

#[test]
fn an_own_message_ahead_of_its_predecessors_is_shown_behind_the_others() {
    let mut history = History::default();
    history.open();
    history.loaded(HistoryQuery::Latest, &messages(1, 30), false);
    history.settle(30);
    history.insert_acknowledged(message(33));
    assert_eq!(shown(&history), (1..=30).collect::<Vec<_>>());
    let early: Vec<_> = history
        .early_messages()
        .map(|message| message.seq)
        .collect();
    assert_eq!(early, [33]);
    history.insert(messages(31, 32));
    history.settle(33);
    assert_eq!(shown(&history), (1..=33).collect::<Vec<_>>());
    assert_eq!(history.early_messages().count(), 0);
}

proptest! {
    #[test]
    fn whatever_arrives_in_any_order_the_end_is_the_whole_without_holes(
        arrivals in prop::collection::vec((1_u64..120, 0_u64..6), 0..30),
        jump in prop::option::of(1_u64..120),
    ) {
        let mut history = History::default();
        history.open();
        let mut last_seq = 0;
        for (first, more) in arrivals {
            last_seq = last_seq.max(first + more);
            history.insert(messages(first, first + more));
            if first % 3 == 0 {
                load_all(&mut history, last_seq);
            }
            let now = shown(&history);
            prop_assert!(now.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", now);
        }
        if let Some(seq) = jump.filter(|seq| *seq <= last_seq) {
            history.wish(Wish::Around(seq));
            load_all(&mut history, last_seq);
            prop_assert!(shown(&history).contains(&seq));
            history.wish(Wish::Latest);
        }
        load_all(&mut history, last_seq);
        while history.has_before(last_seq) {
            history.wish(Wish::Before);
            load_all(&mut history, last_seq);
        }
        prop_assert_eq!(shown(&history), (1..=last_seq).collect::<Vec<_>>());
    }
}
