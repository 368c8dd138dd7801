//! What the façade watches: a topic, the observable behind it, and what was read of it last.

use std::{pin::Pin, rc::Rc, sync::Arc};

use futures_util::future::{AbortHandle, abortable};
use relaychat_sdk::{
    self as sdk, Client, Lookup, Observable, Outgoing, PresenceWatch, RelayError, Timeline,
};
use serde::Serialize;

use crate::{
    convert::{storage, users},
    host::Host,
    patch::{Entry, entries, to_json},
    promise::id,
    shapes,
};

/// A topic that is open. Dropping it ends the watching.
pub(crate) struct View {
    source: Box<dyn Source>,
    watching: AbortHandle,
    /// Kept because a timeline is open as long as its handle lives.
    pub(crate) timeline: Option<Timeline>,
    /// Kept because presence is watched as long as this lives.
    _presence: Option<PresenceWatch>,
}

impl View {
    /// JSON of what changed since the last read.
    pub(crate) fn read(&mut self) -> Option<String> {
        self.source.read()
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

/// What opening a topic needs.
pub(crate) struct Opening<'a> {
    pub(crate) client: &'a Client,
    pub(crate) host: &'a Rc<Host>,
    /// The message on its way that the topic names, if it names one.
    pub(crate) outgoing: Option<Outgoing>,
}

impl Opening<'_> {
    /// Opens a topic; an error when it names nothing.
    pub(crate) fn open(self, topic: &str) -> Result<View, RelayError> {
        // Who reads is in front; what is read is the same for everybody.
        let (_, read) = topic.split_once('@').unwrap_or(("", topic));
        let (kind, name) = read.split_once('/').unwrap_or((read, ""));
        let client = self.client;
        match kind {
            "connection" => Ok(self.view(topic, client.connection(), |now, _| {
                json::<shapes::Connection<'_>, _>(now)
            })),
            "me" => Ok(self.view(topic, client.me(), |now, _| {
                to_json(&now.as_deref().map(shapes::Me::from))
            })),
            "limits" => Ok(self.view(topic, client.limits(), |now, _| {
                now.as_ref()
                    .map_or_else(String::new, json::<shapes::Limits<'_>, _>)
            })),
            "blocked" => Ok(self.view(topic, client.people().blocked(), |now, _| {
                now.as_deref()
                    .map_or_else(String::new, |blocked| to_json(&users(blocked)))
            })),
            "storage" => Ok(self.view(topic, client.storage(), |now, _| to_json(&storage(*now)))),
            "draft" => Ok(
                self.view(topic, client.chat(id(name)?).watch_draft(), |now, _| {
                    to_json(now)
                }),
            ),
            "chats" => Ok(self.view(topic, client.chats().state(), chat_list)),
            "summary" => Ok(self.view(topic, client.chat(id(name)?).summary(), summary)),
            "members" => Ok(
                self.view(topic, client.chat(id(name)?).members(), |now, before| {
                    let members: Vec<Entry<shapes::Member<'_>>> =
                        entries(now, before.map(Vec::as_slice));
                    to_json(&members)
                }),
            ),
            "pinned" => Ok(self.view(topic, client.chat(id(name)?).pinned(), |now, _| {
                now.as_deref().map_or_else(String::new, |pinned| {
                    let pinned: Vec<_> = pinned
                        .iter()
                        .map(|one| shapes::Message::from(&**one))
                        .collect();
                    to_json(&pinned)
                })
            })),
            "timeline" => {
                let open = client.chat(id(name)?).timeline();
                let mut view = self.view(topic, open.state(), timeline);
                view.timeline = Some(open);
                Ok(view)
            }
            "presence" => {
                let watch = client.people().presence(id(name)?);
                let mut view = self.view(topic, watch.observable(), |now, _| {
                    now.as_ref()
                        .map_or_else(String::new, json::<shapes::Presence, _>)
                });
                view._presence = Some(watch);
                Ok(view)
            }
            "outgoing" => match &self.outgoing {
                Some(outgoing) => Ok(self.view(topic, outgoing.state(), |now, _| {
                    json::<shapes::Outgoing<'_>, _>(now)
                })),
                None => Err(RelayError::cancelled()),
            },
            _ => Err(RelayError::closed()),
        }
    }

    fn view<T: 'static>(&self, topic: &str, observable: Observable<T>, write: Write<T>) -> View {
        let mut changes = observable.subscribe();
        let (host, topic) = (Rc::clone(self.host), topic.to_owned());
        let watching = start(Box::pin(async move {
            while changes.changed().await.is_some() {
                host.wake(&topic);
            }
        }));
        View {
            source: Box::new(Watched {
                observable,
                last: None,
                write,
            }),
            watching,
            timeline: None,
            _presence: None,
        }
    }
}

/// Not generic: what watching needs is in the module once, and not once for every topic.
fn start(watch: Pin<Box<dyn Future<Output = ()>>>) -> AbortHandle {
    let (watch, watching) = abortable(watch);
    wasm_bindgen_futures::spawn_local(async move {
        // Aborted or at its end, it is over.
        let _ = watch.await;
    });
    watching
}

trait Source {
    fn read(&mut self) -> Option<String>;
}

/// Writes a snapshot, given the one that was read before. What is not known (yet, or any more) has
/// no JSON and is written as nothing.
type Write<T> = fn(&T, Option<&T>) -> String;

struct Watched<T> {
    observable: Observable<T>,
    last: Option<Arc<T>>,
    write: Write<T>,
}

impl<T> Source for Watched<T> {
    fn read(&mut self) -> Option<String> {
        let now = self.observable.get();
        if self
            .last
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(last, &now))
        {
            return None;
        }
        let json = (self.write)(&now, self.last.as_deref());
        self.last = Some(now);
        Some(json)
    }
}

fn json<'a, S: From<&'a T> + Serialize, T>(value: &'a T) -> String {
    to_json(&S::from(value))
}

fn summary(now: &Lookup<sdk::ChatSummary>, _: Option<&Lookup<sdk::ChatSummary>>) -> String {
    match now {
        Lookup::Pending => String::new(),
        Lookup::Missing => "null".to_owned(),
        Lookup::Found(summary) => json::<shapes::ChatSummary<'_>, _>(&**summary),
    }
}

fn chat_list(now: &sdk::ChatListState, before: Option<&sdk::ChatListState>) -> String {
    let sdk::ChatListState {
        items,
        is_loading,
        has_more,
        unread_count,
        unread_chat_count,
    } = now;
    to_json(&shapes::ChatList {
        items: entries(items, before.map(|before| &before.items[..])),
        is_loading: *is_loading,
        has_more: *has_more,
        unread_count: *unread_count,
        unread_chat_count: *unread_chat_count,
    })
}

fn timeline(now: &sdk::TimelineState, before: Option<&sdk::TimelineState>) -> String {
    let sdk::TimelineState {
        items,
        is_loading,
        is_loading_before,
        has_before,
        is_loading_after,
        has_after,
        error,
    } = now;
    to_json(&shapes::Timeline {
        items: entries(items, before.map(|before| &before.items[..])),
        is_loading: *is_loading,
        is_loading_before: *is_loading_before,
        has_before: *has_before,
        is_loading_after: *is_loading_after,
        has_after: *has_after,
        error: error.as_ref().map(Into::into),
    })
}
