//! What is measured, on whom, for how long: the plan of a whole run.

mod cold;
mod history;
mod idle;
mod offline;
mod repeat;
mod storage;
mod storm;

use std::time::Duration;

pub(crate) use offline::serve_client;

use anyhow::{Context, Result};

use crate::{
    load::{Load, Pace, Plan},
    peers::{
        Name::{
            self, Ejabberd, Floor, FloorAxum, Redis, RelayMemory, RelayNodes, RelayPostgres,
            RelaySqlite, Seed, SeedTuned, Sio, SioNodes,
        },
        Peer,
    },
    report::Record,
    store::Database,
};

/// Pairs of people who write to each other.
const PAIRS: usize = 50;
/// Before the first measurement of a peer: Node's compiler needs this.
const WARM_FIRST: Duration = Duration::from_millis(1_500);
/// Before later ones.
const WARM: Duration = Duration::from_millis(300);

/// What one run does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// One-to-one over HTTP requests.
    PairHttp,
    /// One-to-one over sockets.
    Pair { pace: Pace },
    /// One-to-one with what is never stored.
    Ephemeral,
    /// One sender into a room.
    Fan { members: usize, pace: Pace },
    /// Memory of sockets that do nothing.
    Idle { sockets: usize },
    /// Everybody comes back at once.
    Storm { sockets: usize },
    /// Catch-up, inbox and history page, with a short history and a long one.
    History { messages: u64 },
    /// A client of ours that was away for a month.
    Offline,
    /// The same message again and again.
    Repeat,
    /// From the start of the program to the first accepted socket.
    Cold,
    /// Bare batched inserts, without any of ours.
    Storage,
}

/// One line of the plan.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) work: Work,
    pub(crate) peers: Vec<Name>,
    pub(crate) rounds: usize,
    pub(crate) measured: Duration,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) size: Size,
    pub(crate) rounds: Option<usize>,
}

/// How long a whole run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Some minutes: whether everything runs.
    Quick,
    /// A quarter of an hour: the tables.
    Usual,
    /// As long as it takes: more rounds, rates and sizes.
    Long,
}

impl Extent {
    fn pick<T>(self, quick: T, usual: T, long: T) -> T {
        match self.size {
            Size::Quick => quick,
            Size::Usual => usual,
            Size::Long => long,
        }
    }

    fn scenario(self, name: &str, work: Work, peers: &[Name], secs: f64) -> Scenario {
        let is_load = !matches!(
            work,
            Work::Idle { .. } | Work::History { .. } | Work::Offline | Work::Storage
        );
        let rounds = self.rounds.unwrap_or_else(|| self.pick(1, 3, 5));
        Scenario {
            name: name.to_owned(),
            work,
            peers: peers.to_vec(),
            rounds: if is_load { rounds } else { 1 },
            measured: Duration::from_secs_f64(self.pick(secs.min(1.0), secs, secs)),
        }
    }
}

/// The whole plan.
pub(crate) fn plan(extent: Extent) -> Vec<Scenario> {
    [pairs(extent), rooms(extent), ours(extent)].concat()
}

const OURS: [Name; 2] = [RelaySqlite, RelayPostgres];

fn closed(window: u64) -> Pace {
    Pace::Closed { window }
}

fn open(per_second: f64) -> Pace {
    Pace::Open { per_second }
}

/// One-to-one.
fn pairs(extent: Extent) -> Vec<Scenario> {
    let mut plan = vec![
        extent.scenario(
            "pair-http",
            Work::PairHttp,
            &[RelaySqlite, RelayMemory, RelayPostgres, Seed, SeedTuned],
            1.5,
        ),
        extent.scenario(
            "pair-ws W1",
            Work::Pair { pace: closed(1) },
            &[
                Floor,
                FloorAxum,
                RelaySqlite,
                RelayMemory,
                RelayPostgres,
                RelayNodes,
                Sio,
                Ejabberd,
            ],
            1.5,
        ),
        extent.scenario("pair-ws W16", Work::Pair { pace: closed(16) }, &OURS, 1.5),
        extent.scenario(
            "pair-rate 1000/s",
            Work::Pair {
                pace: open(1_000.0),
            },
            &[
                Floor,
                RelaySqlite,
                RelayPostgres,
                Seed,
                SeedTuned,
                Sio,
                Ejabberd,
            ],
            2.0,
        ),
        extent.scenario(
            "two-nodes",
            Work::Pair {
                pace: open(1_000.0),
            },
            &[RelayPostgres, RelayNodes, SioNodes, Redis],
            2.0,
        ),
        extent.scenario(
            "ephemeral",
            Work::Ephemeral,
            &[Floor, RelaySqlite, RelayPostgres, RelayNodes, Sio],
            1.5,
        ),
    ];
    if extent.size == Size::Long {
        for rate in [500.0, 2_000.0, 5_000.0] {
            let name = format!("pair-rate {rate}/s");
            let mut scenario = extent.scenario(&name, Work::Pair { pace: open(rate) }, &OURS, 2.0);
            scenario.rounds = 1;
            plan.push(scenario);
        }
    }
    plan
}

/// From one to many.
fn rooms(extent: Extent) -> Vec<Scenario> {
    let fan = |members, pace| Work::Fan { members, pace };
    let rooms = [Floor, FloorAxum, RelaySqlite, RelayPostgres, Sio];
    let small: Vec<Name> = rooms.into_iter().chain([RelayNodes, Ejabberd]).collect();
    let mut plan = vec![
        extent.scenario("fan 10 W1", fan(10, closed(1)), &small, 0.5),
        extent.scenario("fan 100 W1", fan(100, closed(1)), &small, 1.0),
        extent.scenario("fan 1000 W1", fan(1_000, closed(1)), &rooms, 1.0),
        extent.scenario("fan 100 W4", fan(100, closed(4)), &small, 1.0),
        extent.scenario("fan 1000 W4", fan(1_000, closed(4)), &rooms, 1.0),
        extent.scenario(
            "fan-paced 1000 10/s",
            fan(1_000, open(10.0)),
            &[Floor, RelaySqlite, RelayPostgres, Sio],
            2.0,
        ),
    ];
    if extent.size == Size::Long {
        let ours = [Floor, RelaySqlite, RelayPostgres];
        plan.push(extent.scenario("fan 5000 W1", fan(5_000, closed(1)), &ours, 1.0));
        plan.push(extent.scenario(
            "fan-paced 1000 50/s",
            fan(1_000, open(50.0)),
            &[Floor, RelaySqlite, RelayPostgres, Sio],
            2.0,
        ));
    }
    plan
}

/// What only a whole server of ours can be asked, and memory.
fn ours(extent: Extent) -> Vec<Scenario> {
    let sockets = extent.pick(1_000, 5_000, 10_000);
    vec![
        extent.scenario(
            "idle",
            Work::Idle { sockets },
            &[Floor, RelaySqlite, RelayPostgres, Sio, Ejabberd],
            0.0,
        ),
        extent.scenario(
            "reconnect-storm",
            Work::Storm {
                sockets: sockets.min(2_000),
            },
            &OURS,
            0.0,
        ),
        extent.scenario("repeat", Work::Repeat, &OURS, 0.0),
        extent.scenario(
            "history",
            Work::History {
                messages: extent.pick(100_000, 300_000, 1_000_000),
            },
            &OURS,
            0.0,
        ),
        // The client is what is measured, and it does not know which database that is.
        extent.scenario("client-catchup", Work::Offline, &[RelaySqlite], 0.0),
        extent.scenario("cold", Work::Cold, &[RelaySqlite], 0.0),
        extent.scenario("bare inserts", Work::Storage, &OURS, 0.0),
    ]
}

/// Runs one scenario once on one peer.
pub(crate) fn run(
    scenario: &Scenario,
    (name, peer): (Name, &mut dyn Peer),
    (round, run): (usize, u64),
) -> Result<Vec<Record>> {
    let mut record = Record::new(&scenario.name, name, round);
    let warm = if round == 0 { WARM_FIRST } else { WARM };
    let plan = |pace| Plan {
        pace,
        warm,
        measured: scenario.measured,
        run,
    };
    match scenario.work {
        Work::PairHttp => {
            let lanes = peer.http_pairs(PAIRS)?.context("it has no HTTP sends")?;
            let load = Load::new(lanes, plan(Pace::Closed { window: 1 }))?;
            load_into(&mut record, load, peer)?;
        }
        Work::Pair { pace } => {
            let load = Load::new(peer.pairs(PAIRS)?, plan(pace))?;
            load_into(&mut record, load, peer)?;
        }
        Work::Ephemeral => {
            let lanes = peer.ephemeral_pairs(PAIRS)?;
            let load = Load::new(lanes, plan(Pace::Closed { window: 1 }))?;
            load_into(&mut record, load, peer)?;
        }
        Work::Fan { members, pace } => {
            let load = Load::new(vec![peer.room(members)?], plan(pace))?;
            load_into(&mut record, load, peer)?;
        }
        Work::Idle { sockets } => idle::run(&mut record, peer, sockets)?,
        Work::Storm { sockets } => storm::run(&mut record, relay(peer)?, (sockets, run))?,
        Work::History { messages } => return history::run(name, relay(peer)?, messages),
        Work::Offline => offline::run(&mut record, relay(peer)?)?,
        Work::Repeat => repeat::run(&mut record, relay(peer)?)?,
        Work::Cold => cold::run(&mut record)?,
        Work::Storage => storage::run(&mut record, relay(peer)?)?,
    }
    Ok(vec![record])
}

fn relay(peer: &mut dyn Peer) -> Result<&mut crate::peers::Relay> {
    peer.as_relay().context("only RelayChat has this")
}

/// Runs a load. Of our own servers, how many commits it took is counted too: the change number
/// grows by one with each.
fn load_into(record: &mut Record, load: Load, peer: &mut dyn Peer) -> Result<()> {
    let database = peer
        .as_relay()
        .map(|relay| Database::of(relay))
        .transpose()?;
    let before = database.as_ref().map(Database::change).transpose()?;
    let sent = load.run(&peer.processes())?;
    record.count(&sent);
    if let (Some(database), Some(before)) = (database, before) {
        let commits = database.change()? - before;
        let messages = sent.sent.max(1) as f64;
        record
            .figures
            .insert("commits_per_message".to_owned(), commits as f64 / messages);
    }
    Ok(())
}
