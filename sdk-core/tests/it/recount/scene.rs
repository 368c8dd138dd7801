//! The devices and the server of a walk: what is done, and what they show.

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    Chat, ChatChange, ConnectionState, Draft, Edit, Lookup, Mentions, Outgoing, Timeline,
    protocol::{
        ChatId, MessageId, UserId,
        rest::{
            chats::{ChatWithUsers, SeqRange},
            messages::{EditMessage, Message as WireMessage, SendMessage},
            users::UnreadTotal,
        },
    },
};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

use super::model::{
    ANN, BOB, CEM, DEVICES, Deed, EVERYONE, GROUP, OWNERS, PEOPLE, ROOMS, Random, Room,
};
use crate::{
    support::{DEADLINE, Person, in_time, until},
    two_people_chat::reqwest_client,
};

/// What is done to is among the newest.
const NEWEST: usize = 12;

/// What a device did offline, for the model when the server hears of it.
enum Later {
    Send(usize, Outgoing, usize),
    Edit(usize, MessageId, usize),
    Delete(usize, MessageId),
    Read(usize, usize),
}

struct Device {
    person: Person,
    owner: usize,
    is_online: bool,
    /// How many messages of each chat it had seen when its network went.
    known: [usize; ROOMS],
    /// Which chats its person was in then.
    was_in: [bool; ROOMS],
    later: Vec<Later>,
    timelines: [Option<Timeline>; ROOMS],
}

pub(super) struct Scene {
    engine: TestEngine,
    /// Who they are, and what opens REST to them.
    people: [(UserId, String); PEOPLE],
    http: reqwest::Client,
    devices: Vec<Device>,
    rooms: [Room; ROOMS],
    count: u64,
    last: Option<Deed>,
    mentions: u64,
}

impl Device {
    fn new(owner: usize, person: Person) -> Self {
        Self {
            person,
            owner,
            is_online: true,
            known: [0; ROOMS],
            was_in: [false; ROOMS],
            later: Vec::new(),
            timelines: [None, None],
        }
    }

    fn chat(&self, id: ChatId) -> Chat {
        self.person.client.chat(id)
    }

    /// The timeline shows a message as wanted.
    async fn shows(
        &mut self,
        (room, id): (usize, ChatId),
        message_id: MessageId,
        is_met: impl Fn(&relaychat_sdk::Message) -> bool,
    ) {
        let chat = self.person.client.chat(id);
        let timeline = self.timelines[room].get_or_insert_with(|| chat.timeline());
        until(&timeline.state(), |now| {
            let mut messages = now.items.iter().filter_map(|item| item.message());
            messages.any(|message| message.id == message_id && is_met(message))
        })
        .await;
    }
}

impl Scene {
    pub(super) async fn begin() -> Self {
        let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
        let phone = Person::log_in(&engine, "ann@example.com").await;
        let tablet = phone.on_another_device(&engine).await;
        let his = Person::log_in(&engine, "bob@example.com").await;
        let cem = engine.log_in("cem@example.com").await;
        let people = [
            (phone.id(), phone.access_token()),
            (his.id(), his.access_token()),
            (cem.id, cem.access_token),
        ];
        let devices: Vec<_> = (OWNERS.into_iter().zip([phone, tablet, his]))
            .map(|(owner, person)| Device::new(owner, person))
            .collect();
        let chats = devices[0].person.client.chats();
        let direct = chats.open_direct(people[BOB].0).await.expect("a chat");
        let others = vec![people[BOB].0, people[CEM].0];
        let group = chats.create_group("All", others).await.expect("a group");
        let rooms = [
            Room::new(direct, &[ANN, BOB]),
            Room::new(group, &[ANN, BOB, CEM]),
        ];
        Self {
            engine,
            people,
            http: reqwest_client(),
            devices,
            rooms,
            count: 0,
            last: None,
            mentions: 0,
        }
    }

    pub(super) async fn take(&mut self, deed: Deed, random: &mut Random) {
        self.count += 1;
        self.last = Some(deed);
        let device = random.below(DEVICES);
        let room = random.below(ROOMS);
        if self.devices[device].is_online {
            self.catch_up(device).await;
        }
        match deed {
            Deed::Network => self.network(device).await,
            Deed::Membership => self.membership().await,
            Deed::Foreign => self.foreign(random).await,
            Deed::ForeignEdit => self.foreign_edit(random).await,
            _ if !self.is_in(device, room) => {}
            Deed::Send => self.send(device, room, random.below(PEOPLE + 2)).await,
            Deed::Read => self.read(device, room, random).await,
            Deed::Edit | Deed::Delete | Deed::React => {
                self.change(deed, (device, room), random).await;
            }
        }
    }

    /// Whether the device can act in the chat. One that is offline knows neither that its person was
    /// put out nor that they came back.
    fn is_in(&self, device: usize, room: usize) -> bool {
        let device = &self.devices[device];
        match device.is_online {
            true => self.rooms[room].has(device.owner),
            false => device.was_in[room],
        }
    }

    /// Everything that was said is on the device, so that it can be acted on.
    async fn catch_up(&mut self, device: usize) {
        let (device, rooms) = (&mut self.devices[device], &self.rooms);
        for (number, room) in rooms.iter().enumerate() {
            if let Some(said) = room.said.last().filter(|_| room.has(device.owner)) {
                let is_there = |message: &relaychat_sdk::Message| message.seq.is_some();
                device.shows((number, room.id), said.id, is_there).await;
            }
            device.known[number] = room.said.len();
        }
    }

    async fn send(&mut self, device: usize, room: usize, meant: usize) {
        let draft = Draft {
            mentions: self.mentions(meant),
            ..Draft::text(format!("text {}", self.count))
        };
        let (device, place) = (&mut self.devices[device], &mut self.rooms[room]);
        let sent = device.chat(place.id).send(draft);
        if device.is_online {
            let sent = in_time(sent.delivered()).await.expect("it is delivered");
            place.push((sent.id, sent.seq), device.owner, meant);
        } else {
            device.later.push(Later::Send(room, sent, meant));
        }
    }

    async fn read(&mut self, device: usize, room: usize, random: &mut Random) {
        let (device, place) = (&mut self.devices[device], &mut self.rooms[room]);
        let up_to = device.known[room].saturating_sub(random.below(4));
        device.chat(place.id).mark_read(place.seq_of(up_to));
        if device.is_online {
            place.read_up_to(device.owner, up_to);
        } else {
            device.later.push(Later::Read(room, up_to));
        }
    }

    /// Edits, deletes or reacts to something that the person may.
    async fn change(&mut self, deed: Deed, (number, room): (usize, usize), random: &mut Random) {
        // Offline it is not known whom it means by now.
        let is_kept = self.devices[number].is_online && random.below(2) == 0;
        let meant = (!is_kept).then(|| random.below(PEOPLE + 2));
        let mentions = meant.map(|meant| self.mentions(meant));
        let (device, place) = (&mut self.devices[number], &mut self.rooms[room]);
        let owner = device.owner;
        let is_over_others = matches!(deed, Deed::React)
            || (matches!(deed, Deed::Delete) && owner == ANN && room == GROUP);
        let said = place.said[..device.known[room]].iter().rev().take(NEWEST);
        let may: Vec<_> = said
            .filter(|said| !said.is_deleted && (is_over_others || said.sender == owner))
            .map(|said| said.id)
            .collect();
        if may.is_empty() {
            return;
        }
        let (id, chat) = (may[random.below(may.len())], device.chat(place.id));
        match deed {
            Deed::Edit => {
                let text = format!("edited {}", self.count);
                chat.edit(id, Edit { text, mentions }).expect("a text");
                match meant {
                    None => {}
                    Some(meant) if device.is_online => place.mean(id, meant),
                    Some(meant) => device.later.push(Later::Edit(room, id, meant)),
                }
            }
            Deed::Delete if device.is_online => {
                chat.delete(id);
                place.delete(id);
            }
            Deed::Delete => {
                chat.delete(id);
                device.later.push(Later::Delete(room, id));
            }
            _ => chat.react(id, "👍", random.below(3) > 0),
        }
        if device.is_online {
            let is_told = |message: &relaychat_sdk::Message| message.pending.is_none();
            device.shows((room, place.id), id, is_told).await;
        }
    }

    async fn network(&mut self, number: usize) {
        let device = &mut self.devices[number];
        device.is_online = !device.is_online;
        device.person.client.set_network_online(device.is_online);
        if !device.is_online {
            device.was_in = std::array::from_fn(|room| self.rooms[room].has(device.owner));
            return;
        }
        until(&device.person.client.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
        for later in std::mem::take(&mut device.later) {
            match later {
                Later::Send(room, sent, meant) => {
                    let place = &mut self.rooms[room];
                    let delivered = in_time(sent.delivered()).await;
                    assert_eq!(delivered.is_ok(), place.has(device.owner), "{delivered:?}");
                    if let Ok(sent) = delivered {
                        place.push((sent.id, sent.seq), device.owner, meant);
                    }
                }
                Later::Read(room, count) => self.rooms[room].read_up_to(device.owner, count),
                Later::Edit(room, id, meant) if self.rooms[room].has(device.owner) => {
                    let place = &mut self.rooms[room];
                    place.mean(id, meant);
                    let is_told = |message: &relaychat_sdk::Message| message.pending.is_none();
                    device.shows((room, place.id), id, is_told).await;
                }
                Later::Delete(room, id) if self.rooms[room].has(device.owner) => {
                    let place = &mut self.rooms[room];
                    place.delete(id);
                    let is_gone = |message: &relaychat_sdk::Message| {
                        message.is_deleted && message.pending.is_none()
                    };
                    device.shows((room, place.id), id, is_gone).await;
                }
                Later::Edit(..) | Later::Delete(..) => {}
            }
        }
    }

    pub(super) async fn all_online(&mut self) {
        for device in 0..DEVICES {
            if !self.devices[device].is_online {
                self.network(device).await;
            }
        }
    }

    async fn membership(&mut self) {
        let Some(hers) = self.devices.iter().position(|one| one.is_online) else {
            return;
        };
        let (bob, room) = (self.people[BOB].0, &mut self.rooms[GROUP]);
        if self.devices[hers].owner != ANN {
            return;
        }
        let chat = self.devices[hers].chat(room.id);
        let (change, read) = match room.has(BOB) {
            true => (ChatChange::RemoveMember(bob), None),
            false => (ChatChange::AddMembers(vec![bob]), Some(room.said.len())),
        };
        in_time(chat.change(change)).await.expect("the owner may");
        room.read[BOB] = read;
        for his in self.devices.iter_mut().filter(|one| one.owner == BOB) {
            his.timelines[GROUP] = None;
        }
    }

    fn mentions(&self, meant: usize) -> Mentions {
        let person = self.people.get(meant).map(|person| person.0);
        Mentions {
            user_ids: person.into_iter().collect(),
            is_everyone: meant == EVERYONE,
        }
    }

    async fn foreign(&mut self, random: &mut Random) {
        let meant = random.below(PEOPLE + 2);
        let send = SendMessage {
            message_id: message_id(self.count),
            text: format!("foreign {}", self.count),
            attachment_ids: Vec::new(),
            reply_to_id: None,
            mentions: Some(self.mentions(meant)),
        };
        let path = format!("/v1/chats/{}/messages", self.rooms[GROUP].id);
        let sent: Option<WireMessage> = self.ask(CEM, (Method::POST, &path), Some(&send)).await;
        let sent = sent.expect("is sent");
        self.rooms[GROUP].push((sent.id, Some(sent.seq)), CEM, meant);
    }

    async fn foreign_edit(&mut self, random: &mut Random) {
        let meant = random.below(PEOPLE + 2);
        let edit = EditMessage {
            text: format!("edited {}", self.count),
            mentions: Some(self.mentions(meant)),
        };
        let room = &self.rooms[GROUP];
        let newest = room.said.iter().enumerate().rev().take(NEWEST);
        let mut his = newest.filter(|(_, said)| said.sender == CEM && !said.is_deleted);
        let Some((place, said)) = his.next() else {
            return;
        };
        let path = format!("/v1/chats/{}/messages/{}", room.id, said.id);
        let edited = self.ask(CEM, (Method::PATCH, &path), Some(&edit)).await;
        let _: WireMessage = edited.expect("is edited");
        self.rooms[GROUP].said[place].meant = meant;
    }

    /// Counts one by one.
    pub(super) async fn compare(&mut self, seed: u64) {
        let at = format!("seed {seed}, step {}: {:?}", self.count, self.last);
        for (number, device) in self.devices.iter().enumerate() {
            if device.is_online {
                let wanted = self.counts(device.owner);
                let shown = in_time_or(&wanted, || shown(device, &self.rooms)).await;
                assert_eq!(shown, wanted, "on device {number}, {at}");
            }
        }
        for who in [ANN, BOB] {
            // What a device that is offline has read is not known to the server yet.
            let wanted = self.counts(who);
            let found = self.on_server(who, &wanted).await;
            assert_eq!(found, wanted, "on the server for {who}, {at}");
            let meant = wanted.rooms.iter().flatten().map(|(_, meant)| meant);
            self.mentions += u64::from(meant.sum::<u64>() > 0);
        }
    }

    fn counts(&self, who: usize) -> Counts {
        let rooms: Vec<_> = self.rooms.iter().map(|room| room.counts(who)).collect();
        Counts::of(rooms)
    }

    /// What the server says, once that is what is wanted.
    async fn on_server(&self, who: usize, wanted: &Counts) -> Counts {
        let end = tokio::time::Instant::now() + DEADLINE;
        loop {
            let found = self.ask_server(who).await;
            if found == *wanted || tokio::time::Instant::now() > end {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    async fn ask_server(&self, who: usize) -> Counts {
        let mut rooms = Vec::new();
        for room in &self.rooms {
            let chat: Option<ChatWithUsers> =
                self.get(who, &format!("/v1/chats/{}", room.id)).await;
            rooms.push(chat.map(|found| {
                let mentions = length(&found.chat.mentioned_unread);
                (found.chat.unread_count, mentions)
            }));
        }
        let total: Option<UnreadTotal> = self.get(who, "/v1/me/unread").await;
        let total = total.expect("counts");
        Counts {
            rooms,
            total: (total.unread_count, total.unread_chat_count),
        }
    }

    async fn get<T: DeserializeOwned>(&self, who: usize, path: &str) -> Option<T> {
        self.ask(who, (Method::GET, path), None::<&()>).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        who: usize,
        (method, path): (Method, &str),
        body: Option<&impl Serialize>,
    ) -> Option<T> {
        let url = format!("{}{path}", self.engine.url());
        let request = self.http.request(method, url);
        let request = request.bearer_auth(&self.people[who].1);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let answer = answer.error_for_status().ok()?;
        Some(answer.json().await.expect("what was asked for"))
    }

    /// How often a mention was counted.
    pub(super) async fn end(self) -> u64 {
        self.engine.stop().await;
        self.mentions
    }
}

/// What a program names its message number `count`.
fn message_id(count: u64) -> MessageId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&count.to_be_bytes());
    MessageId(uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &random).into_uuid())
}

/// Unread messages and mentions of each chat somebody is in, and what the badge says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counts {
    rooms: Vec<Option<(u64, u64)>>,
    total: (u64, u64),
}

impl Counts {
    fn of(rooms: Vec<Option<(u64, u64)>>) -> Self {
        let unread = rooms.iter().flatten().map(|(unread, _)| *unread);
        let unread: Vec<u64> = unread.filter(|count| *count > 0).collect();
        Self {
            rooms,
            total: (unread.iter().sum(), unread.len() as u64),
        }
    }
}

fn length(ranges: &[SeqRange]) -> u64 {
    ranges
        .iter()
        .map(|range| range.last_seq - range.first_seq + 1)
        .sum()
}

fn shown(device: &Device, rooms: &[Room]) -> Counts {
    let in_room = |room: &Room| match &*device.chat(room.id).summary().get() {
        Lookup::Found(chat) => Some((chat.unread_count, chat.mention_count)),
        Lookup::Pending | Lookup::Missing => None,
    };
    let list = device.person.client.chats().state().get();
    Counts {
        rooms: rooms.iter().map(in_room).collect(),
        total: (list.unread_count, list.unread_chat_count),
    }
}

/// What is shown, once that is what is wanted.
async fn in_time_or(wanted: &Counts, shown: impl Fn() -> Counts) -> Counts {
    let end = tokio::time::Instant::now() + DEADLINE;
    loop {
        let now = shown();
        if now == *wanted || tokio::time::Instant::now() > end {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}
