//! Raw bytes instead of WebSocket frames: each case ends with the Close code that it deserves, and
//! nobody else notices.

use std::time::Duration;

use relaychat_engine::test_support::{DEADLINE, TestEngine};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::Client;

const MASK: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

/// A masked frame with any first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | length as u8),
        length @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}

/// The head of a masked frame that declares `length` and sends nothing of it.
fn declared(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first, 0x80 | 127];
    bytes.extend(length.to_be_bytes());
    bytes.extend(MASK);
    bytes
}

fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first, payload.len() as u8];
    bytes.extend(payload);
    bytes
}

async fn upgraded(engine: &TestEngine) -> TcpStream {
    let mut stream = TcpStream::connect(engine.address())
        .await
        .expect("connects");
    let request = format!(
        "GET /v1/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        engine.address()
    );
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    stream
}

/// The code of the Close frame that ends the connection.
async fn close_code(stream: &mut TcpStream) -> Option<u16> {
    let read = async {
        loop {
            let first = stream.read_u8().await.ok()?;
            let second = stream.read_u8().await.ok()?;
            assert_eq!(second & 0x80, 0, "servers do not mask");
            let length = match second {
                126 => usize::from(stream.read_u16().await.ok()?),
                127 => usize::try_from(stream.read_u64().await.ok()?).ok()?,
                length => length.into(),
            };
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.ok()?;
            if first == 0x88 {
                let code = payload.first_chunk::<2>()?;
                return Some(u16::from_be_bytes(*code));
            }
        }
    };
    tokio::time::timeout(DEADLINE, read)
        .await
        .expect("an end in time")
}

/// Name, bytes, the Close code.
type Case = (String, Vec<u8>, u16);

/// Frames that RFC 6455 does not allow whatever they hold.
fn broken_framing() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>, code| cases.push((name.to_owned(), bytes, code));
    for (name, bit) in [
        ("rsv1", 0x40),
        ("rsv2", 0x20),
        ("rsv3", 0x10),
        ("all rsv", 0x70),
    ] {
        add(&format!("{name} on text"), frame(0x81 | bit, b"{}"), 1002);
        add(&format!("{name} on ping"), frame(0x89 | bit, b""), 1002);
    }
    for opcode in [3, 4, 5, 6, 7] {
        add(
            &format!("reserved opcode {opcode}"),
            frame(0x80 | opcode, b"x"),
            1002,
        );
    }
    for opcode in [11, 12, 13, 14, 15] {
        add(
            &format!("reserved control opcode {opcode}"),
            frame(0x80 | opcode, b""),
            1002,
        );
    }
    add("unmasked text", unmasked(0x81, b"{}"), 1002);
    add("unmasked ping", unmasked(0x89, b""), 1002);
    add("unmasked close", unmasked(0x88, &[0x03, 0xe8]), 1002);
    for (name, opcode) in [("close", 8), ("ping", 9), ("pong", 10)] {
        add(&format!("fragmented {name}"), frame(opcode, b""), 1002);
        add(
            &format!("{name} of 126 bytes"),
            frame(0x80 | opcode, &[b'x'; 126]),
            1002,
        );
    }
    add("continuation of nothing", frame(0x80, b"x"), 1002);
    add(
        "unfinished continuation of nothing",
        frame(0x00, b"x"),
        1002,
    );
    let two_beginnings = [frame(0x01, b"{"), frame(0x81, b"}")].concat();
    add("text within a fragmented text", two_beginnings, 1002);
    let mixed = [frame(0x01, b"{"), frame(0x82, b"}")].concat();
    add("binary within a fragmented text", mixed, 1002);
    cases
}

/// Frames whose content or size is not allowed.
fn broken_content() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>, code| cases.push((name.to_owned(), bytes, code));
    for (name, bytes) in [
        ("lone continuation byte", &b"\x80"[..]),
        ("overlong slash", b"\xc0\xaf"),
        ("surrogate", b"\xed\xa0\x80"),
        ("beyond Unicode", b"\xf4\x90\x80\x80"),
        ("cut off", b"{\"type\":\"\xe2\x82"),
        ("latin-1", b"{\"type\":\"\xe9\"}"),
    ] {
        add(&format!("text with {name}"), frame(0x81, bytes), 1007);
    }
    let split = [frame(0x01, b"\xe2\x82"), frame(0x80, b"\x28")].concat();
    add("bad UTF-8 over two fragments", split, 1007);
    add("binary", frame(0x82, b"{}"), 1003);
    add("empty binary", frame(0x82, b""), 1003);
    add(
        "a byte too large",
        frame(0x81, &[b' '; 64 * 1024 + 1]),
        1009,
    );
    add("a megabyte", declared(0x81, 1 << 20), 1009);
    add("2^62 declared", declared(0x81, 1 << 62), 1009);
    let fragments: Vec<u8> = [frame(0x01, &[b' '; 40_000]), frame(0x80, &[b' '; 40_000])].concat();
    add("fragments that add up", fragments, 1009);
    add("not JSON", frame(0x81, b"hello"), 4400);
    add("empty text", frame(0x81, b""), 4400);
    add("a JSON list", frame(0x81, b"[]"), 4400);
    add("deep JSON", frame(0x81, &[b'['; 60_000]), 4400);
    add(
        "hello of wrong types",
        frame(0x81, b"{\"type\":\"hello\",\"protocol\":7}"),
        4400,
    );
    add("a JSON object twice", frame(0x81, b"{}{}"), 4400);
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_malformed_frame_ends_with_its_close_code_and_nobody_else_notices() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let (mut bystander, _) = Client::open(&engine, &ann).await;
    let cases = [broken_framing(), broken_content()].concat();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for (name, bytes, expected) in cases {
        let mut stream = upgraded(&engine).await;
        stream.write_all(&bytes).await.expect("writes");
        assert_eq!(close_code(&mut stream).await, Some(expected), "{name}");
    }
    assert_eq!(bystander.drain().await, []);
    assert_eq!(engine.engine().socket_count(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn the_largest_length_there_is_allocates_nothing_and_closes() {
    let engine = TestEngine::start().await;
    for length in [1 << 63, u64::MAX] {
        let mut stream = upgraded(&engine).await;
        stream
            .write_all(&declared(0x81, length))
            .await
            .expect("writes");
        let code = close_code(&mut stream).await;
        assert!(matches!(code, Some(1002 | 1009)), "{length}: {code:?}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn what_the_protocol_allows_is_let_through() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let hello = serde_json::json!({
        "type": "hello", "protocol": { "min": 1, "max": 7 }, "token": ann.access_token,
    });
    let hello = hello.to_string().into_bytes();
    let mut stream = upgraded(&engine).await;
    // A ping, a pong nobody asked for, and hello in fragments with a ping between them.
    let (first, rest) = hello.split_at(10);
    for bytes in [
        frame(0x89, b"still there?"),
        frame(0x8a, b""),
        frame(0x01, first),
        frame(0x89, b""),
        frame(0x00, b""),
        frame(0x80, rest),
    ] {
        stream.write_all(&bytes).await.expect("writes");
    }
    let mut answer = vec![0; 14];
    stream.read_exact(&mut answer).await.expect("a pong");
    assert_eq!(answer, b"\x8a\x0cstill there?");
    stream
        .write_all(&frame(0x88, &1000_u16.to_be_bytes()))
        .await
        .expect("writes");
    assert_eq!(
        close_code(&mut stream).await,
        Some(1000),
        "the Close is answered"
    );
    engine.stop().await;
}

#[tokio::test]
async fn close_payloads_that_are_not_allowed_are_protocol_faults() {
    let engine = TestEngine::start().await;
    for code in [0_u16, 999, 1004, 1005, 1006, 1016, 2999, 5000] {
        let mut stream = upgraded(&engine).await;
        let bytes = frame(0x88, &code.to_be_bytes());
        stream.write_all(&bytes).await.expect("writes");
        assert_eq!(close_code(&mut stream).await, Some(1002), "{code}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn slow_headers_are_cut_off() {
    let engine = TestEngine::start().await;
    let mut stream = TcpStream::connect(engine.address())
        .await
        .expect("connects");
    stream
        .write_all(b"GET /v1/ws HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .expect("writes");
    let began = tokio::time::Instant::now();
    let mut rest = Vec::new();
    let read = stream.read_to_end(&mut rest);
    tokio::time::timeout(DEADLINE, read)
        .await
        .expect("is cut off")
        .ok();
    assert!(began.elapsed() >= Duration::from_secs(9), "{rest:?}");
    engine.stop().await;
}
