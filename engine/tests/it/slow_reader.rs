//! Somebody who does not read is cut off; everybody else hears everything in time.

use relaychat_engine::test_support::TestEngine;
use relaychat_protocol::frames::{ClientFrame, ServerFrame, close_code};

use crate::client::{Client, draft, group};

/// Messages of 16 KiB: 14 MiB, more than the kernel's largest buffers of both ends hold.
const SENT: usize = 900;
/// Sent before the first ack is waited for, so that it is over before the slow one is cut off.
const AT_ONCE: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_closed_and_the_others_are_not_held_up() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cem = engine.log_in("cem@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob, &cem]).await;
    let (mut writer, _) = Client::open(&engine, &ann).await;
    let (mut stalled, ready) = Client::open(&engine, &bob).await;
    let (mut reader, _) = Client::open(&engine, &cem).await;
    let reading = tokio::spawn(async move {
        let mut count = 0;
        while reader.text().await != "the end" {
            count += 1;
        }
        count
    });
    let text = "x".repeat(16 * 1024);
    for _ in 0..SENT / AT_ONCE {
        for _ in 0..AT_ONCE {
            let id = writer.id();
            let message = draft(&text);
            writer
                .send(&ClientFrame::SendMessage {
                    id,
                    chat_id,
                    message,
                })
                .await;
        }
        for _ in 0..AT_ONCE {
            let acked = |frame| matches!(frame, ServerFrame::Ack { .. }).then_some(());
            writer.until(acked).await;
        }
    }
    let code = stalled.closed().await;
    assert_eq!(code, close_code::SLOW_CONSUMER);
    writer.send_message(chat_id, "the end").await;
    assert_eq!(reading.await.expect("hears everything"), SENT);
    let (_, again) = Client::open_since(&engine, &bob, Some(ready.sync.token)).await;
    let newest = again
        .sync
        .messages
        .last()
        .and_then(|part| part.items.last());
    assert_eq!(newest.map(|message| message.text.as_str()), Some("the end"));
    engine.stop().await;
}
