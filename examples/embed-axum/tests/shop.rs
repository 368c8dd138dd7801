//! The shop's own tests, written with the engine's testkit.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode, header},
};
use embed_axum::{Orders, Person, Shop, with_shop};
use http_body_util::BodyExt;
use relaychat_engine::{
    storage::{StorageErrorKind, postgres::Postgres},
    test_support::{DEADLINE, TestClient, TestEngine},
};
use relaychat_protocol::{ChatId, ErrorCode};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgPool, postgres::PgPoolOptions};
use tower::ServiceExt;
use uuid::Uuid;

struct Running {
    router: Router,
    engine: TestEngine,
}

impl Running {
    /// The shop on an engine in memory.
    async fn in_memory() -> Self {
        Self::on(Arc::new(Orders::in_memory()), TestEngine::builder()).await
    }

    async fn on(
        orders: Arc<Orders>,
        builder: relaychat_engine::test_support::TestEngineBuilder,
    ) -> Self {
        let given = Arc::clone(&orders);
        let engine = builder
            .engine(move |builder| with_shop(builder, Arc::clone(&given)))
            .start()
            .await;
        let router = Shop::new(orders, engine.engine().clone(), None).router();
        Self { router, engine }
    }

    async fn ask(&self, method: Method, path: &str, as_: &str, body: Value) -> Response<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, as_);
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("routers always answer")
    }

    async fn cookie(&self, person: &str) -> String {
        let login = json!({ "person": person });
        let answer = self.ask(Method::POST, "/login", "", login).await;
        let cookie = answer.headers().get(header::SET_COOKIE).expect("a cookie");
        let cookie = cookie.to_str().expect("text");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Asks the chat, under the shop's prefix, as somebody of the shop.
    async fn chat(
        &self,
        method: Method,
        path: &str,
        person: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let now = self.engine.clock_now_ms() / 1_000;
        let person = Person::find(person).expect("somebody of the shop");
        let token = person.token_at(now.unsigned_abs()).expect("a token");
        let request = Request::builder()
            .method(method)
            .uri(format!("/chat{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("routers always answer");
        let status = answer.status();
        (status, json_of(answer).await)
    }

    /// Somebody's page: a socket of the chat.
    async fn connect(&self, person: &str) -> TestClient {
        let now = self.engine.clock_now_ms() / 1_000;
        let person = Person::find(person).expect("somebody of the shop");
        let token = person.token_at(now.unsigned_abs()).expect("a token");
        self.engine.connect_with_token(&token).await
    }

    /// Places an order and gives its chat.
    async fn order(&self, cookie: &str) -> (i64, String) {
        let basket = json!({ "goods": "two lamps" });
        let placed = self.ask(Method::POST, "/orders", cookie, basket).await;
        assert_eq!(placed.status(), StatusCode::CREATED);
        let id = json_of(placed).await["id"].as_i64().expect("a number");
        let path = format!("/orders/{id}/chat");
        let chat = json_of(self.ask(Method::GET, &path, cookie, Value::Null).await).await;
        (id, chat["chat_id"].as_str().expect("an id").to_owned())
    }
}

async fn json_of(answer: Response<Body>) -> Value {
    let bytes = answer
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

#[expect(clippy::disallowed_methods, reason = "a client makes its own ids")]
fn new_id() -> Uuid {
    Uuid::now_v7()
}

fn say(text: &str) -> Value {
    json!({ "message_id": new_id(), "text": text })
}

#[tokio::test(flavor = "multi_thread")]
async fn customer_and_staff_share_the_chat_of_an_order_and_nobody_else_does() {
    let shop = Running::in_memory().await;
    let ann = shop.cookie("ann").await;
    let (id, chat) = shop.order(&ann).await;
    let path = format!("/v1/chats/{chat}/messages");
    for (person, expected) in [
        ("ann", StatusCode::CREATED),
        ("bob", StatusCode::CREATED),
        ("cem", StatusCode::NOT_FOUND),
    ] {
        let (status, body) = shop.chat(Method::POST, &path, person, say("Hello")).await;
        assert_eq!(status, expected, "{person}: {body}");
    }
    let cem = shop.cookie("cem").await;
    let page = shop
        .ask(
            Method::GET,
            &format!("/orders/{id}/chat"),
            &cem,
            Value::Null,
        )
        .await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    let (_, info) = shop
        .chat(
            Method::GET,
            &format!("/v1/chats/{chat}"),
            "bob",
            Value::Null,
        )
        .await;
    assert_eq!(info["chat"]["host_key"], format!("order:{id}"));
    shop.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_taken_off_an_order_is_out_of_its_chat_at_once() {
    let shop = Running::in_memory().await;
    let (ann, bob) = (shop.cookie("ann").await, shop.cookie("bob").await);
    let (id, chat) = shop.order(&ann).await;
    let path = format!("/v1/chats/{chat}/messages");
    let (status, _) = shop.chat(Method::POST, &path, "ann", say("Hello")).await;
    assert_eq!(status, StatusCode::CREATED);
    let off = format!("/orders/{id}/customer");
    let forbidden = shop.ask(Method::DELETE, &off, &ann, Value::Null).await;
    assert_eq!(forbidden.status(), StatusCode::FORBIDDEN);
    let taken = shop.ask(Method::DELETE, &off, &bob, Value::Null).await;
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);
    let (status, _) = shop
        .chat(Method::POST, &path, "ann", say("Still here?"))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let back = shop.ask(Method::PUT, &off, &bob, Value::Null).await;
    assert_eq!(back.status(), StatusCode::NO_CONTENT);
    let (status, _) = shop
        .chat(Method::POST, &path, "ann", say("Here again"))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    shop.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_no_more_of_an_order_that_was_taken_away() {
    let shop = Running::in_memory().await;
    let cookies = [shop.cookie("ann").await, shop.cookie("bob").await];
    let (id, chat) = shop.order(&cookies[0]).await;
    let chat: ChatId = chat.parse().expect("an id");
    let (mut ann, mut bob) = (shop.connect("ann").await, shop.connect("bob").await);
    bob.write(chat, "Hello Ann").await.expect("sent");
    assert_eq!(ann.message().await.text, "Hello Ann");
    let spam = ann.write(chat, "Cheap watches").await;
    assert_eq!(spam.expect_err("refused"), ErrorCode::Rejected);
    let off = format!("/orders/{id}/customer");
    let off = shop.ask(Method::DELETE, &off, &cookies[1], Value::Null);
    assert_eq!(off.await.status(), StatusCode::NO_CONTENT);
    bob.write(chat, "Between us").await.expect("sent");
    let heard = format!("{:?}", ann.so_far().await);
    assert!(heard.contains("ChatRemoved"), "{heard}");
    assert!(!heard.contains("Between us"), "{heard}");
    let late = ann.write(chat, "Still here?").await;
    assert_eq!(late.expect_err("out"), ErrorCode::NotFound);
    shop.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_storage_of_the_chat_is_away_nothing_is_left_of_an_order() {
    let shop = Running::in_memory().await;
    let ann = shop.cookie("ann").await;
    shop.engine
        .storage()
        .set_fault(Some(StorageErrorKind::Unavailable));
    let basket = json!({ "goods": "two lamps" });
    let refused = shop.ask(Method::POST, "/orders", &ann, basket).await;
    assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
    shop.engine.storage().set_fault(None);
    let listed = shop.ask(Method::GET, "/orders", &ann, Value::Null).await;
    assert_eq!(json_of(listed).await, json!([]));
    shop.order(&ann).await;
    shop.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spam_is_refused_and_the_middleware_of_the_shop_sees_the_chat() {
    let shop = Running::in_memory().await;
    let ann = shop.cookie("ann").await;
    let (_, chat) = shop.order(&ann).await;
    let path = format!("/v1/chats/{chat}/messages");
    let (status, body) = shop
        .chat(Method::POST, &path, "ann", say("CHEAP WATCHES"))
        .await;
    assert!(
        status.is_client_error() && body["code"] == "rejected",
        "{status} {body}"
    );
    let limits = shop
        .ask(Method::GET, "/chat/v1/limits", &ann, Value::Null)
        .await;
    assert_eq!(limits.headers()["x-shop-person"], "ann");
    shop.engine.stop().await;
}

/// Schemas of a test in the PostgreSQL of the tests.
struct Schemas {
    name: String,
    admin: PgPool,
    pool: PgPool,
}

impl Schemas {
    async fn make() -> Self {
        let url = std::env::var("RELAYCHAT_TEST_POSTGRES_URL").expect(
            "RELAYCHAT_TEST_POSTGRES_URL is not set: run `cargo xtask test`, or `cargo xtask \
             servers` and export what it prints",
        );
        let name = format!("shop_{}", new_id().simple());
        let admin = PgPool::connect(&url).await.expect("PostgreSQL answers");
        let create = AssertSqlSafe(format!("CREATE SCHEMA \"{name}\""));
        admin.execute(create).await.expect("a schema");
        let options: sqlx::postgres::PgConnectOptions = url.parse().expect("an address");
        let options = options.options([("search_path", &name)]);
        let pool = PgPoolOptions::new().connect_with(options).await;
        let pool = pool.expect("connects");
        Self { name, admin, pool }
    }

    /// A shop on them, as many as a test likes.
    async fn shop(&self) -> Running {
        let pool = self.pool.clone();
        let storage = Postgres::from_pool(pool.clone()).schema(&format!("{}_chat", self.name));
        let storage = storage.await.expect("a storage");
        let orders = Arc::new(Orders::in_postgres(pool).await.expect("a table"));
        // Two shops are two engines already.
        Running::on(orders, TestEngine::builder().storage(storage).alone()).await
    }

    async fn drop(self) {
        let Self { name, admin, .. } = self;
        let drop = format!("DROP SCHEMA \"{name}\" CASCADE; DROP SCHEMA \"{name}_chat\" CASCADE");
        admin.execute(AssertSqlSafe(drop)).await.expect("drops");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_and_its_first_message_are_there_together() {
    let schemas = Schemas::make().await;
    let shop = schemas.shop().await;
    let ann = shop.cookie("ann").await;
    let (_, chat) = shop.order(&ann).await;
    let path = format!("/v1/chats/{chat}/messages");
    let deadline = std::time::Instant::now() + DEADLINE;
    loop {
        let (_, page) = shop.chat(Method::GET, &path, "bob", Value::Null).await;
        if page["items"][0]["text"] == "I have ordered: two lamps" {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{page}");
        tokio::task::yield_now().await;
    }
    // An order whose message cannot be stored is no order.
    let basket = json!({ "goods": "x".repeat(20_000) });
    let refused = shop.ask(Method::POST, "/orders", &ann, basket).await;
    assert!(!refused.status().is_success());
    let listed = json_of(shop.ask(Method::GET, "/orders", &ann, Value::Null).await).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    shop.engine.stop().await;
    schemas.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_to_two_shops_on_one_database_get_one_chat() {
    let schemas = Schemas::make().await;
    let shops = [
        Arc::new(schemas.shop().await),
        Arc::new(schemas.shop().await),
    ];
    for order in 1..=3 {
        // A row without a chat: those who ask for it make the chat.
        let insert = "INSERT INTO shop_orders (customer, goods) VALUES ('ann', 'a stool')";
        schemas.pool.execute(insert).await.expect("an order");
        let cookies = [shops[0].cookie("ann").await, shops[1].cookie("bob").await];
        let mut asking = Vec::new();
        for number in 0..50 {
            let (shop, cookie) = (Arc::clone(&shops[number % 2]), cookies[number % 2].clone());
            asking.push(tokio::spawn(async move {
                let path = format!("/orders/{order}/chat");
                let answer = shop.ask(Method::GET, &path, &cookie, Value::Null).await;
                assert_eq!(answer.status(), StatusCode::OK);
                json_of(answer).await["chat_id"].clone()
            }));
        }
        let mut chats = HashSet::new();
        for one in asking {
            let id = one.await.expect("ends");
            chats.insert(id.as_str().expect("an id").to_owned());
        }
        assert_eq!(chats.len(), 1, "order {order}: {chats:?}");
    }
    for shop in shops {
        let shop = Arc::into_inner(shop).expect("nobody asks any more");
        shop.engine.stop().await;
    }
    schemas.drop().await;
}
