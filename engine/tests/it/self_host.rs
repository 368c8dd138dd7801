//! The program itself: starts on an empty folder, says where everything is, and ends in good order.

use crate::program::Program;

#[tokio::test]
async fn an_empty_folder_becomes_a_chat_server_that_ends_in_good_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path()).await;
    assert!(program.line_with("Dev inbox").await.contains("/_/inbox"));
    assert!(program.line_with("API").await.contains("/api/docs"));
    let first = program.log_in("alice@example.com").await;
    assert_eq!(program.terminate().await, Some(0));
    // The same folder again: the same secret, so the session goes on.
    let program = Program::start(folder.path()).await;
    let me = crate::http::http()
        .get(format!("{}/v1/me", program.url))
        .bearer_auth(&first.tokens.access_token)
        .send()
        .await
        .expect("answers");
    assert_eq!(me.status(), 200);
    let page = crate::http::http()
        .get(&program.url)
        .send()
        .await
        .expect("answers");
    assert_eq!(page.status(), 200, "something is at the root");
    assert_eq!(program.terminate().await, Some(0));
}
