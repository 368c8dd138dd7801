//! A host application mounts the engine under a prefix, with its own state, routes and middleware.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::{self, Next},
    routing::get,
};
use relaychat_engine::{Engine, serve, test_support::TestEngine};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tokio_util::sync::CancellationToken;

#[derive(Clone)]
struct Host {
    chat: Engine,
    requests: Arc<AtomicU64>,
}

async fn count(State(host): State<Host>, request: Request, next: Next) -> axum::response::Response {
    host.requests.fetch_add(1, Ordering::SeqCst);
    next.run(request).await
}

async fn home(State(host): State<Host>) -> String {
    format!("{} people are here", host.chat.socket_count())
}

#[tokio::test]
async fn an_engine_works_under_a_prefix_of_a_host_application() {
    let engine = Engine::ephemeral().await.expect("an engine");
    let host = Host {
        chat: engine.clone(),
        requests: Arc::default(),
    };
    let app = Router::new()
        .route("/", get(home))
        .nest("/chat", engine.router())
        .fallback(async || (StatusCode::NOT_FOUND, "the host's own page"))
        .layer(middleware::from_fn_with_state(host.clone(), count))
        .with_state(host.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let stop = CancellationToken::new();
    let shutdown = engine.drain_on(stop.clone().cancelled_owned());
    let server = tokio::spawn(serve(listener, app, shutdown));

    let text = async |path: &str| {
        let answer = crate::http::http()
            .get(format!("http://{address}{path}"))
            .send()
            .await;
        let answer = answer.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    assert_eq!(text("/").await, (200, "0 people are here".to_owned()));
    let (status, limits) = text("/chat/v1/limits").await;
    assert!(status == 200 && limits.contains("frame_bytes"), "{limits}");
    let (status, problem) = text("/chat/v1/me").await;
    assert!(
        status == 401 && problem.contains("unauthenticated"),
        "{problem}"
    );
    assert_eq!(text("/elsewhere").await.1, "the host's own page");
    assert_eq!(
        host.requests.load(Ordering::SeqCst),
        4,
        "the host's layer sees all"
    );

    let url = format!("ws://{address}/chat/v1/ws");
    connect_async(url).await.expect("upgrades under the prefix");
    stop.cancel();
    server.await.expect("ends").expect("serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_engines_live_in_one_process_and_know_nothing_of_each_other() {
    let (first, second) = (TestEngine::start().await, TestEngine::start().await);
    let app: Router = Router::new()
        .nest("/one", first.engine().router())
        .nest("/two", second.engine().router());
    drop(app);
    let ann = first.log_in("ann@example.com").await;
    let elsewhere = second.log_in("ann@example.com").await;
    assert_ne!(ann.id, elsewhere.id, "an account here is none there");
    // One name for an object is two objects.
    let chats = [&first, &second].map(|engine| engine.engine().chat_for("order:1"));
    let [here, there] = chats;
    let (here, there) = (here.await.expect("a chat"), there.await.expect("a chat"));
    assert!(here.is_new && there.is_new && here.id != there.id);
    // Both have one secret in this test; still nobody gets in, and nothing is found.
    let me: Result<Value, _> = second
        .call(Method::GET, "/v1/me", Some(&ann.access_token), None::<&()>)
        .await;
    assert_eq!(me.expect_err("a stranger").0, StatusCode::UNAUTHORIZED);
    second.stop().await;
    let again = first.log_in("ann@example.com").await;
    assert_eq!(again.id, ann.id, "one ends, the other goes on");
    first.stop().await;
}

#[tokio::test]
async fn a_missing_part_is_named() {
    let error = Engine::builder()
        .build()
        .await
        .expect_err("nothing was given");
    assert!(error.to_string().contains("storage"), "{error}");
}
