//! Everything that can happen, as streams of events.
//!
//! What the client tells comes in two forms: a value that can be watched
//! ([`Observable`](relaychat_sdk::Observable)), and a list with its changes
//! ([`Diffs`](relaychat_sdk::Diffs)). Both become events here.

use std::{sync::Arc, time::Duration};

use crossterm::event::EventStream;
use futures_util::{
    Stream, StreamExt,
    stream::{self, LocalBoxStream, SelectAll},
};
use jiff::Zoned;
use relaychat_sdk::{
    ChatSummary, Client, Observable, PresenceWatch, Timeline, TimelineItem, VectorDiff,
    protocol::{ChatId, UserId},
};
use tokio::time::interval;

use crate::model::Event;

/// A count-down is shown in seconds.
const TICK: Duration = Duration::from_secs(1);

/// Several streams as one.
pub(crate) type Events = SelectAll<LocalBoxStream<'static, Event>>;

/// What happens as long as the program runs; the chats there are now come first.
pub(crate) fn always(client: &Client) -> Events {
    let (chats, changes) = client.chats().subscribe();
    let first = stream::iter([Event::Chats(all(chats))]);
    stream::select_all([
        keyboard().boxed_local(),
        ticks().boxed_local(),
        terminated().boxed_local(),
        values(&client.connection(), Event::Connection).boxed_local(),
        values(&client.storage(), Event::Storage).boxed_local(),
        values(&client.me(), Event::Me).boxed_local(),
        values(&client.chats().state(), Event::List).boxed_local(),
        first.chain(changes.map(Event::Chats)).boxed_local(),
    ])
}

/// What happens in a chat while its timeline is open, and the items there are now.
pub(crate) fn chat(
    client: &Client,
    timeline: &Timeline,
    id: ChatId,
) -> (Vec<Arc<TimelineItem>>, Events) {
    let (items, changes) = timeline.subscribe();
    let mut events = stream::select_all([
        changes.map(Event::Items).boxed_local(),
        values(&timeline.state(), Event::Timeline).boxed_local(),
    ]);
    let peer = client
        .chat(id)
        .summary()
        .get()
        .found()
        .and_then(|chat| peer(chat));
    if let Some(peer) = peer {
        events.push(presence(client.people().presence(peer)).boxed_local());
    }
    (items, events)
}

fn peer(chat: &ChatSummary) -> Option<UserId> {
    chat.peer.as_ref().map(|peer| peer.id)
}

/// The value now, and each that follows.
fn values<T: 'static>(
    observable: &Observable<T>,
    event: fn(Arc<T>) -> Event,
) -> impl Stream<Item = Event> + use<T> {
    let subscription = observable.subscribe();
    let first = stream::iter([event(subscription.get())]);
    let later = stream::unfold(subscription, move |mut subscription| async move {
        let now = subscription.changed().await?;
        Some((event(now), subscription))
    });
    first.chain(later)
}

/// The presence of one person, which is watched as long as the stream lives.
fn presence(watch: PresenceWatch) -> impl Stream<Item = Event> {
    let events = values(&watch.observable(), Event::Presence);
    events.map(move |event| {
        let _watched = &watch;
        event
    })
}

fn keyboard() -> impl Stream<Item = Event> {
    let events = EventStream::new().map(|event| event.map_or(Event::Terminated, Event::Terminal));
    // A terminal that is gone has no more keys.
    events.chain(stream::iter([Event::Terminated]))
}

fn ticks() -> impl Stream<Item = Event> {
    stream::unfold(interval(TICK), |mut interval| async move {
        interval.tick().await;
        Some((Event::Tick(Zoned::now()), interval))
    })
}

/// The system ends the program, or the terminal is closed.
#[cfg(unix)]
fn terminated() -> impl Stream<Item = Event> {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        SignalKind::terminate(),
        SignalKind::hangup(),
        SignalKind::interrupt(),
    ];
    let signals = kinds.into_iter().filter_map(|kind| signal(kind).ok());
    stream::select_all(signals.map(|signal| {
        stream::unfold(signal, |mut signal| async move {
            signal.recv().await?;
            Some((Event::Terminated, signal))
        })
        .boxed_local()
    }))
}

#[cfg(not(unix))]
fn terminated() -> impl Stream<Item = Event> {
    stream::once(async {
        let _ = tokio::signal::ctrl_c().await;
        Event::Terminated
    })
}

/// A whole list as a change of an empty one.
fn all<T>(inserted: Vec<T>) -> Vec<VectorDiff<T>> {
    vec![VectorDiff {
        index: 0,
        removed_count: 0,
        inserted,
    }]
}
