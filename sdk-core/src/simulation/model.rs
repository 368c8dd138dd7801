//! The whole client against a model, from seeds: people on several devices write, read, edit, delete,
//! react, take back, retry, lose their network, are killed at every point where something is kept, and start again,
//! while the network and the server are as bad as the protocol allows. Then all of it becomes quiet,
//! and every device must equal the server: each message once, in order, as it was changed
//! last, no message and no change lost in silence.
//!
//! Time, ids and randomness are simulated, so that a seed is a run. One that fails is printed; it
//! runs again, alone, with `RELAYCHAT_SEED=<seed>`. `RELAYCHAT_CASES=<count>` runs more, or fewer.

use std::time::Duration;

use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::messages::{Mentions, SendMessage},
};

use crate::{
    Draft, Upload,
    platform::simulated,
    state::history::Bounds,
    transport::fake::{
        FakeServer,
        chaos::{Chaos, Random},
        world::{Backup, TOO_LARGE, UPLOAD_BYTES},
    },
};

mod changing;
mod check;
mod device;
mod tests;

use device::{Device, Fate};

/// Things that happen in one run: enough for several to meet.
const STEPS: u64 = 36;

/// Bounds that a run goes beyond.
const NARROW: Bounds = Bounds {
    closed: 40,
    unwritten: 30,
    view: 120,
    kept: 0,
    kept_of_chat: (40, 60),
};

/// Everybody and everything.
struct Model {
    random: Random,
    server: FakeServer,
    devices: Vec<Device>,
    chats: Vec<ChatId>,
    carol_id: UserId,
    backup: Option<Backup>,
    is_down: bool,
    /// A backup was restored: what came after it is gone.
    was_restored: bool,
    /// The network loses nothing but connections.
    is_good: bool,
    count: u64,
}

impl Model {
    async fn begin(seed: u64) -> Self {
        simulated::begin(seed);
        let mut random = Random::new(seed);
        let server = FakeServer::default();
        let (users, chats) = server.world(|world| {
            let names = [(10, "Alice"), (20, "Bob"), (30, "Carol")];
            let [alice, bob, carol] = names.map(|(number, name)| world.add_user(number, name));
            let chats = vec![
                world.add_chat(100, &[alice, bob]),
                world.add_chat(101, &[alice, bob, carol]),
                world.add_chat(102, &[alice, carol]),
            ];
            ([alice, bob, carol], chats)
        });
        let [alice_id, bob_id, carol_id] = users;
        let permille = [0, 10, 40, 120, 250];
        let permille = *random.pick(&permille).expect("there are some");
        let chaos = Chaos::new(Random::new(!seed), permille);
        server.set_chaos(Some(chaos));
        let bounds = match random.is(500) {
            true => NARROW,
            false => Bounds::default(),
        };
        let mut devices: Vec<_> = [alice_id, alice_id, bob_id]
            .into_iter()
            .map(|user_id| Device::new(user_id, &server, bounds))
            .collect();
        for device in &mut devices {
            device.start();
        }
        Self {
            random,
            server,
            devices,
            chats,
            carol_id,
            backup: None,
            is_down: false,
            was_restored: false,
            is_good: permille == 0,
            count: 0,
        }
    }

    /// One thing happens, and then some time passes.
    async fn step(&mut self) {
        let device = usize::try_from(self.random.below(3)).expect("small");
        let chat_id = *self.random.pick(&self.chats).expect("there are some");
        match self.random.below(49) {
            0..=9 => self.send(device, chat_id),
            10..=12 => self.take_back_or_retry(device),
            13..=15 => self.read(device, chat_id),
            16 | 17 => self.devices[device].look(chat_id),
            18 | 19 => {
                let is_online = self.random.is(500);
                self.devices[device].set_network_online(is_online);
            }
            20 => {
                self.is_down = !self.is_down;
                self.server.cut(self.is_down);
            }
            21 => self.server.cut(self.is_down),
            22 | 23 => self.others_write(chat_id),
            24 => self.catch_up(device),
            25..=28 => self.fate(device).await,
            29 => self.devices[device].stop().await,
            30 => self.devices[device].suspend(&mut self.random).await,
            31 => self.back_up_or_restore(),
            32 => self.devices[device].damage(&mut self.random).await,
            33 => self.devices[device].draft(chat_id, self.count),
            34..=36 => self.edit(device),
            37..=44 => {
                self.count += 1;
                let device = &mut self.devices[device];
                device.change(chat_id, &mut self.random, self.count);
            }
            45 | 46 => self.others_change(chat_id),
            _ => {}
        }
        let longest_ms = *self.random.pick(&[1, 1, 20, 400, 5_000]).expect("some");
        let pause_ms = self.random.below(longest_ms);
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        for device in &mut self.devices {
            device.bury().await;
            if device.is_down() && self.random.is(300) {
                device.start();
            }
        }
    }

    fn send(&mut self, device: usize, chat_id: ChatId) {
        self.count += 1;
        let count = self.count;
        let mut text = format!("{device} says {count}");
        let mut draft = Draft::text("");
        let mut random = |permille| self.random.is(permille);
        if random(40) {
            text = format!("{text}, which is {TOO_LARGE}");
        }
        if random(120) {
            let size = if random(150) { UPLOAD_BYTES + 1 } else { 20 };
            let bytes = vec![7; usize::try_from(size).expect("small")];
            draft = draft.attach(Upload::bytes(bytes, "image/png"));
        }
        draft.text = text;
        self.devices[device].send(chat_id, draft, count);
    }

    fn take_back_or_retry(&mut self, device: usize) {
        let is_retry = self.random.is(300);
        if let Some(index) = self.recent(device) {
            self.devices[device].take_back_or_retry(index, is_retry);
        }
    }

    fn edit(&mut self, device: usize) {
        if let Some(index) = self.recent(device) {
            self.count += 1;
            let text = format!("{device} says {} instead", self.count);
            let is_queued = self.random.is(500);
            self.devices[device].edit(index, text, is_queued);
        }
    }

    /// One of the last four messages of a device.
    fn recent(&mut self, device: usize) -> Option<usize> {
        let count = self.devices[device].sent.len();
        let index = usize::try_from(self.random.below(4)).expect("small");
        let index = count.saturating_sub(4) + index;
        (index < count).then_some(index)
    }

    fn read(&mut self, device: usize, chat_id: ChatId) {
        let seq = self.random.below(12) * self.random.below(8);
        self.devices[device].read(chat_id, seq);
    }

    /// Somebody without a device here writes, sometimes more than a sync answer holds.
    fn others_write(&mut self, chat_id: ChatId) {
        let most = *self.random.pick(&[3, 3, 80]).expect("some");
        let count = self.random.below(most);
        let first = self.count + 1;
        self.count += count;
        let writer = self.writer(chat_id);
        let alice_id = self.devices[0].user_id;
        let is_meant = self.random.is(300);
        self.server.world(|world| {
            for number in first..first + count {
                let message = SendMessage {
                    message_id: MessageId(uuid::Uuid::from_u128(u128::from(number))),
                    text: format!("another writes {number}"),
                    attachment_ids: Vec::new(),
                    reply_to_id: None,
                    mentions: (is_meant && number % 3 == 0).then(|| Mentions {
                        user_ids: vec![alice_id],
                        is_everyone: false,
                    }),
                };
                world.send(writer, chat_id, message).expect("accepted");
            }
        });
    }

    /// Somebody in a chat who has no device here, or not only there.
    fn writer(&self, chat_id: ChatId) -> UserId {
        match chat_id == self.chats[0] {
            true => self.devices[2].user_id,
            false => self.carol_id,
        }
    }

    fn catch_up(&mut self, device: usize) {
        let user_id = self.devices[device].user_id;
        if self.random.is(500) {
            self.server.catch_up(Some(user_id));
        } else {
            self.server.world(|world| world.tell_token(user_id));
        }
    }

    /// What is to happen to a device at one of its next writes, or at once.
    async fn fate(&mut self, device: usize) {
        let device = &mut self.devices[device];
        match self.random.below(5) {
            0 => device.die().await,
            1 => device.life.meet(Fate::DiesBefore(self.random.below(3))),
            2 | 3 => device.life.meet(Fate::DiesAfter(self.random.below(3))),
            _ => device.life.meet(Fate::Fails(1 + self.random.below(3))),
        }
    }

    fn back_up_or_restore(&mut self) {
        match self.backup.take().filter(|_| self.random.is(700)) {
            None => self.backup = Some(self.server.world(|world| world.back_up())),
            Some(backup) => {
                self.was_restored = true;
                let sent = self.devices.iter_mut().flat_map(|device| &mut device.sent);
                let server = &self.server;
                // A backup does not have what came after it, acknowledged or not.
                sent.for_each(|sent| {
                    sent.may_be_lost |= server.world(|world| world.has(sent.id));
                });
                self.server.world(|world| world.restore(backup));
                self.server.cut(self.is_down);
            }
        }
    }
}

/// One run.
async fn run(seed: u64) {
    let mut model = Model::begin(seed).await;
    for _ in 0..STEPS {
        model.step().await;
    }
    model.settle().await;
    model.check().await;
    if seed.is_multiple_of(4) {
        model.check_what_is_kept().await;
    }
}
