//! A node dies with people on it: nobody may stay online who is gone.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use relaychat_sdk::PresenceWatch;

use crate::{
    nodes::Nodes,
    people::{Crowd, wait},
};

/// A ghost may last no longer.
const GONE_WITHIN: Duration = Duration::from_secs(60);

/// Half of the crowd leaves in the moment in which a node dies; how long it took until all others
/// who know them were told that they are gone, in milliseconds.
pub(crate) async fn no_ghosts(crowd: &Crowd, nodes: &Nodes) -> Result<u128> {
    crowd.spread().await?;
    let (leaving, staying) = crowd.people.split_at(crowd.people.len() / 2);
    let watches: Vec<Vec<PresenceWatch>> = staying
        .iter()
        .map(|person| {
            let everybody = crowd.people.iter();
            everybody
                .map(|other| person.client.people().presence(other.id))
                .collect()
        })
        .collect();
    let all_say = |place: usize, is_online: bool| {
        // Whom somebody shares no chat with is never shown; everybody shares one with somebody.
        let mut known = watches.iter().filter_map(|watches| watches[place].get());
        let first = known.next();
        first.is_some_and(|first| first.is_online == is_online)
            && known.all(|presence| presence.is_online == is_online)
    };
    wait("everybody is seen online", || {
        (0..crowd.people.len()).all(|place| all_say(place, true))
    })
    .await?;
    nodes.kill_for_good(0).await?;
    for person in leaving {
        person.client.close();
    }
    let start = Instant::now();
    while !(0..leaving.len()).all(|place| all_say(place, false)) {
        ensure!(start.elapsed() < GONE_WITHIN, "a ghost is still online");
        crowd.press_reconnect();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took_ms = start.elapsed().as_millis();
    wait("those who stayed are online", || {
        (leaving.len()..crowd.people.len()).all(|place| all_say(place, true))
    })
    .await?;
    Ok(took_ms)
}
