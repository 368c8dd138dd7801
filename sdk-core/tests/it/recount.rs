//! Whatever people do, online or not: what three clients and the server count equals counting one by
//! one, after every step.
//!
//! Ann has a phone and a tablet, Bob has a device, and Cem writes with a program of his own, over
//! REST. They write, mention each other, edit, delete, react, read and change who is in the group;
//! a device that is offline does the same for itself, and is compared when it is back. The
//! [model](model::World) is a list of messages for each chat and knows nothing of watermarks and
//! running numbers.
//!
//! `RELAYCHAT_LONG` takes 100,000 steps; `RELAYCHAT_SEED` makes one walk again.

mod model;
mod scene;

use model::{Deed, Random};
use scene::Scene;

/// Enough that people come back to the group, and read what was deleted meanwhile.
const STEPS: u64 = 200;

fn seeds() -> Vec<u64> {
    let given = std::env::var("RELAYCHAT_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("a number"));
    let count = match std::env::var_os("RELAYCHAT_LONG") {
        Some(_) => 500,
        None => 3,
    };
    given.map_or_else(|| (1..=count).collect(), |seed| vec![seed])
}

async fn walk(seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let mut scene = Scene::begin().await;
    for _ in 0..STEPS {
        let deed = Deed::any(&mut random);
        scene.take(deed, &mut random).await;
        scene.compare(seed).await;
    }
    scene.all_online().await;
    scene.compare(seed).await;
    scene.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_devices_and_the_server_count_what_a_recount_counts() {
    let (mut mentions, mut walks) = (0, 0);
    for seed in seeds() {
        mentions += walk(seed).await;
        walks += 1;
    }
    assert!(mentions > walks, "else mentions were not counted at all");
}
