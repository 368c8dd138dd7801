//! The jobs on a clock that is turned by hand.

use std::sync::Mutex;

use relaychat_protocol::SessionId;

use super::*;
use crate::{
    blobs::MemoryBlobs,
    clock::ManualClock,
    domain::{
        event::{Committed, Event},
        session::Session,
        user::{User, UserStatus},
    },
    hooks::Hooks,
    jobs::deliver_mail::Round,
    mailer::{MailerErrorKind, MemoryMailer, Smtp, SmtpSettings, smtp_sink::Sink},
    random::{RandomExt, SystemRandom},
    services::{EventSink, Parts, RateSettings, Settings},
    storage::test_database::TestDatabase,
};

const START_MS: i64 = 1_790_000_000_000;

/// Keeps what was published.
#[derive(Debug, Default)]
struct Published(Mutex<Vec<Event>>);

impl EventSink for Published {
    fn publish(&self, committed: Committed) {
        self.0.lock().expect("lock").extend(committed.events);
    }
}

struct Fixture {
    services: Arc<Services>,
    clock: Arc<ManualClock>,
    published: Arc<Published>,
}

impl Fixture {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(START_MS));
        let published = Arc::new(Published::default());
        let services = Services::open(Parts {
            storage: TestDatabase::new().open().await,
            blobs: Arc::new(MemoryBlobs::new()),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            events: published.clone(),
            hooks: Hooks::default(),
            auth: crate::auth::Auth::default(),
            settings: Settings {
                rates: RateSettings {
                    is_enabled: false,
                    ..RateSettings::default()
                },
                codes_per_network: 1_000,
                ..Settings::default()
            },
        })
        .await
        .expect("opens");
        Self {
            services: Arc::new(services),
            clock,
            published,
        }
    }

    fn deliver_mail(&self, mailer: Arc<dyn Mailer>) -> DeliverMail {
        let templates = Templates::new("RelayChat", Some("https://chat.example.com"));
        DeliverMail::new(Arc::clone(&self.services), mailer, templates)
    }

    /// Asks for a code; returns the code that the mail must carry.
    async fn ask(&self, email: &str) -> String {
        let asked = self
            .services
            .request_code(email, None, "de")
            .await
            .expect("is taken");
        self.services.code_for(asked.request_id)
    }

    async fn waiting(&self) -> usize {
        self.failed_attempts().await.len()
    }

    /// How often each waiting mail has failed.
    async fn failed_attempts(&self) -> Vec<u32> {
        let mut snapshot = self.services.storage.snapshot().await.expect("opens");
        let mails = snapshot.mails().list_due(i64::MAX, 1_000).await;
        let mails = mails.expect("lists").into_iter();
        mails.map(|mail| mail.attempts).collect()
    }

    /// Turns the clock in steps of a second, with a round after each.
    async fn run_for(&self, job: &DeliverMail, seconds: i64) -> Round {
        let mut all = Round::default();
        for _ in 0..seconds {
            self.clock.advance_ms(1_000);
            let round = job.run_once().await.expect("runs");
            all.sent += round.sent;
            all.delayed += round.delayed;
            all.given_up += round.given_up;
        }
        all
    }
}

#[tokio::test]
async fn a_mail_is_sent_once_with_its_code_and_link() {
    let fixture = Fixture::new().await;
    let mailer = Arc::new(MemoryMailer::new());
    let job = fixture.deliver_mail(mailer.clone());
    let code = fixture.ask("alice@example.com").await;
    for _ in 0..3 {
        job.run_once().await.expect("runs");
    }
    let mails = mailer.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(&code));
    assert!(
        mails[0]
            .text
            .contains("https://chat.example.com/login#token=")
    );
    assert_eq!(fixture.waiting().await, 0);
}

#[tokio::test]
async fn no_code_lies_in_the_outbox() {
    let fixture = Fixture::new().await;
    let code = fixture.ask("alice@example.com").await;
    let mut snapshot = fixture.services.storage.snapshot().await.expect("opens");
    let mails = snapshot
        .mails()
        .list_due(i64::MAX, 10)
        .await
        .expect("lists");
    assert!(!format!("{mails:?}").contains(&code));
}

#[tokio::test]
async fn failures_back_off_five_fifteen_and_sixty_seconds() {
    let fixture = Fixture::new().await;
    let mailer = Arc::new(MemoryMailer::new());
    let job = fixture.deliver_mail(mailer.clone());
    mailer.set_fault(Some(MailerErrorKind::Temporary));
    fixture.ask("alice@example.com").await;
    job.run_once().await.expect("runs");
    let mut at_seconds = Vec::new();
    for second in 1..=320 {
        let before = mailer.attempts();
        fixture.run_for(&job, 1).await;
        if mailer.attempts() > before {
            at_seconds.push(second);
        }
    }
    assert_eq!(at_seconds, [5, 20, 80, 200, 320]);
}

#[tokio::test]
async fn a_mail_whose_code_has_expired_is_not_sent() {
    let fixture = Fixture::new().await;
    let mailer = Arc::new(MemoryMailer::new());
    let job = fixture.deliver_mail(mailer.clone());
    mailer.set_fault(Some(MailerErrorKind::Temporary));
    fixture.ask("alice@example.com").await;
    let round = fixture.run_for(&job, 10 * 60).await;
    assert_eq!((round.sent, round.given_up), (0, 1));
    mailer.set_fault(None);
    let round = fixture.run_for(&job, 10 * 60).await;
    assert_eq!(round, Round::default());
    assert_eq!(fixture.waiting().await, 0);
}

#[tokio::test]
async fn two_rounds_at_once_send_each_mail_once() {
    let fixture = Fixture::new().await;
    let mailer = Arc::new(MemoryMailer::new());
    // Two jobs, as in two processes on one storage.
    let jobs = [
        fixture.deliver_mail(mailer.clone()),
        fixture.deliver_mail(mailer.clone()),
    ];
    for n in 0..40 {
        fixture.ask(&format!("user{n}@example.com")).await;
    }
    let rounds = futures_util::future::join_all(jobs.iter().map(DeliverMail::run_once)).await;
    let sent: u32 = rounds
        .into_iter()
        .map(|round| round.expect("runs").sent)
        .sum();
    assert_eq!(sent, 40);
    assert_eq!(mailer.mails().len(), 40);
}

#[tokio::test]
async fn a_crash_while_a_mail_is_sent_sends_it_again_after_the_lease() {
    #[derive(Debug)]
    struct Never;
    #[async_trait::async_trait]
    impl Mailer for Never {
        async fn send(&self, _: &crate::mailer::Mail) -> Result<(), crate::mailer::MailerError> {
            std::future::pending().await
        }
    }
    let fixture = Fixture::new().await;
    fixture.ask("alice@example.com").await;
    let crashing = fixture.deliver_mail(Arc::new(Never));
    let cut = tokio::time::timeout(Duration::from_millis(300), crashing.run_once()).await;
    assert!(cut.is_err(), "it was sending when it ended");
    let mailer = Arc::new(MemoryMailer::new());
    let job = fixture.deliver_mail(mailer.clone());
    assert_eq!(
        job.run_once().await.expect("runs"),
        Round::default(),
        "it is claimed"
    );
    assert_eq!(fixture.run_for(&job, 121).await.sent, 1);
}

#[tokio::test]
async fn the_running_job_sends_at_once_and_ends_when_it_is_told() {
    let fixture = Fixture::new().await;
    let mailer = Arc::new(MemoryMailer::new());
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    let templates = Templates::new("RelayChat", None);
    let mail: (Arc<dyn Mailer>, Templates) = (mailer.clone(), templates);
    start(&fixture.services, Some(mail), &tracker, &stop);
    let deadline = Duration::from_secs(20);
    for n in 1..=3 {
        fixture.ask(&format!("user{n}@example.com")).await;
        let arrived = tokio::time::timeout(deadline, mailer.wait_for(n)).await;
        assert_eq!(arrived.expect("in time").len(), n);
    }
    mailer.set_fault(Some(MailerErrorKind::Temporary));
    fixture.ask("late@example.com").await;
    tokio::time::timeout(deadline, async {
        // The next attempt counts from the moment when the failure is written down.
        while fixture.failed_attempts().await != [1] {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the failure is written down");
    mailer.set_fault(None);
    fixture.clock.advance_ms(5_000);
    let tried_again = tokio::time::timeout(deadline, async {
        // The clock must go on: what is due at the moment of a look is sent at the next one.
        while mailer.mails().len() < 4 {
            fixture.clock.advance_ms(1);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    tried_again
        .await
        .expect("is tried again when its time has come");
    stop.cancel();
    tracker.close();
    tokio::time::timeout(deadline, tracker.wait())
        .await
        .expect("all jobs end");
}

fn smtp(sink: &Sink) -> Arc<dyn Mailer> {
    let settings = SmtpSettings {
        extra_root_pem: Some(sink.root_pem()),
        ..SmtpSettings::new(sink.url(), "RelayChat <chat@example.com>")
    };
    Arc::new(Smtp::new(&settings).expect("settings that can work"))
}

#[tokio::test]
async fn codes_reach_a_real_smtp_server() {
    let sink = Sink::start().await;
    let fixture = Fixture::new().await;
    let job = fixture.deliver_mail(smtp(&sink));
    let code = fixture.ask("alice@example.com").await;
    assert_eq!(job.run_once().await.expect("runs").sent, 1);
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["to"], "alice@example.com");
    assert_eq!(mails[0]["is_encrypted"], true);
    assert_eq!(mails[0]["is_authenticated"], true);
    for part in ["subject", "text", "html"] {
        let part = mails[0][part].as_str().expect("a text");
        assert!(part.contains(&code), "{part}");
    }
}

#[tokio::test]
async fn a_server_that_is_down_for_a_minute_delays_mail_and_loses_none() {
    let mut sink = Sink::start().await;
    let fixture = Fixture::new().await;
    let job = fixture.deliver_mail(smtp(&sink));
    sink.down().await;
    let mut codes = Vec::new();
    for n in 0..12 {
        let email = format!("user{n}@example.com");
        codes.push((email.clone(), fixture.ask(&email).await));
        fixture.run_for(&job, 5).await;
    }
    assert!(sink.mails().is_empty());
    assert_eq!(fixture.waiting().await, 12, "all wait");
    sink.up().await;
    // The longest pause after a minute of failures is one of sixty seconds.
    fixture.run_for(&job, 61).await;
    let arrived: Vec<_> = sink.mails();
    assert_eq!(arrived.len(), 12);
    for (email, code) in codes {
        let mail = arrived
            .iter()
            .find(|mail| mail["to"] == *email)
            .expect("arrived");
        assert!(mail["text"].as_str().expect("a text").contains(&code));
    }
    assert_eq!(fixture.waiting().await, 0);
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_and_one_for_ever_is_not() {
    let sink = Sink::start().await;
    let fixture = Fixture::new().await;
    let job = fixture.deliver_mail(smtp(&sink));
    sink.set_mode("refuse_for_now");
    fixture.ask("alice@example.com").await;
    assert_eq!(job.run_once().await.expect("runs").delayed, 1);
    sink.set_mode("drop");
    assert_eq!(fixture.run_for(&job, 5).await.delayed, 1);
    sink.set_mode("accept");
    assert_eq!(fixture.run_for(&job, 15).await.sent, 1);
    sink.set_mode("refuse_for_ever");
    fixture.ask("bob@example.com").await;
    assert_eq!(job.run_once().await.expect("runs").given_up, 1);
    assert_eq!(fixture.waiting().await, 0);
    assert_eq!(sink.mails().len(), 1);
}

/// What this thread logs. One subscriber serves all tests: whether a line is logged at all is
/// decided once for the whole process, by whichever thread comes to it first.
#[cfg(feature = "standalone")]
mod log {
    use std::{cell::RefCell, sync::Once};

    thread_local! {
        static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }

    struct Lines;

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    pub(super) fn listen() {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::INFO)
                .with_writer(|| Lines)
                .init();
            // A line that another thread came to just before is asked about again.
            tracing::callsite::rebuild_interest_cache();
        });
    }

    pub(super) fn heard() -> String {
        let lines = LINES.with_borrow_mut(std::mem::take);
        String::from_utf8(lines).expect("text")
    }
}

#[cfg(feature = "standalone")]
#[tokio::test]
async fn a_mail_that_is_given_up_is_logged_without_address_code_and_token() {
    log::listen();
    let sink = Sink::start().await;
    let fixture = Fixture::new().await;
    let job = fixture.deliver_mail(smtp(&sink));
    sink.set_mode("refuse_for_now");
    let code = fixture.ask("secret.person@example.com").await;
    job.run_once().await.expect("runs");
    sink.set_mode("refuse_for_ever");
    assert_eq!(fixture.run_for(&job, 5).await.given_up, 1);
    let log = log::heard();
    assert!(
        log.contains("a mail was not sent and will be tried again"),
        "{log}"
    );
    assert!(log.contains("a mail was given up"), "{log}");
    assert!(log.contains("550") && log.contains("451"), "{log}");
    for secret in ["secret.person", code.as_str(), "#token="] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

async fn insert_session(fixture: &Fixture, expires_at_ms: i64) -> SessionId {
    let services = &fixture.services;
    let new_id = || SystemRandom.uuid_v7(services.clock.now_ms());
    let mut transaction = services.storage.begin().await.expect("begins");
    let user = User {
        id: new_id().into(),
        email: None,
        external_id: None,
        name: "Alice".to_owned(),
        is_name_chosen: true,
        avatar_id: None,
        avatar_url: None,
        status: UserStatus::Active,
        revision: 1,
        last_seen_at_ms: None,
        created_at_ms: START_MS,
        privacy: crate::domain::user::Privacy::default(),
    };
    transaction.users().insert(&user).await.expect("inserts");
    let session = Session {
        id: new_id().into(),
        user_id: user.id,
        login_key: None,
        device_name: None,
        created_at_ms: START_MS,
        last_used_at_ms: START_MS,
        expires_at_ms,
    };
    transaction
        .sessions()
        .insert(&session)
        .await
        .expect("inserts");
    transaction.commit(Box::new(|_| {})).await.expect("commits");
    session.id
}

#[tokio::test]
async fn expired_sessions_end_and_their_sockets_are_told() {
    let fixture = Fixture::new().await;
    let mut expired = Vec::new();
    for _ in 0..3 {
        expired.push(insert_session(&fixture, START_MS + 1_000).await);
    }
    insert_session(&fixture, START_MS + 5_000).await;
    assert_eq!(expire_sessions(&fixture.services).await.expect("runs"), 0);
    fixture.clock.advance_ms(1_000);
    assert_eq!(expire_sessions(&fixture.services).await.expect("runs"), 3);
    assert_eq!(expire_sessions(&fixture.services).await.expect("runs"), 0);
    let events = fixture.published.0.lock().expect("lock");
    let mut ended: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::SessionEnded { session_id } => Some(*session_id),
            _ => None,
        })
        .collect();
    ended.sort();
    expired.sort();
    assert_eq!(ended, expired);
}

#[tokio::test]
async fn requests_for_codes_are_forgotten_after_a_day_and_not_before() {
    let fixture = Fixture::new().await;
    fixture.ask("alice@example.com").await;
    fixture.clock.advance_ms(24 * 60 * 60 * 1_000);
    assert_eq!(forget_logins(&fixture.services).await.expect("runs"), 0);
    fixture.clock.advance_ms(2 * 60 * 60 * 1_000);
    assert_eq!(forget_logins(&fixture.services).await.expect("runs"), 1);
    assert_eq!(forget_logins(&fixture.services).await.expect("runs"), 0);
}
