//! What four people know of three rooms: plain lists, counted one by one.

use std::collections::BTreeSet;

use relaychat_protocol::{ErrorCode, rest::chats::Role};

use super::*;
use crate::{
    domain::{
        chat::{GroupChange, Rules},
        permission,
    },
    services::HistoryPlace,
};

pub(super) const PEOPLE: usize = 4;
pub(super) const ROOMS: usize = 3;
/// Who is meant when it is not one person.
pub(super) const EVERYONE: usize = PEOPLE + 1;
const EMOJI: [&str; 3] = ["👍", "🎉", "❤️"];
/// Messages of a room that are compared after a step that touched it; a page of the history.
const NEWEST: u32 = 50;

/// Something that a person does. Places are counted from the newest message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Send {
        who: usize,
        room: usize,
        meant: usize,
    },
    Edit {
        who: usize,
        place: (usize, usize),
        meant: usize,
    },
    Delete {
        who: usize,
        place: (usize, usize),
    },
    React {
        who: usize,
        place: (usize, usize),
        emoji: usize,
        is_set: bool,
    },
    Read {
        who: usize,
        place: (usize, usize),
    },
    Add {
        who: usize,
        room: usize,
        whom: usize,
    },
    Remove {
        who: usize,
        room: usize,
        whom: usize,
    },
    Rule {
        who: usize,
        room: usize,
        send: Role,
        add: Role,
    },
}

struct Said {
    id: MessageId,
    sender: usize,
    text: String,
    is_deleted: bool,
    /// Nobody said it: it tells of a change, and is never unread.
    is_line: bool,
    /// A person, everyone, or else nobody.
    meant: usize,
    /// In the order in which they came.
    reactions: Vec<(&'static str, usize)>,
}

struct Room {
    id: ChatId,
    is_group: bool,
    rules: Rules,
    said: Vec<Said>,
    /// How many messages each member has behind them.
    read: [Option<usize>; PEOPLE],
}

impl Room {
    fn new(id: ChatId, is_group: bool, members: &[usize]) -> Self {
        let mut read = [None; PEOPLE];
        members.iter().for_each(|member| read[*member] = Some(0));
        Self {
            id,
            is_group,
            rules: Rules::default(),
            said: Vec::new(),
            read,
        }
    }

    fn has(&self, who: usize) -> bool {
        self.read[who].is_some()
    }

    fn unread(&self, who: usize) -> Option<u64> {
        let behind = self.said.iter().skip(self.read[who]?);
        Some(
            behind
                .filter(|said| !said.is_deleted && !said.is_line)
                .count() as u64,
        )
    }

    fn mentioned(&self, who: usize) -> Option<BTreeSet<u64>> {
        let behind = (1..).zip(&self.said).skip(self.read[who]?);
        let meant = behind.filter(|(_, said)| said.meant == who || said.meant == EVERYONE);
        Some(meant.map(|(seq, _)| seq).collect())
    }

    fn at(&mut self, from_newest: usize) -> Option<&mut Said> {
        self.said.iter_mut().rev().nth(from_newest)
    }
}

pub(super) struct World {
    pub(super) harness: Harness,
    pub(super) people: Vec<Caller>,
    rooms: Vec<Room>,
    touched: usize,
    count: u64,
}

impl World {
    pub(super) async fn begin() -> Self {
        let harness = Harness::new().await;
        let mut people = Vec::new();
        for name in ["ann", "bob", "cem", "dee"] {
            people.push(harness.person(name).await);
        }
        let direct = harness.direct_chat(people[0], people[1]).await;
        let small = harness.group(people[0], &people[1..2]).await;
        let large = harness.group(people[3], &people[..3]).await;
        let rooms = vec![
            Room::new(direct, false, &[0, 1]),
            Room::new(small, true, &[0, 1]),
            Room::new(large, true, &[0, 1, 2, 3]),
        ];
        Self {
            harness,
            people,
            rooms,
            touched: 0,
            count: 0,
        }
    }

    pub(super) async fn take(&mut self, step: Step) {
        self.count += 1;
        match step {
            Step::Send { who, room, meant } => self.send(who, room, meant).await,
            Step::Edit { who, place, meant } => self.edit(who, place, meant).await,
            Step::Delete { who, place } => self.delete(who, place).await,
            Step::React {
                who,
                place,
                emoji,
                is_set,
            } => self.react(who, place, EMOJI[emoji], is_set).await,
            Step::Read { who, place } => self.read(who, place).await,
            Step::Add { who, room, whom } => self.add(who, room, whom).await,
            Step::Remove { who, room, whom } => self.remove(who, room, whom).await,
            Step::Rule {
                who,
                room,
                send,
                add,
            } => self.rule(who, room, send, add).await,
        }
    }

    async fn send(&mut self, who: usize, room: usize, meant: usize) {
        self.touched = room;
        let mentions = self.mentions(meant);
        let role = self.role(who, room).await;
        let (text, room) = (format!("text {}", self.count), &mut self.rooms[room]);
        let draft = Draft {
            mentions,
            ..self.harness.draft(self.people[who], room.id, &text)
        };
        let id = draft.id;
        let sent = self.harness.services.send_message(self.people[who], draft);
        let may = role.is_some_and(|role| permission::can_send(role, room.rules.send));
        allowed(sent.await, may);
        if !may {
            return;
        }
        room.said.push(Said {
            id,
            sender: who,
            text,
            is_deleted: false,
            is_line: false,
            meant,
            reactions: Vec::new(),
        });
        room.read[who] = Some(room.said.len());
    }

    async fn edit(&mut self, who: usize, (room, place): (usize, usize), meant: usize) {
        self.touched = room;
        let edit = Edit {
            text: format!("edited {}", self.count),
            mentions: self.mentions(meant),
        };
        let (text, room) = (edit.text.clone(), &mut self.rooms[room]);
        let (id, is_in) = (room.id, room.has(who));
        let Some(said) = room.at(place) else { return };
        let at = (id, said.id);
        let services = &self.harness.services;
        let edited = services.edit_message(self.people[who], at, edit);
        let may = is_in && said.sender == who && !said.is_deleted && !said.is_line;
        allowed(edited.await, may);
        if may {
            (said.text, said.meant) = (text, meant);
        }
    }

    async fn delete(&mut self, who: usize, (room, place): (usize, usize)) {
        self.touched = room;
        let is_over_others = match self.role(who, room).await {
            Some(role) => self.rooms[room].is_group && role != Role::Member,
            None => false,
        };
        let room = &mut self.rooms[room];
        let (id, is_in) = (room.id, room.has(who));
        let Some(said) = room.at(place) else { return };
        let deleted = self
            .harness
            .services
            .delete_message(self.people[who], (id, said.id));
        let may = is_in && (said.sender == who || is_over_others) && !said.is_line;
        allowed(deleted.await, may);
        if may {
            (said.text, said.is_deleted, said.meant) = (String::new(), true, PEOPLE);
            said.reactions.clear();
        }
    }

    async fn react(
        &mut self,
        who: usize,
        (room, place): (usize, usize),
        emoji: &'static str,
        is_set: bool,
    ) {
        self.touched = room;
        let room = &mut self.rooms[room];
        let (id, is_in) = (room.id, room.has(who));
        let Some(said) = room.at(place) else { return };
        let services = &self.harness.services;
        let reacted = services.react(self.people[who], (id, said.id), emoji.to_owned(), is_set);
        let may = is_in && !said.is_deleted && !said.is_line;
        allowed(reacted.await, may);
        let is_there = said.reactions.contains(&(emoji, who));
        if may && is_set && !is_there {
            said.reactions.push((emoji, who));
        } else if may && !is_set {
            said.reactions.retain(|known| *known != (emoji, who));
        }
    }

    async fn read(&mut self, who: usize, (room, from_newest): (usize, usize)) {
        self.touched = room;
        let room = &mut self.rooms[room];
        let up_to = room.said.len().saturating_sub(from_newest);
        let services = &self.harness.services;
        let marked = services.mark(self.people[who], room.id, None, Some(up_to as u64));
        allowed(marked.await, room.has(who));
        if let Some(read) = &mut room.read[who] {
            *read = (*read).max(up_to);
        }
    }

    async fn add(&mut self, who: usize, room: usize, whom: usize) {
        self.touched = room;
        let role = self.role(who, room).await;
        let room = &mut self.rooms[room];
        let user_ids = [self.people[whom].user_id];
        let services = &self.harness.services;
        let added = services.add_members(self.people[who], room.id, &user_ids);
        let may = |role| permission::can_add_members(role, room.rules.add);
        let may = room.is_group && role.is_some_and(may);
        allowed(added.await, may);
        if may && !room.has(whom) {
            room.read[whom] = Some(room.said.len());
            self.note_lines(1).await;
        }
    }

    /// Takes in the lines that a change of the touched room must have left behind.
    async fn note_lines(&mut self, expected: usize) {
        let room = &mut self.rooms[self.touched];
        let Some(reader) = (0..PEOPLE).find(|who| room.has(*who)) else {
            return;
        };
        let place = HistoryPlace::After(room.said.len() as u64);
        let services = &self.harness.services;
        let listed = services.list_messages(self.people[reader], room.id, place, None);
        let lines = listed.await.expect("lists").messages;
        assert_eq!(lines.len(), expected);
        assert!(lines.iter().all(|line| line.event.is_some()));
        room.said.extend(lines.into_iter().map(|line| Said {
            id: line.id,
            sender: PEOPLE,
            text: String::new(),
            is_deleted: false,
            is_line: true,
            meant: PEOPLE,
            reactions: Vec::new(),
        }));
    }

    async fn remove(&mut self, who: usize, room: usize, whom: usize) {
        self.touched = room;
        let (role, other) = (self.role(who, room).await, self.role(whom, room).await);
        let room = &mut self.rooms[room];
        let services = &self.harness.services;
        let user_id = self.people[whom].user_id;
        let removed = services.remove_member(self.people[who], room.id, user_id);
        let may = room.is_group
            && match (role, other) {
                (Some(role), Some(other)) => {
                    who == whom || permission::can_remove_member(role, other)
                }
                _ => false,
            };
        allowed(removed.await, may);
        if may {
            room.read[whom] = None;
            // Who owned the group hands it over.
            let lines = 1 + usize::from(other == Some(Role::Owner));
            self.note_lines(lines).await;
        }
    }

    async fn rule(&mut self, who: usize, room: usize, send: Role, add: Role) {
        self.touched = room;
        let role = self.role(who, room).await;
        let room = &mut self.rooms[room];
        let change = GroupChange {
            send_role: Some(send),
            add_role: Some(add),
            ..GroupChange::default()
        };
        let services = &self.harness.services;
        let changed = services.update_chat(self.people[who], room.id, change);
        let may = |role| {
            permission::can_change_settings(role)
                && permission::can_change_rule(role, room.rules.send, send)
                && permission::can_change_rule(role, room.rules.add, add)
        };
        let may = room.is_group && role.is_some_and(may);
        allowed(changed.await, may);
        if may {
            (room.rules.send, room.rules.add) = (send, add);
        }
    }

    /// What somebody may do in a room. Who inherits a group is the affair of another test.
    async fn role(&self, who: usize, room: usize) -> Option<Role> {
        let services = &self.harness.services;
        let found = services.get_chat(self.people[who], self.rooms[room].id);
        let role = found.await.ok().map(|(view, _)| view.me.role);
        assert_eq!(role.is_some(), self.rooms[room].has(who));
        role
    }

    /// Counts one by one.
    pub(super) async fn compare(&self, screens: &[Screen]) {
        for (who, (caller, screen)) in self.people.iter().zip(screens).enumerate() {
            for room in &self.rooms {
                let shown = screen.chats.get(&room.id).map(|chat| chat.unread_count);
                assert_eq!(shown, room.unread(who), "of {who} in {}", room.id);
                let shown = screen.chats.get(&room.id);
                let shown = shown.map(|chat| seqs_in(&chat.mentioned_unread));
                assert_eq!(shown, room.mentioned(who), "of {who} in {}", room.id);
            }
            let counts = self.rooms.iter().filter_map(|room| room.unread(who));
            let counts: Vec<u64> = counts.filter(|count| *count > 0).collect();
            let total = self.harness.services.unread_total(*caller).await;
            let total = total.expect("counts");
            assert_eq!(total.message_count, counts.iter().sum::<u64>());
            assert_eq!(total.chat_count, counts.len() as u64);
        }
        self.compare_messages(&self.rooms[self.touched]).await;
    }

    async fn compare_messages(&self, room: &Room) {
        let Some(reader) = (0..PEOPLE).find(|who| room.has(*who)) else {
            return;
        };
        let services = &self.harness.services;
        let page = services.list_messages(
            self.people[reader],
            room.id,
            HistoryPlace::Newest,
            Some(NEWEST),
        );
        let found = page.await.expect("lists").messages;
        let first = room.said.len().saturating_sub(NEWEST as usize);
        assert_eq!(found.len(), room.said.len() - first);
        for (message, said) in found.iter().zip(&room.said[first..]) {
            assert_eq!((message.id, &message.text), (said.id, &said.text));
            assert_eq!(message.deleted_at_ms.is_some(), said.is_deleted);
            assert_eq!(message.mentions, self.mentions(said.meant));
            let reactions: Vec<(&str, Vec<UserId>)> = message
                .reactions
                .iter()
                .map(|one| {
                    assert_eq!(one.count, one.user_ids.len() as u64);
                    (one.emoji.as_str(), one.user_ids.clone())
                })
                .collect();
            assert_eq!(reactions, self.reactions(said));
        }
    }

    fn mentions(&self, meant: usize) -> Mentions {
        let person = self.people.get(meant);
        Mentions {
            user_ids: person.map(|one| one.user_id).into_iter().collect(),
            is_everyone: meant == EVERYONE,
        }
    }

    fn reactions(&self, said: &Said) -> Vec<(&'static str, Vec<UserId>)> {
        let mut all: Vec<(&'static str, Vec<UserId>)> = Vec::new();
        for (emoji, who) in &said.reactions {
            let user_id = self.people[*who].user_id;
            match all.iter_mut().find(|(known, _)| known == emoji) {
                Some((_, user_ids)) => user_ids.push(user_id),
                None => all.push((emoji, vec![user_id])),
            }
        }
        all
    }
}

/// Whether something was done that may be done, and refused if not.
#[track_caller]
fn allowed<T: std::fmt::Debug>(result: Result<T, crate::services::ServiceError>, may: bool) {
    match result {
        Ok(_) => assert!(may, "was allowed"),
        Err(error) => {
            assert!(!may, "{error:?}");
            let refusals = [
                ErrorCode::NotFound,
                ErrorCode::Forbidden,
                ErrorCode::MessageDeleted,
                ErrorCode::MessageIsEvent,
            ];
            assert!(refusals.contains(&error.code), "{error:?}");
        }
    }
}
