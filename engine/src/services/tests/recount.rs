//! Whatever people do, in any order: what the engine counts equals counting one by one.
//!
//! Random walks of four people through a chat of two and two groups: they write, edit, delete,
//! react, read, add, remove, leave and say who may, allowed or not. After every step each person's unread
//! counts and mentions, the badge over all chats and the messages with their reactions are held against a
//! [`model`](model::World) that knows nothing of watermarks and running numbers, and against a
//! client that only ever heard the events.
//!
//! A walk is made again from its steps, which a failure prints, shortened. `RELAYCHAT_LONG` walks
//! 100,000 steps.

use proptest::prelude::*;
use relaychat_protocol::rest::chats::Role;

use super::{
    convergence::{Screen, check, seqs_in},
    *,
};

mod model;

use model::{EVERYONE, PEOPLE, ROOMS, Step, World};

/// Enough that people come back to groups, and read what was deleted meanwhile.
const STEPS: usize = 200;

fn walks() -> u32 {
    match std::env::var_os("RELAYCHAT_LONG") {
        Some(_) => 500,
        None => 8,
    }
}

/// Mostly the lowest, so that there is somebody who writes.
fn role() -> impl Strategy<Value = Role> {
    prop_oneof![4 => Just(Role::Member), 1 => Just(Role::Admin), 1 => Just(Role::Owner)]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..PEOPLE;
    let room = 0..ROOMS;
    let place = (0..ROOMS, 0..12_usize);
    // Nobody, a person, or everyone.
    let meant = prop_oneof![3 => Just(PEOPLE), 2 => who.clone(), 1 => Just(EVERYONE)];
    let step = prop_oneof![
        6 => (who.clone(), room.clone(), meant.clone())
            .prop_map(|(who, room, meant)| Step::Send { who, room, meant }),
        2 => (who.clone(), place.clone(), meant)
            .prop_map(|(who, place, meant)| Step::Edit { who, place, meant }),
        2 => (who.clone(), place.clone()).prop_map(|(who, place)| Step::Delete { who, place }),
        4 => (who.clone(), place.clone(), 0..3_usize, any::<bool>())
            .prop_map(|(who, place, emoji, is_set)| Step::React { who, place, emoji, is_set }),
        3 => (who.clone(), place).prop_map(|(who, place)| Step::Read { who, place }),
        1 => (who.clone(), room.clone(), who.clone())
            .prop_map(|(who, room, whom)| Step::Add { who, room, whom }),
        1 => (who.clone(), room.clone(), who.clone())
            .prop_map(|(who, room, whom)| Step::Remove { who, room, whom }),
        1 => (who, room, role(), role())
            .prop_map(|(who, room, send, add)| Step::Rule { who, room, send, add }),
    ];
    proptest::collection::vec(step, STEPS)
}

async fn walk(steps: Vec<Step>) {
    let mut world = World::begin().await;
    let mut screens: Vec<Screen> = world.people.iter().copied().map(Screen::new).collect();
    for step in steps {
        world.harness.clock.advance_ms(1);
        world.take(step).await;
        check(&world.harness, &world.people, &mut screens).await;
        world.compare(&screens).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(walks()))]

    #[test]
    fn counts_equal_a_recount_after_every_step(steps in steps()) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        runtime.block_on(walk(steps));
    }
}
