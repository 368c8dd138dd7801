//! Coming to rest, and comparing every device with the server.

use std::{collections::BTreeMap, time::Duration};

use relaychat_protocol::{ChatId, UserId, rest::messages::Message};

use super::{Device, Fate, Model, changing::Shown};
use crate::{Client, DeliveryState, TimelineState};

/// How long it may take until there is nothing left to do: back-off ends at 30 s.
const REST_S: u64 = 300;

/// Adds what a timeline shows to what is known. No hole is shown as history.
fn note(now: &TimelineState, there: &mut BTreeMap<u64, Shown>) {
    let mut last = None;
    for message in now.items.iter().filter_map(|item| item.message()) {
        let Some(seq) = message.seq else { continue };
        assert!(
            last.is_none_or(|last| seq == last + 1),
            "{last:?} and {seq}"
        );
        last = Some(seq);
        let known = there.insert(seq, Shown::of(message));
        assert!(known.is_none_or(|known| known == there[&seq]));
    }
}

impl Model {
    /// The network and the server become good, everybody is there, and time passes.
    pub(super) async fn settle(&mut self) {
        self.server.set_chaos(None);
        if self.is_down {
            self.server.cut(false);
        }
        for device in &mut self.devices {
            device.bury().await;
            device.life.meet(Fate::Works);
            if device.is_down() {
                device.start();
            }
            device.set_network_online(true);
        }
        for _ in 0..REST_S {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let is_quiet = |device: &Device| {
                let client = device.client.as_ref().expect("it was started");
                client.runtime().look(|state| state.is_quiet())
            };
            if self.devices.iter().all(is_quiet) {
                return;
            }
        }
        let busy = self.devices.iter().map(|device| {
            let client = device.client.as_ref().expect("it was started");
            client.runtime().look(|state| match state.is_quiet() {
                true => String::new(),
                false => format!("{state:#?}"),
            })
        });
        panic!("it does not come to rest: {}", busy.collect::<String>());
    }

    pub(super) async fn check(&self) {
        for (index, device) in self.devices.iter().enumerate() {
            let client = device.client.as_ref().expect("it was started");
            self.check_wishes(index, client);
            self.check_chats(device, client);
            for chat_id in &self.chats {
                self.check_timeline(device, client, *chat_id).await;
            }
            self.check_sent(device, client);
        }
    }

    /// Chats, members, watermarks and unread counts are the server's.
    fn check_chats(&self, device: &Device, client: &Client) {
        client.runtime().look(|state| {
            for chat_id in &self.chats {
                let server = self
                    .server
                    .world(|world| world.chat_of(device.user_id, *chat_id));
                let here = state.chats.get(chat_id).map(|chat| {
                    let mut chat = chat.to_wire();
                    chat.members.sort_by_key(|member| member.user_id);
                    chat
                });
                assert_eq!(here, server);
            }
        });
    }

    /// The history has each message of the server once, in its order; below are only failed ones.
    async fn check_timeline(&self, device: &Device, client: &Client, chat_id: ChatId) {
        let user_id = device.user_id;
        if self
            .server
            .world(|world| world.chat_of(user_id, chat_id))
            .is_none()
        {
            return;
        }
        let timeline = client.chat(chat_id).timeline();
        let state = timeline.state();
        let settled = |now: &TimelineState| !now.is_loading;
        super::super::until(&state, settled).await;
        timeline
            .jump_to_latest()
            .await
            .expect("the network is good");
        let mut there = BTreeMap::new();
        note(&state.get(), &mut there);
        while state.get().has_before {
            timeline.load_before().await.expect("the network is good");
            note(&state.get(), &mut there);
        }
        // And down again: what is far from the reader is dropped.
        while state.get().has_after {
            timeline.load_after().await.expect("the network is good");
            note(&state.get(), &mut there);
        }
        let messages = self.server.world(|world| world.messages(chat_id).to_vec());
        let newest = messages.last().map(|message| message.id);
        let is_complete = |now: &TimelineState| {
            let mut here = now.items.iter().filter_map(|item| item.message());
            newest.is_none() || here.any(|message| Some(message.id) == newest)
        };
        let now = super::super::until(&state, is_complete).await;
        note(&now, &mut there);
        let expected = messages
            .iter()
            .map(|message| (message.seq, Shown::to(user_id, message)));
        assert_eq!(there, expected.collect());
        for echo in now.items.iter().filter_map(|item| item.message()) {
            assert!(echo.seq.is_some() || echo.state == Some(DeliveryState::Failed));
        }
    }

    /// What was sent is there, or has failed and says so, or was taken back; and in order.
    fn check_sent(&self, device: &Device, client: &Client) {
        let mut last: BTreeMap<ChatId, u64> = BTreeMap::new();
        for sent in &device.sent {
            let messages = self
                .server
                .world(|world| world.messages(sent.chat_id).to_vec());
            let mut found = messages.iter().filter(|message| message.id == sent.id);
            let place = found.next().map(|message| message.seq);
            assert!(found.next().is_none(), "{sent:?} is there twice");
            let is_acknowledged = sent.state.get().message.is_some();
            if sent.may_be_lost || sent.is_taken_back {
                continue;
            }
            let Some(place) = place else {
                let outgoing = client.chat(sent.chat_id).outgoing(sent.id);
                let state = outgoing.map(|outgoing| outgoing.state().get().state);
                assert!(!is_acknowledged, "{sent:?} was acknowledged and is lost");
                assert_eq!(state, Some(DeliveryState::Failed), "{sent:?} is lost");
                continue;
            };
            let message = messages.iter().find(|message| message.id == sent.id);
            let is_as_sent = |message: &&Message| {
                message.edited_at_ms.is_none() && message.deleted_at_ms.is_none()
            };
            let text = message.filter(is_as_sent).map(|message| &message.text);
            assert!(
                text.is_none() || sent.texts.iter().any(|known| Some(known) == text),
                "{sent:?} says {text:?}"
            );
            if self.is_good && !sent.may_be_old && text.is_some() {
                assert_eq!(sent.texts.last(), text, "{sent:?}");
            }
            if !sent.is_retried {
                let before = last.insert(sent.chat_id, place);
                assert!(before < Some(place), "{sent:?} has overtaken another");
            }
            assert!(sent.number > 0);
        }
    }

    /// A restart without a network shows the same from the store.
    pub(super) async fn check_what_is_kept(&mut self) {
        for device in &mut self.devices {
            device.stop().await;
            device.start_with(false);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        for device in &self.devices {
            let client = device.client.as_ref().expect("it was started");
            self.check_chats(device, client);
            self.check_sent(device, client);
            for chat_id in &self.chats {
                self.check_kept_timeline(device.user_id, client, *chat_id)
                    .await;
            }
        }
    }

    async fn check_kept_timeline(&self, user_id: UserId, client: &Client, chat_id: ChatId) {
        let messages = self.server.world(|world| world.messages(chat_id).to_vec());
        let expected: Vec<_> = messages
            .iter()
            .rev()
            .take(20)
            .map(|message| Shown::to(user_id, message))
            .collect();
        if client
            .runtime()
            .look(|state| !state.chats.contains_key(&chat_id))
        {
            return;
        }
        let timeline = client.chat(chat_id).timeline();
        let is_there = |now: &TimelineState| {
            let here = now.items.iter().rev().filter_map(|item| item.message());
            let here = here.filter(|message| message.seq.is_some());
            here.take(expected.len())
                .map(|message| Shown::of(message))
                .eq(expected.iter().cloned())
        };
        super::super::until(&timeline.state(), is_there).await;
    }
}
