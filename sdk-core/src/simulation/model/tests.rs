//! The runs: all seeds, one seed, and the same seed twice.

use super::{Model, STEPS, run};

/// Runs of one test: a minute on two processors.
const CASES: u64 = 20_000;

fn on_paused_time<R>(story: impl Future<Output = R>) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(story)
}

fn run_alone(seed: u64) {
    on_paused_time(run(seed));
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn after_any_faults_every_device_equals_the_server() {
    if let Some(seed) = number("RELAYCHAT_SEED") {
        run_alone(seed);
        return;
    }
    let cases = number("RELAYCHAT_CASES").unwrap_or(CASES);
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let workers: Vec<_> = (0..threads)
        .map(|thread| {
            std::thread::spawn(move || {
                let step = usize::try_from(threads).expect("small");
                let fails = |seed: &u64| std::panic::catch_unwind(|| run_alone(*seed)).is_err();
                (thread..cases).step_by(step).find(fails)
            })
        })
        .collect();
    let failed = workers
        .into_iter()
        .filter_map(|worker| worker.join().expect("it ends"));
    let failed: Vec<_> = failed.collect();
    assert!(
        failed.is_empty(),
        "run again with RELAYCHAT_SEED={}",
        failed[0]
    );
    println!("{cases} runs of {STEPS} steps, seeds 0 to {}", cases - 1);
}

#[test]
fn a_seed_is_a_run() {
    let story = |seed| {
        on_paused_time(async {
            let mut model = Model::begin(seed).await;
            for _ in 0..STEPS {
                model.step().await;
            }
            model.settle().await;
            let chats = model.chats.clone().into_iter();
            let of_chat = |chat_id| model.server.world(|world| world.messages(chat_id).to_vec());
            chats.map(of_chat).collect::<Vec<_>>()
        })
    };
    for seed in 0..20 {
        assert_eq!(story(seed), story(seed), "{seed}");
    }
}
