//! The database's own plans: no list and no send reads a large table from end to end.

use std::sync::{Arc, Mutex};

use sea_query::{Expr, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::AssertSqlSafe;

use relaychat_protocol::rest::reports::ReportStatus;

use super::shared;
use crate::domain::{message::UserReaction, report::ReportSubject};
use crate::storage::{
    ChatPosition, MessageWindow, ReportFilter, StorageError, Transaction, UserFilter,
    conformance::reports::{decision, of_message},
    conformance::samples::{chat, email, id, member, message, pair, populate, watermarks},
    sql::{BatchRows, Connection, Found, FromRow, SqlTransaction, WantedWords, Words},
    sqlite::{Sqlite, batches, connection::SqliteConnection},
};

type Plans = Arc<Mutex<Vec<(&'static str, String)>>>;

/// A connection that notes the plan of each statement before it runs it.
struct Explaining {
    connection: SqliteConnection,
    plans: Plans,
}

impl Explaining {
    async fn explain(&mut self, operation: &'static str, statement: &impl SqlxBinder) {
        let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let explain = sqlx::query_as_with(AssertSqlSafe(sql), values);
        let connection = self.connection.reader().unwrap();
        let steps: Vec<(i64, i64, i64, String)> = explain.fetch_all(connection).await.unwrap();
        let steps = steps.into_iter().map(|step| (operation, step.3));
        self.plans.lock().unwrap().extend(steps);
    }
}

#[expect(clippy::manual_async_fn, reason = "the trait asks for Send")]
impl Connection for Explaining {
    fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<Vec<R>, StorageError>> + Send {
        async move {
            self.explain(operation, statement).await;
            self.connection.read(operation, statement).await
        }
    }

    fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<u64, StorageError>> + Send {
        async move {
            self.explain(operation, statement).await;
            self.connection.write(operation, statement).await
        }
    }

    fn write_returning<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<R, StorageError>> + Send {
        async move { self.connection.write_returning(operation, statement).await }
    }

    async fn add_words(&mut self, words: Vec<Words>) -> Result<(), StorageError> {
        self.connection.add_words(words).await
    }

    async fn remove_words(&mut self, words: Words) -> Result<(), StorageError> {
        self.connection.remove_words(words).await
    }

    async fn find_words(&mut self, wanted: &WantedWords) -> Result<Vec<Found>, StorageError> {
        self.connection.find_words(wanted).await
    }

    async fn clear_words(&mut self) -> Result<(), StorageError> {
        self.connection.clear_words().await
    }

    async fn commit(self, after: Box<dyn FnOnce() + Send>) -> Result<(), StorageError> {
        self.connection.commit(after).await
    }

    async fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        self.connection.commit_batch(rows, after).await
    }

    fn contains(haystack: Expr, needle: &str) -> Expr {
        SqliteConnection::contains(haystack, needle)
    }
}

/// Steps that go through what the statement itself brought, or one row.
const HARMLESS: [&str; 8] = [
    "SCAN wanted",
    "SCAN new",
    "SCAN first",
    "SCAN CONSTANT ROW",
    "SCAN relay_meta",
    "SCAN 2-ROW",
    "SCAN 3-ROW",
    "SCAN (subquery",
];

async fn explained() -> (Sqlite, Box<dyn Transaction>, Plans) {
    let storage = Sqlite::in_memory().await.unwrap();
    populate(&shared(storage.clone()), 3, &[(1, &[1, 2]), (2, &[1, 3])]).await;
    let turn = storage.writer.begin().await.unwrap();
    let connection = SqliteConnection::writing(turn, Arc::clone(&storage.checkpoints));
    let plans = Plans::default();
    let explaining = Explaining {
        connection,
        plans: Arc::clone(&plans),
    };
    (storage, Box::new(SqlTransaction::new(explaining)), plans)
}

fn assert_no_scan(plans: &Plans) {
    let plans = plans.lock().unwrap();
    assert!(plans.len() > 5, "something was explained");
    for (operation, step) in plans.iter() {
        let is_harmless = HARMLESS.iter().any(|harmless| step.starts_with(harmless));
        assert!(
            !step.starts_with("SCAN") || is_harmless,
            "{operation}: {step}\n{plans:#?}"
        );
    }
}

fn assert_uses(plans: &Plans, wanted: &str, index: &str) {
    let plans = plans.lock().unwrap();
    let mut steps = plans.iter().filter(|(operation, _)| *operation == wanted);
    assert!(steps.any(|(_, step)| step.contains(index)), "{plans:#?}");
}

/// What the host was told of a message is found by its chat; reactions lie together by message.
#[tokio::test]
async fn amending_reads_by_index_only() {
    let (_storage, mut transaction, plans) = explained().await;
    let sent = message(1, 1);
    let messages = transaction.messages();
    messages
        .insert_many(std::slice::from_ref(&sent))
        .await
        .unwrap();
    let reaction = UserReaction {
        emoji: "👍".to_owned(),
        user_id: id(1),
        reacted_at_ms: 1,
    };
    let place = (id(1), 1);
    let reactions = transaction.reactions();
    reactions.insert(place, &reaction).await.unwrap();
    reactions.remove(place, "🎉", id(1)).await.unwrap();
    reactions
        .list(place, "👍", Some((1, id(1))), 9)
        .await
        .unwrap();
    let messages = transaction.messages();
    messages.update(&sent).await.unwrap();
    messages.find_many(&[sent.id]).await.unwrap();
    messages.count_pinned(id(1)).await.unwrap();
    messages.list_pinned(id(1), 9).await.unwrap();
    messages.update(&sent.deleted(3, 1)).await.unwrap();
    let notices = transaction.notices();
    notices.list_holding(id(1), 1, "text").await.unwrap();
    assert_no_scan(&plans);
    assert_uses(&plans, "list notices", "relay_notices_by_chat");
    assert_uses(&plans, "list pinned", "relay_messages_pinned");
}

#[tokio::test]
async fn reporting_and_the_queue_read_by_index_only() {
    let (_storage, mut transaction, plans) = explained().await;
    let report = of_message(1);
    let reports = transaction.reports();
    reports.find_open(id(1), report.subject).await.unwrap();
    let person = ReportSubject::User(id(2));
    reports.find_open(id(1), person).await.unwrap();
    reports.insert(&report).await.unwrap();
    reports.find(report.id).await.unwrap();
    for status in [None, Some(ReportStatus::Open)] {
        let filter = ReportFilter {
            status,
            after: Some((1, report.id)),
            limit: 9,
        };
        reports.list(filter).await.unwrap();
    }
    reports.update(&report.closed(decision())).await.unwrap();
    assert_no_scan(&plans);
    assert_uses(&plans, "list reports", "relay_reports_open");
    assert_uses(&plans, "find an open report", "relay_reports_of_message");
    assert_uses(&plans, "find an open report", "relay_reports_of_user");
}

#[tokio::test]
async fn sending_reads_by_key_only() {
    let (_storage, mut transaction, plans) = explained().await;
    let sent = [message(1, 1), message(2, 1)];
    let ids = sent.each_ref().map(|message| message.id);
    let members = [(1, 1), (2, 1)].map(|(chat, user)| {
        let mut member = member(chat, user);
        member.watermarks = watermarks(1, 1);
        member
    });
    transaction.messages().find_many(&ids).await.unwrap();
    transaction
        .members()
        .find_many(&[pair(1, 1), pair(2, 1)])
        .await
        .unwrap();
    transaction
        .chats()
        .find_many(&[id(1), id(2)])
        .await
        .unwrap();
    transaction.messages().insert_many(&sent).await.unwrap();
    transaction
        .chats()
        .update_many(&[chat(1), chat(2)])
        .await
        .unwrap();
    transaction.members().advance_many(&members).await.unwrap();
    transaction.messages().find_many(&ids).await.unwrap();
    assert_no_scan(&plans);
}

#[tokio::test]
async fn a_batch_reads_by_key_only() {
    let storage = Sqlite::in_memory().await.unwrap();
    let mut turn = storage.writer.begin().await.unwrap();
    for text in batches::statements(4) {
        let explain = sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")));
        let connection = turn.connection().unwrap();
        let steps: Vec<(i64, i64, i64, String)> = explain.fetch_all(connection).await.unwrap();
        for (.., step) in steps {
            assert!(!step.starts_with("SCAN relay_"), "{text}: {step}");
        }
    }
}

#[tokio::test]
async fn catching_up_reads_by_index_only() {
    let (_storage, mut transaction, plans) = explained().await;
    let changes = transaction.changes();
    changes.list_chats(id(1), 0, 1).await.unwrap();
    changes.list_removed_chats(id(1), 0, 1).await.unwrap();
    changes.list_members(id(1), 0, 1).await.unwrap();
    changes.list_users(id(1), 0, 1).await.unwrap();
    transaction.messages().list_sent(id(1), 0, 9).await.unwrap();
    transaction
        .messages()
        .first_sent_seq(id(1), 0)
        .await
        .unwrap();
    let messages = transaction.messages();
    messages.list_updated(id(1), 0, 9).await.unwrap();
    messages.first_updated_seq(id(1), 0).await.unwrap();
    messages
        .list_updated_chats(&[id(1), id(2)], 0)
        .await
        .unwrap();
    messages
        .list_deleted_unread(id(1), &[id(1), id(2)])
        .await
        .unwrap();
    transaction
        .mentions()
        .list_unread(id(1), &[id(1), id(2)])
        .await
        .unwrap();
    assert_uses(&plans, "list deleted", "relay_messages_deleted");
    assert_uses(&plans, "list unread mentions", "relay_mentions_by_user");
    assert_no_scan(&plans);
}

#[tokio::test]
async fn lists_read_by_index_only() {
    let (_storage, mut transaction, plans) = explained().await;
    let after = ChatPosition {
        last_activity_at_ms: 5,
        id: id(1),
    };
    transaction
        .chats()
        .list(id(1), Some(after), 9)
        .await
        .unwrap();
    transaction
        .members()
        .list(id(1), Some((5, id(1))), 9)
        .await
        .unwrap();
    transaction
        .members()
        .list_first(&[id(1), id(2)], 9)
        .await
        .unwrap();
    transaction.members().unread_total(id(1), 0).await.unwrap();
    transaction
        .users()
        .list_contacts(id(1), &[id(2), id(3)])
        .await
        .unwrap();
    transaction.users().list_chat_ids(id(1)).await.unwrap();
    transaction.users().list_audience_ids(id(1)).await.unwrap();
    transaction.users().find_by_email(&email(1)).await.unwrap();
    for window in [
        MessageWindow::Newest,
        MessageWindow::Before(9),
        MessageWindow::After(1),
    ] {
        transaction.messages().list(id(1), window, 9).await.unwrap();
    }
    transaction
        .messages()
        .find_at(&[(id(1), 1), (id(2), 1)])
        .await
        .unwrap();
    transaction.attachments().list_unused(9, 9).await.unwrap();
    transaction.mails().list_due(9, 9).await.unwrap();
    assert_no_scan(&plans);
}

#[tokio::test]
async fn pages_of_a_history_and_of_members_are_ranges_without_sorting() {
    let (_storage, mut transaction, plans) = explained().await;
    transaction
        .messages()
        .list(id(1), MessageWindow::Before(9), 9)
        .await
        .unwrap();
    transaction
        .members()
        .list(id(1), Some((5, id(1))), 9)
        .await
        .unwrap();
    let everybody = UserFilter {
        viewer: id(1),
        is_limited_to_contacts: false,
        name_contains: None,
        email: None,
        after: None,
        limit: 9,
    };
    transaction.users().list(&everybody).await.unwrap();
    for (operation, step) in plans.lock().unwrap().iter() {
        assert!(!step.contains("TEMP B-TREE"), "{operation}: {step}");
    }
}
